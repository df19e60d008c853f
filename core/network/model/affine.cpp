// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/affine.h"

#include <cmath>
#include <string>
#include <utility>

namespace exitscope::model {
namespace {

/// y = scale[c] * x + shift[c], c the index along axis 1.
struct Affine {
    std::vector<double> scale;
    std::vector<double> shift;

    explicit Affine(std::size_t channels) : scale(channels, 1.0), shift(channels, 0.0) {}

    void then(const Affine& next)
    {
        for (std::size_t c = 0; c < scale.size(); ++c) {
            scale[c] *= next.scale[c];
            shift[c] = next.scale[c] * shift[c] + next.shift[c];
        }
    }
};

std::vector<float> to_float(const std::vector<double>& values)
{
    return {values.begin(), values.end()};
}

class Folder {
public:
    explicit Folder(Graph& graph) : graph_(graph), readers_(graph.consumers()), uses_(graph.values.size())
    {
        for (const Node& node : graph.nodes)
            for (const std::optional<ValueIndex>& input : node.inputs)
                if (input)
                    ++uses_[input->at()];
        for (const ValueIndex output : graph.outputs)
            uses_[output.at()] += 2;  // never absorbed
    }

    void run()
    {
        std::vector<Node> nodes;
        std::vector<bool> absorbed(graph_.nodes.size(), false);
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
            if (absorbed[n])
                continue;
            Node node = graph_.nodes[n];
            std::optional<Affine> chain = start(node);
            bool grew = node.op == "BatchNormalization";
            while (chain) {
                const ValueIndex result = node.outputs.front();
                const std::optional<NodeIndex> next = only_reader(result);
                const std::optional<Affine> step = next ? affine(graph_.node(*next), result) : std::nullopt;
                if (!step)
                    break;
                chain->then(*step);
                absorbed[next->at()] = true;
                node.outputs = graph_.node(*next).outputs;
                grew = true;
            }
            if (!chain || !grew)
                nodes.push_back(std::move(node));
            else if (node.op == "BatchNormalization")
                emit_scale_and_shift(node, *chain, nodes);
            else
                nodes.push_back(with_weights(std::move(node), *chain));
        }
        graph_.nodes = std::move(nodes);
    }

private:
    std::size_t channels(ValueIndex value) const
    {
        const Shape& shape = graph_.value(value).shape;
        return shape.size() < 2 ? 0 : static_cast<std::size_t>(shape[1]);
    }

    /// The transformation that a chain begins with; nullopt when no chain begins at `node`.
    std::optional<Affine> start(const Node& node) const
    {
        if (node.op == "BatchNormalization")
            return affine(node, *node.inputs[0]);
        const bool weighted = (node.op == "Conv" || node.op == "Gemm") && graph_.value(*node.inputs[1]).constant &&
                              (node.inputs.size() < 3 || !node.inputs[2] || graph_.value(*node.inputs[2]).constant);
        return weighted ? std::optional<Affine>(channels(node.outputs.front())) : std::nullopt;
    }

    std::optional<NodeIndex> only_reader(ValueIndex value) const
    {
        return uses_[value.at()] == 1 ? std::optional(readers_[value.at()].front()) : std::nullopt;
    }

    /// The effect of `node` on `data`, if it is an affine map per channel.
    std::optional<Affine> affine(const Node& node, ValueIndex data) const
    {
        if (node.op == "BatchNormalization")
            return node.inputs[0] == data ? std::optional(normalisation(node)) : std::nullopt;
        const bool scales = node.op == "Mul" || node.op == "Div";
        if (!scales && node.op != "Add" && node.op != "Sub")
            return std::nullopt;
        const bool swapped = node.inputs[1] == data;
        if (swapped && (node.op == "Div" || node.op == "Sub"))
            return std::nullopt;
        const std::optional<std::vector<float>> operand = per_channel(*node.inputs[swapped ? 0 : 1], data);
        if (!operand)
            return std::nullopt;
        Affine result(operand->size());
        for (std::size_t c = 0; c < operand->size(); ++c) {
            const double value = (*operand)[c];
            if (scales)
                result.scale[c] = node.op == "Mul" ? value : 1.0 / value;
            else
                result.shift[c] = node.op == "Add" ? value : -value;
        }
        return result;
    }

    Affine normalisation(const Node& node) const
    {
        const auto statistic = [&](std::size_t input) -> const std::vector<float>& {
            return graph_.value(*node.inputs[input]).constant->floats;
        };
        Affine result(statistic(1).size());
        const double epsilon = node.number("epsilon", 1e-5F);
        for (std::size_t c = 0; c < result.scale.size(); ++c) {
            result.scale[c] = double(statistic(1)[c]) / std::sqrt(double(statistic(4)[c]) + epsilon);
            result.shift[c] = double(statistic(2)[c]) - double(statistic(3)[c]) * result.scale[c];
        }
        return result;
    }

    /// A constant that broadcasts against `data` as one value per channel; a single number is repeated.
    std::optional<std::vector<float>> per_channel(ValueIndex constant, ValueIndex data) const
    {
        const Value& value = graph_.value(constant);
        const Shape& target = graph_.value(data).shape;
        if (!value.constant || value.is_int || value.shape.size() > target.size() || target.size() < 2)
            return std::nullopt;
        const std::size_t offset = target.size() - value.shape.size();
        for (std::size_t axis = 0; axis < value.shape.size(); ++axis)
            if (value.shape[axis] != 1 && (offset + axis != 1 || value.shape[axis] != target[1]))
                return std::nullopt;
        const std::vector<float>& elements = value.constant->floats;
        return elements.size() == 1 ? std::vector<float>(channels(data), elements.front()) : elements;
    }

    ValueIndex add_value(std::string name, Shape shape, std::shared_ptr<const Tensor> constant)
    {
        Value value;
        value.name = std::move(name);
        value.shape = std::move(shape);
        value.constant = std::move(constant);
        graph_.values.push_back(std::move(value));
        return ValueIndex(graph_.values.size() - 1);
    }
    ValueIndex add_constant(std::string name, Shape shape, std::vector<float> elements)
    {
        Tensor tensor;
        tensor.shape = shape;
        tensor.floats = std::move(elements);
        return add_value(std::move(name), std::move(shape), std::make_shared<const Tensor>(std::move(tensor)));
    }

    Node with_weights(Node node, const Affine& chain)
    {
        const std::shared_ptr<const Tensor> weights = graph_.value(*node.inputs[1]).constant;
        const std::size_t outputs = chain.scale.size();
        const std::size_t row = weights->floats.size() / outputs;
        std::vector<float> folded(weights->floats.size());
        for (std::size_t i = 0; i < folded.size(); ++i)
            folded[i] = static_cast<float>(chain.scale[i / row] * double(weights->floats[i]));
        std::vector<double> bias = chain.shift;
        node.inputs.resize(3);
        if (node.inputs[2]) {
            const std::vector<float>& old = graph_.value(*node.inputs[2]).constant->floats;
            for (std::size_t c = 0; c < outputs; ++c)
                bias[c] += chain.scale[c] * double(old[c]);
        }
        node.inputs[1] = add_constant(node.name + "/weights", weights->shape, std::move(folded));
        node.inputs[2] = add_constant(node.name + "/bias", {static_cast<std::int64_t>(outputs)}, to_float(bias));
        return node;
    }

    void emit_scale_and_shift(const Node& node, const Affine& chain, std::vector<Node>& nodes)
    {
        const Shape shape = graph_.value(node.outputs.front()).shape;
        Shape constant_shape(shape.size(), 1);
        constant_shape[1] = shape[1];
        const ValueIndex scale = add_constant(node.name + "/scale", constant_shape, to_float(chain.scale));
        const ValueIndex shift = add_constant(node.name + "/shift", constant_shape, to_float(chain.shift));
        Node mul;
        mul.op = "Mul";
        mul.name = node.name + "/Mul";
        mul.inputs = {node.inputs[0], scale};
        mul.outputs = {add_value(mul.name, shape, nullptr)};
        Node add;
        add.op = "Add";
        add.name = node.name;
        add.inputs = {mul.outputs.front(), shift};
        add.outputs = node.outputs;
        nodes.push_back(std::move(mul));
        nodes.push_back(std::move(add));
    }

    Graph& graph_;
    std::vector<std::vector<NodeIndex>> readers_;
    std::vector<std::size_t> uses_;
};

}  // namespace

void fold_affine(Graph& graph)
{
    Folder(graph).run();
}

}  // namespace exitscope::model
