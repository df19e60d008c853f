// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/image_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/network/model/functions.h"
#include "core/network/model/input_layout.h"
#include "core/network/model/onnx_tensor.h"

namespace exitscope::model {
namespace {

Tensor scalar(float number)
{
    Tensor tensor;
    tensor.floats = {number};
    return tensor;
}

/// Scale and zero point with which the first operators read bytes; positions among the inputs of such operators.
struct GridInputs {
    std::string_view op;
    std::size_t scale;
    std::size_t zero_point;
};
constexpr std::array grid_readers = {GridInputs{"DequantizeLinear", 1, 2},
                                     GridInputs{"com.microsoft.DequantizeLinear", 1, 2},
                                     GridInputs{"QLinearConv", 1, 2}, GridInputs{"com.microsoft.QLinearConv", 1, 2}};

/// y = scale * x + shift, the extremes over the channels.
struct Affine {
    float scale = 1.0F;
    float shift = 0.0F;
    bool any = false;
};

class Preparer {
public:
    Preparer(Graph& graph, std::optional<ImageSize> size) : graph_(graph), size_(size) {}

    Expected<ImageInput> run()
    {
        if (graph_.inputs.size() != 1 || input().shape.size() != 4)
            return std::move(made_);
        if (is_channels_last(graph_))
            put_channels_first(graph_);
        if (Expected<void> done = complete_shape(); !done)
            return forward(done);
        if (input().is_int) {
            if (Expected<void> done = take_integers(); !done)
                return forward(done);
        } else if (takes_bytes(first_steps())) {
            made_.range = dataset::ValueRange::bytes;
            made_.notices.push_back(
                {"input-range", "the first operators of the model scale its input '" + input().name +
                                    "' from 0 to 255 down, so that images are fed with values from 0 to 255 and no "
                                    "other normalisation; a metadata entry exitscope.preprocessing overrides this"});
        }
        return std::move(made_);
    }

private:
    Value& input() { return graph_.values[graph_.inputs.front().at()]; }
    std::string described() { return "its input '" + input().name + "' " + to_text(input().shape); }

    // Sizes

    Expected<void> complete_shape()
    {
        if (input().shape[1] < 0)
            open_channels();
        const Shape& shape = input().shape;
        const bool open = shape[2] < 0 || shape[3] < 0;
        std::optional<ImageSize> size = size_;
        if (open && !size)
            size = stored_size();
        if (!size)
            return open ? Expected<void>(unsupported({}, described() + " leaves height and width open; say how large "
                                                                       "its images are with --input-size HxW, for "
                                                                       "example --input-size 224x224"))
                        : Expected<void>();
        for (const auto& [axis, extent] : {std::pair(2, size->height), std::pair(3, size->width)}) {
            if (shape[static_cast<std::size_t>(axis)] >= 0 && shape[static_cast<std::size_t>(axis)] != extent)
                return fail(ErrorCode::usage, {},
                            described() + " does not take images of " + std::to_string(size->height) + "x" +
                                std::to_string(size->width));
            input().shape[static_cast<std::size_t>(axis)] = extent;
        }
        return {};
    }

    std::optional<ImageSize> stored_size() const
    {
        const auto entry = graph_.metadata.find("exitscope.preprocessing");
        if (entry == graph_.metadata.end())
            return std::nullopt;
        const Expected<dataset::Preprocessing> stored = dataset::Preprocessing::from_json(entry->second);
        return stored ? std::optional(ImageSize{stored->height, stored->width}) : std::nullopt;
    }

    void open_channels()
    {
        for (const Node& node : graph_.nodes) {
            const Tensor* weights =
                node.op == "Conv" && node.inputs.size() > 1 ? constant_of(graph_, node.inputs[1]) : nullptr;
            if (weights && weights->shape.size() == 4) {
                input().shape[1] = weights->shape[1] * node.integer("group", 1);
                return;
            }
        }
        input().shape[1] = 3;
        made_.notices.push_back({"input-channels", "the model leaves the number of channels of its input '" +
                                                       input().name + "' open: 3 are fed"});
    }

    // Integers

    Expected<void> take_integers()
    {
        const ElementType element = input().element;
        if (element == ElementType::boolean)
            return unsupported({}, described() + " takes booleans, not the values of an image");
        made_.range = dataset::ValueRange::bytes;
        made_.integers = true;
        if (element == ElementType::int8)
            made_.notices.push_back({"input-range", "the model takes signed bytes: images are fed with values from "
                                                    "-128 to 127, their own less 128"});
        const std::vector<NodeIndex> readers = readers_behind_moves();
        const bool only_cast = std::all_of(readers.begin(), readers.end(), [&](NodeIndex reader) {
            const std::optional<ValueType> to = value_type(graph_.node(reader).integer("to", 0));
            return graph_.node(reader).op == "Cast" && to && !to->is_int;
        });
        if (only_cast && !readers.empty() && element != ElementType::int8) {
            input().is_int = false;
            input().element = ElementType::as_kept;
            return {};
        }
        feed_floats(readers);
        return {};
    }

    /// The nodes that read the input, or elements of it in another order or shape.
    std::vector<NodeIndex> readers_behind_moves()
    {
        const std::vector<std::vector<NodeIndex>> readers = graph_.consumers();
        std::vector<NodeIndex> found;
        std::vector<ValueIndex> pending = {graph_.inputs.front()};
        while (!pending.empty()) {
            const ValueIndex value = pending.back();
            pending.pop_back();
            for (const NodeIndex reader : readers[value.at()]) {
                const Node& node = graph_.node(reader);
                if (node.op == "Identity" || node.op == "Transpose" || node.op == "Reshape")
                    pending.push_back(node.outputs.front());
                else
                    found.push_back(reader);
            }
        }
        return found;
    }

    /// Puts nodes behind a new input of floats that make the file's integers of it: QuantizeLinear of the real numbers
    /// that they stand for where the graph dequantizes them, else a Cast.
    void feed_floats(const std::vector<NodeIndex>& readers)
    {
        const ValueIndex whole = graph_.inputs.front();
        const ValueType type = input().type();
        Value fed = input();
        fed.is_int = false;
        fed.element = ElementType::as_kept;
        input().name += "/integers";
        graph_.values.push_back(std::move(fed));
        graph_.inputs.front() = ValueIndex(graph_.values.size() - 1);
        ValueIndex at = graph_.inputs.front();
        if (type.element == ElementType::int8)
            at = then("Sub", {at, constant(scalar(128.0F))});
        if (const std::optional<std::pair<Tensor, Tensor>> grid = grid_of(readers, type)) {
            const ValueIndex scale = constant(grid->first);
            at = then("Sub", {at, constant(scalar(static_cast<float>(grid->second.ints.front())))});
            at = then("Mul", {at, scale});
            then("QuantizeLinear", {at, scale, constant(grid->second)}, {}, whole);
        } else {
            then("Cast", {at}, {{"to", onnx_type(type)}}, whole);
        }
        prepend(graph_, std::move(nodes_));
    }

    /// The one scale and zero point with which the readers take the integers.
    std::optional<std::pair<Tensor, Tensor>> grid_of(const std::vector<NodeIndex>& readers, ValueType type) const
    {
        for (const NodeIndex reader : readers) {
            const Node& node = graph_.node(reader);
            const auto known = std::find_if(grid_readers.begin(), grid_readers.end(),
                                            [&](const GridInputs& inputs) { return inputs.op == node.op; });
            if (known == grid_readers.end() || node.inputs.size() <= known->scale)
                continue;
            const bool has_zero = node.inputs.size() > known->zero_point && node.inputs[known->zero_point];
            const Tensor* scale = constant_of(graph_, node.inputs[known->scale]);
            const Tensor* zero = has_zero ? constant_of(graph_, node.inputs[known->zero_point]) : nullptr;
            if (!scale || scale->floats.size() != 1 || (has_zero && (!zero || zero->ints.size() != 1)))
                continue;
            Tensor origin;
            origin.is_int = true;
            origin.element = type.element;
            origin.ints = {zero ? zero->ints.front() : 0};
            return std::pair(scalar(scale->floats.front()), std::move(origin));
        }
        return std::nullopt;
    }

    ValueIndex constant(Tensor tensor)
    {
        Value value;
        value.shape = tensor.shape;
        value.is_int = tensor.is_int;
        value.element = tensor.element;
        value.constant = std::make_shared<const Tensor>(std::move(tensor));
        graph_.values.push_back(std::move(value));
        return ValueIndex(graph_.values.size() - 1);
    }

    ValueIndex then(std::string op, std::vector<std::optional<ValueIndex>> inputs,
                    std::map<std::string, Attribute> attributes = {}, std::optional<ValueIndex> output = {})
    {
        constexpr std::int64_t opset_of_these = 13;
        if (!output) {
            graph_.values.emplace_back().name = input().name + "/" + op;
            output = ValueIndex(graph_.values.size() - 1);
        }
        Node node;
        node.name = graph_.value(*output).name;
        node.op = std::move(op);
        node.inputs = std::move(inputs);
        node.outputs = {*output};
        node.attributes = std::move(attributes);
        node.attributes.emplace(opset_attribute, opset_of_these);
        nodes_.push_back(std::move(node));
        return *output;
    }

    // Range

    /// What the element-wise operators with constants behind the input come to, as far as each is read once.
    Affine first_steps() const
    {
        const std::vector<std::vector<NodeIndex>> readers = graph_.consumers();
        Affine sum;
        ValueIndex at = graph_.inputs.front();
        while (readers[at.at()].size() == 1) {
            const Node& node = graph_.node(readers[at.at()].front());
            if (node.outputs.empty() || (node.op != "Transpose" && !is_elementwise(graph_, node, at)) ||
                !follow(node, at, sum))
                break;
            at = node.outputs.front();
        }
        return sum;
    }

    /// Adds one step; false for an operator that is not of this form.
    bool follow(const Node& node, ValueIndex data, Affine& sum) const
    {
        if (node.op == "Transpose" || node.op == "Cast" || node.op == "Identity")
            return true;
        const bool known = node.op == "Add" || node.op == "Sub" || node.op == "Mul" || node.op == "Div";
        if (!known || node.inputs.size() != 2 || node.inputs.front() != std::optional(data))
            return known && node.inputs.size() == 2 && (node.op == "Add" || node.op == "Mul") &&
                   apply(node.op, constant_of(graph_, node.inputs.front()), sum);
        return apply(node.op, constant_of(graph_, node.inputs.back()), sum);
    }

    static bool apply(const std::string& op, const Tensor* constant, Affine& sum)
    {
        constexpr std::size_t most_channels = 16;
        if (!constant || constant->floats.empty() || constant->floats.size() > most_channels)
            return false;
        const float largest =
            std::fabs(*std::max_element(constant->floats.begin(), constant->floats.end(),
                                        [](float a, float b) { return std::fabs(a) < std::fabs(b); }));
        sum.any = true;
        if (op == "Add" || op == "Sub") {
            sum.shift = std::max(sum.shift, largest);
        } else {
            const float factor = op == "Mul" ? largest : 1.0F / largest;
            sum.scale *= factor;
            sum.shift *= factor;
        }
        return true;
    }

    /// Normalisation of bytes makes a range of a few units of 0 to 255, or subtracts means of that size.
    static bool takes_bytes(const Affine& steps)
    {
        constexpr float widest = 16.0F;
        const bool shrinks = steps.scale * 255.0F <= widest;
        const bool centres = steps.scale == 1.0F && steps.shift >= widest;
        return steps.any && std::isfinite(steps.scale) && (shrinks || centres);
    }

    Graph& graph_;
    std::optional<ImageSize> size_;
    ImageInput made_;
    std::vector<Node> nodes_;  ///< to be put before the graph's
};

}  // namespace

std::optional<ImageSize> parse_image_size(std::string_view text)
{
    constexpr std::int64_t largest = 1 << 16;
    ImageSize size;
    const char* end = text.data() + text.size();
    const auto [middle, failed] = std::from_chars(text.data(), end, size.height);
    if (failed != std::errc() || middle == end || *middle != 'x')
        return std::nullopt;
    const auto [last, wrong] = std::from_chars(middle + 1, end, size.width);
    const auto sensible = [](std::int64_t extent) { return extent >= 1 && extent <= largest; };
    return wrong == std::errc() && last == end && sensible(size.height) && sensible(size.width) ? std::optional(size)
                                                                                                : std::nullopt;
}

Expected<ImageInput> prepare_input(Graph& graph, std::optional<ImageSize> size)
{
    return Preparer(graph, size).run();
}

}  // namespace exitscope::model
