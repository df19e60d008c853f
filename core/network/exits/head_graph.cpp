// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/head_graph.h"

#include <memory>
#include <utility>

namespace exitscope::exits {
namespace {

using model::Shape;
using Integers = std::vector<std::int64_t>;

std::int64_t signed_of(std::size_t value)
{
    return static_cast<std::int64_t>(value);
}

/// Appends operators one after another; `at_` is the tensor made last.
class Chain {
public:
    Chain(model::Graph& graph, const HeadPlace& place) : graph_(graph), place_(place)
    {
        at_ = value(place.tensor);
        graph_.inputs.push_back(at_);
    }

    ValueIndex at() const { return at_; }
    void go_to(ValueIndex value) { at_ = value; }

    ValueIndex constant(const std::string& name, Shape shape, std::vector<float> elements)
    {
        model::Tensor tensor{std::move(shape), std::move(elements), {}, false};
        return store(name, std::move(tensor));
    }
    ValueIndex constant(const std::string& name, Integers elements)
    {
        model::Tensor tensor{{signed_of(elements.size())}, {}, std::move(elements), true};
        return store(name, std::move(tensor));
    }

    void node(const std::string& op, const std::string& name, std::vector<ValueIndex> inputs,
              std::map<std::string, model::Attribute> attributes = {}, const std::string& output = {})
    {
        model::Node node;
        node.op = op;
        node.name = place_.prefix + name;
        node.inputs.assign(inputs.begin(), inputs.end());
        const ValueIndex made = value(output.empty() ? node.name : output);
        graph_.values[made.at()].producer = NodeIndex(graph_.nodes.size());
        node.outputs = {made};
        node.attributes = std::move(attributes);
        graph_.nodes.push_back(std::move(node));
        at_ = made;
    }

    void linear(const std::string& name, const Linear& layer, const std::string& output)
    {
        const ValueIndex weights =
            constant(name + "/weight", {signed_of(layer.rows), signed_of(layer.columns)}, layer.weights);
        const ValueIndex bias = constant(name + "/bias", {signed_of(layer.rows)}, layer.bias);
        node("Gemm", name, {at_, weights, bias}, {{"transB", std::int64_t{1}}}, output);
    }

private:
    ValueIndex value(std::string name)
    {
        graph_.values.emplace_back().name = std::move(name);
        return ValueIndex(graph_.values.size() - 1);
    }
    ValueIndex store(const std::string& name, model::Tensor tensor)
    {
        const ValueIndex index = value(place_.prefix + name);
        model::Value& made = graph_.values[index.at()];
        made.shape = tensor.shape;
        made.is_int = tensor.is_int;
        made.constant = std::make_shared<const model::Tensor>(std::move(tensor));
        return index;
    }

    model::Graph& graph_;
    const HeadPlace& place_;
    ValueIndex at_;
};

/// [batch, tokens, channels] -> [batch, 2 channels]
void append_token_pooling(Chain& chain, std::int64_t opset)
{
    constexpr std::int64_t slice_by_inputs = 10;
    constexpr std::int64_t mean_by_inputs = 18;
    const ValueIndex tokens = chain.at();
    if (opset >= slice_by_inputs) {
        const ValueIndex starts = chain.constant("starts", {0});
        const ValueIndex ends = chain.constant("ends", {1});
        const ValueIndex axes = chain.constant("axes", {1});
        chain.node("Slice", "first_token", {tokens, starts, ends, axes});
    } else {
        chain.node("Slice", "first_token", {tokens},
                   {{"starts", Integers{0}}, {"ends", Integers{1}}, {"axes", Integers{1}}});
    }
    const ValueIndex first = chain.at();
    if (opset >= mean_by_inputs)
        chain.node("ReduceMean", "mean_token", {tokens, chain.constant("mean_axes", {1})},
                   {{"keepdims", std::int64_t{1}}});
    else
        chain.node("ReduceMean", "mean_token", {tokens}, {{"axes", Integers{1}}, {"keepdims", std::int64_t{1}}});
    chain.node("Concat", "tokens", {first, chain.at()}, {{"axis", std::int64_t{1}}});
}

void append_map_pooling(Chain& chain, const Head& head)
{
    const HeadSpec& spec = head.spec;
    const auto pool = [&](const std::string& name, Cells rows, Cells columns) {
        if (rows.kernel == 1 && columns.kernel == 1)
            return;
        chain.node("AveragePool", name, {chain.at()},
                   {{"kernel_shape", Integers{signed_of(rows.kernel), signed_of(columns.kernel)}},
                    {"strides", Integers{signed_of(rows.stride), signed_of(columns.stride)}}});
    };
    pool("pool", {spec.pool, spec.pool}, {spec.pool, spec.pool});
    if (head.convolution) {
        const Linear& layer = *head.convolution;
        const ValueIndex weights =
            chain.constant("conv/weight", {signed_of(layer.rows), signed_of(spec.input.channels), 3, 3}, layer.weights);
        const ValueIndex bias = chain.constant("conv/bias", {signed_of(layer.rows)}, layer.bias);
        const std::int64_t stride = signed_of(spec.conv_stride);
        chain.node(
            "Conv", "conv", {chain.at(), weights, bias},
            {{"kernel_shape", Integers{3, 3}}, {"strides", Integers{stride, stride}}, {"pads", Integers{1, 1, 1, 1}}});
        chain.node("Relu", "conv_relu", {chain.at()});
    }
    const FeatureShape map = spec.gridded();
    pool("grid", cells_over(map.height, spec.grid), cells_over(map.width, spec.grid));
}

}  // namespace

void append_head(model::Graph& addition, const Head& head, const HeadPlace& place)
{
    Chain chain(addition, place);
    if (head.spec.input.layout == FeatureShape::Layout::tokens)
        append_token_pooling(chain, place.opset);
    else if (head.spec.input.layout == FeatureShape::Layout::map)
        append_map_pooling(chain, head);
    if (head.spec.input.layout != FeatureShape::Layout::vector)
        chain.node("Flatten", "flatten", {chain.at()}, {{"axis", std::int64_t{1}}});
    if (head.hidden) {
        chain.linear("hidden", *head.hidden, {});
        chain.node("Relu", "hidden_relu", {chain.at()});
    }
    chain.linear("logits", head.output, place.output);
    addition.values[chain.at().at()].shape = {-1, signed_of(head.spec.classes)};
    addition.outputs.push_back(chain.at());
    addition.output_names.push_back(place.output);
}

}  // namespace exitscope::exits
