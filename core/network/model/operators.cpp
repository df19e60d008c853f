// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace exitscope::model {
namespace {

/// All families, sorted by name.
const std::vector<Operator>& operators()
{
    static const std::vector<Operator> all = [] {
        std::vector<Operator> rows;
        for (const std::span<const Operator> family :
             {constant_operators(), elementwise_operators(), extend_operators(), fused_operators(), gather_operators(),
              integer_operators(), layout_operators(), matrix_operators(), normalisation_operators(),
              quantize_operators(), reduce_operators(), resize_operators(), window_operators()})
            rows.insert(rows.end(), family.begin(), family.end());
        std::sort(rows.begin(), rows.end(), [](const Operator& a, const Operator& b) { return a.name < b.name; });
        return rows;
    }();
    return all;
}

}  // namespace

const Operator* find_operator(std::string_view name)
{
    const auto found = std::lower_bound(operators().begin(), operators().end(), name,
                                        [](const Operator& entry, std::string_view key) { return entry.name < key; });
    return found != operators().end() && found->name == name ? &*found : nullptr;
}

namespace {

/// Adds the checked node, or the constant that it folds to, to the graph; fills `results`.
Expected<void> place(NodeContext& context)
{
    const Operator* normal = find_operator(context.node.op);
    const bool constant = std::all_of(context.node.inputs.begin(), context.node.inputs.end(), [&](const auto& input) {
        return !input || context.graph.value(*input).constant;
    });
    const bool folds = constant && normal && normal->fold && context.shapes.size() == 1;
    const auto too_long = [](std::int64_t extent) { return extent > max_extent; };
    for (const Shape& shape : context.shapes)
        if (!checked_element_count(shape, folds ? max_folded_elements : max_flowing_elements) ||
            std::any_of(shape.begin(), shape.end(), too_long))
            return bad_input({}, "its result would have the impossible shape " + to_text(shape));
    while (context.types.size() < context.shapes.size())
        context.types.push_back(context.value(0).type());
    if (folds) {
        Expected<Tensor> folded = normal->fold(context);
        if (!folded)
            return forward(folded);
        folded->element = context.types.front().element;
        for (std::int64_t& element : folded->ints)
            element = narrowed(element, folded->element);
        std::shared_ptr<const StoredQuantization> scales = carried_scales(context);
        context.results = {context.add_constant(std::move(*folded), context.node.name)};
        context.graph.values[context.results.front().at()].stored = std::move(scales);
        return {};
    }
    const bool reads_integers =
        std::any_of(context.node.inputs.begin(), context.node.inputs.end(),
                    [&](const auto& input) { return input && context.graph.value(*input).is_int; });
    if (normal && normal->takes == Takes::floats && reads_integers)
        return unsupported({}, "it works on integers");
    const std::size_t outputs = std::min(context.shapes.size(), context.output_count);
    for (std::size_t o = 0; o < outputs; ++o) {
        Value value;
        value.name = context.node.name;
        value.shape = context.shapes[o];
        value.is_int = context.types[o].is_int;
        value.element = context.types[o].element;
        value.producer = NodeIndex(context.graph.nodes.size());
        context.node.outputs.emplace_back(context.graph.values.size());
        context.graph.values.push_back(std::move(value));
    }
    context.results = context.node.outputs;
    context.graph.nodes.push_back(std::move(context.node));
    return {};
}

}  // namespace

std::string why_unsupported(std::string_view op)
{
    if (op.starts_with("com.microsoft.nchwc."))
        return "ONNX Runtime's optimiser wrote it for one kind of processor: save the model before optimisation, or "
               "optimised at the level \"extended\" at most";
    if (op.find('.') != std::string_view::npos)
        return "operators of the domain " + std::string(op.substr(0, op.rfind('.'))) + " are not supported";
    for (const std::string_view body : {"If", "Loop", "Scan", "SequenceMap"})
        if (op == body)
            return "operators that hold graphs of their own are not supported";
    for (const std::string_view dynamic : {"Compress", "NonMaxSuppression", "Unique"})
        if (op == dynamic)
            return "the number of its results depends on the data";
    for (const std::string_view recurrent : {"GRU", "LSTM", "RNN"})
        if (op == recurrent)
            return "recurrent layers are not supported";
    for (const std::string_view random :
         {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"})
        if (op == random)
            return "its result is random";
    return "the operator is not supported";
}

Expected<std::vector<ValueIndex>> add_operation(Graph& graph, Node mapped, std::int64_t opset, std::size_t outputs)
{
    const Operator* entry = find_operator(mapped.op);
    if (!entry)
        return unsupported({}, why_unsupported(mapped.op));
    for (const std::optional<ValueIndex>& input : mapped.inputs)
        if (input && entry->takes == Takes::floats && graph.value(*input).is_int && !graph.value(*input).constant)
            return unsupported({}, "it works on integers that are not constant");
    NodeContext context(graph, std::move(mapped), opset, outputs);
    Expected<void> done = entry->rule(context);
    if (done && context.results.empty())
        done = place(context);
    if (!done)
        return forward(done);
    return std::move(context.results);
}

const Tensor* NodeContext::constant(std::size_t input) const
{
    return has(input) ? value(input).constant.get() : nullptr;
}

Expected<void> NodeContext::require_inputs(std::size_t first, std::size_t last) const
{
    for (std::size_t i = first; i <= last; ++i)
        if (!has(i))
            return bad_input({}, "its input " + std::to_string(i) + " is missing");
    return {};
}

Expected<std::optional<std::vector<std::int64_t>>> NodeContext::integers(std::string_view key, std::size_t input) const
{
    using Result = std::optional<std::vector<std::int64_t>>;
    if (has(input)) {
        const Tensor* tensor = constant(input);
        if (!tensor)
            return unsupported({}, "its " + std::string(key) + " are computed from the data");
        if (!tensor->is_int)
            return bad_input({}, "its " + std::string(key) + " are not integers");
        return Result(tensor->ints);
    }
    const auto found = node.attributes.find(std::string(key));
    if (found == node.attributes.end())
        return Result();
    const auto* list = std::get_if<std::vector<std::int64_t>>(&found->second);
    if (!list)
        return bad_input({}, "its attribute '" + std::string(key) + "' is not a list of integers");
    return Result(*list);
}

ValueIndex NodeContext::add_constant(Tensor tensor, std::string name)
{
    Value value;
    value.name = std::move(name);
    value.shape = tensor.shape;
    value.is_int = tensor.is_int;
    value.element = tensor.element;
    value.constant = std::make_shared<const Tensor>(std::move(tensor));
    graph.values.push_back(std::move(value));
    return ValueIndex(graph.values.size() - 1);
}

ValueIndex NodeContext::add_node(std::string op, std::vector<std::optional<ValueIndex>> inputs,
                                 std::map<std::string, Attribute> attributes, Shape shape)
{
    Node added;
    added.name = node.name + "/" + op;
    added.op = std::move(op);
    added.inputs = std::move(inputs);
    added.attributes = std::move(attributes);
    const ValueIndex output(graph.values.size());
    Value value;
    value.name = added.name;
    value.shape = std::move(shape);
    value.is_int = graph.value(*added.inputs.front()).is_int;
    value.element = graph.value(*added.inputs.front()).element;
    value.producer = NodeIndex(graph.nodes.size());
    graph.values.push_back(std::move(value));
    added.outputs.push_back(output);
    graph.nodes.push_back(std::move(added));
    return output;
}

Expected<std::int64_t> normal_axis(std::int64_t axis, std::int64_t rank)
{
    if (axis < -rank || axis >= rank)
        return bad_input({},
                         "its axis " + std::to_string(axis) + " is outside a tensor of rank " + std::to_string(rank));
    return axis < 0 ? axis + rank : axis;
}

Expected<std::vector<std::int64_t>> normal_axes(const std::vector<std::int64_t>& axes, std::int64_t rank)
{
    std::vector<std::int64_t> sorted;
    for (const std::int64_t axis : axes) {
        const Expected<std::int64_t> normal = normal_axis(axis, rank);
        if (!normal)
            return tl::unexpected<Error>(normal.error());
        sorted.push_back(*normal);
    }
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
        return bad_input({}, "it names an axis twice");
    return sorted;
}

std::optional<Shape> broadcast(const Shape& a, const Shape& b)
{
    const Shape& longer = a.size() >= b.size() ? a : b;
    const Shape& shorter = a.size() >= b.size() ? b : a;
    Shape result = longer;
    const std::size_t offset = longer.size() - shorter.size();
    for (std::size_t i = 0; i < shorter.size(); ++i) {
        std::int64_t& extent = result[offset + i];
        if (extent == shorter[i] || shorter[i] == 1)
            continue;
        if (extent != 1)
            return std::nullopt;
        extent = shorter[i];
    }
    return result;
}

}  // namespace exitscope::model
