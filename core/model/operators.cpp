// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/operators.h"

#include <algorithm>
#include <array>
#include <utility>

namespace exitscope::model {
namespace {

/// Sorted by name.
constexpr std::array operators = {
    Operator{"Abs", unary_rule, fold_unary},
    Operator{"Add", broadcast_rule, fold_binary},
    Operator{"AveragePool", pool_rule},
    Operator{"BatchNormalization", batch_normalization_rule},
    Operator{"Cast", cast_rule},
    Operator{"Ceil", constant_unary_rule, fold_unary},
    Operator{"Clip", clip_rule},
    Operator{"Concat", concat_rule, fold_concat},
    Operator{"Constant", constant_rule},
    Operator{"ConstantOfShape", constant_of_shape_rule},
    Operator{"Conv", conv_rule},
    Operator{"Div", broadcast_rule, fold_binary},
    Operator{"Dropout", dropout_rule},
    Operator{"Elu", alpha_rule},
    Operator{"Equal", comparison_rule, fold_binary},
    Operator{"Exp", unary_rule, fold_unary},
    Operator{"Expand", expand_rule},
    Operator{"Flatten", flatten_rule},
    Operator{"Floor", constant_unary_rule, fold_unary},
    Operator{"Gather", gather_rule},
    Operator{"Gemm", gemm_rule},
    Operator{"GlobalAveragePool", global_pool_rule},
    Operator{"GlobalMaxPool", global_pool_rule},
    Operator{"Greater", comparison_rule, fold_binary},
    Operator{"HardSigmoid", hard_sigmoid_rule},
    Operator{"HardSwish", unary_rule},
    Operator{"Identity", identity_rule},
    Operator{"LeakyRelu", alpha_rule},
    Operator{"Less", comparison_rule, fold_binary},
    Operator{"LogSoftmax", softmax_rule},
    Operator{"MatMul", matmul_rule},
    Operator{"Max", broadcast_rule, fold_binary},
    Operator{"MaxPool", pool_rule},
    Operator{"Min", broadcast_rule, fold_binary},
    Operator{"Mul", broadcast_rule, fold_binary},
    Operator{"Neg", unary_rule, fold_unary},
    Operator{"Not", constant_unary_rule, fold_unary},
    Operator{"Pad", pad_rule},
    Operator{"Pow", broadcast_rule, fold_binary},
    Operator{"Range", range_rule},
    Operator{"ReduceMax", reduce_rule, fold_reduce},
    Operator{"ReduceMean", reduce_rule, fold_reduce},
    Operator{"ReduceProd", reduce_rule, fold_reduce},
    Operator{"ReduceSum", reduce_rule, fold_reduce},
    Operator{"Relu", unary_rule, fold_unary},
    Operator{"Reshape", reshape_rule, fold_reshape},
    Operator{"Shape", shape_rule},
    Operator{"Sigmoid", unary_rule, fold_unary},
    Operator{"Size", size_rule},
    Operator{"Slice", slice_rule, fold_slice},
    Operator{"Softmax", softmax_rule},
    Operator{"Split", split_rule},
    Operator{"Sqrt", unary_rule, fold_unary},
    Operator{"Squeeze", squeeze_rule},
    Operator{"Sub", broadcast_rule, fold_binary},
    Operator{"Sum", broadcast_rule, fold_binary},
    Operator{"Tanh", unary_rule, fold_unary},
    Operator{"Transpose", transpose_rule, fold_transpose},
    Operator{"Unsqueeze", unsqueeze_rule},
    Operator{"Where", where_rule},
};
static_assert(std::is_sorted(operators.begin(), operators.end(),
                             [](const Operator& a, const Operator& b) { return a.name < b.name; }));

}  // namespace

const Operator* find_operator(std::string_view name)
{
    const auto found = std::lower_bound(operators.begin(), operators.end(), name,
                                        [](const Operator& entry, std::string_view key) { return entry.name < key; });
    return found != operators.end() && found->name == name ? &*found : nullptr;
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
