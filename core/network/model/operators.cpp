// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <array>
#include <utility>

namespace exitscope::model {
namespace {

using enum Takes;

/// Sorted by name.
constexpr std::array operators = {
    Operator{"Abs", unary_rule, fold_unary, integers_too},
    Operator{"Acos", unary_rule},
    Operator{"Acosh", unary_rule},
    Operator{"Add", broadcast_rule, fold_binary, integers_too},
    Operator{"And", broadcast_rule, fold_binary, integers_too},
    Operator{"ArgMax", arg_rule, nullptr, integers_too},
    Operator{"ArgMin", arg_rule, nullptr, integers_too},
    Operator{"Asin", unary_rule},
    Operator{"Asinh", unary_rule},
    Operator{"Atan", unary_rule},
    Operator{"Atanh", unary_rule},
    Operator{"AveragePool", pool_rule},
    Operator{"BatchNormalization", batch_normalization_rule},
    Operator{"BitShift", broadcast_rule, nullptr, integers_too},
    Operator{"BitwiseAnd", broadcast_rule, nullptr, integers_too},
    Operator{"BitwiseNot", unary_rule, nullptr, integers_too},
    Operator{"BitwiseOr", broadcast_rule, nullptr, integers_too},
    Operator{"BitwiseXor", broadcast_rule, nullptr, integers_too},
    Operator{"Cast", cast_rule, fold_cast, integers_too},
    Operator{"CastLike", cast_like_rule, nullptr, integers_too},
    Operator{"Ceil", unary_rule, fold_unary},
    Operator{"Celu", activation_rule},
    Operator{"CenterCropPad", center_crop_pad_rule, nullptr, integers_too},
    Operator{"Clip", clip_rule, nullptr, integers_too},
    Operator{"Concat", concat_rule, fold_concat, integers_too},
    Operator{"Constant", constant_rule},
    Operator{"ConstantOfShape", constant_of_shape_rule},
    Operator{"Conv", conv_rule},
    Operator{"ConvInteger", conv_integer_rule, nullptr, integers_too},
    Operator{"ConvTranspose", conv_transpose_rule},
    Operator{"Cos", unary_rule},
    Operator{"Cosh", unary_rule},
    Operator{"CumSum", cum_sum_rule, nullptr, integers_too},
    Operator{"DepthToSpace", depth_to_space_rule, nullptr, integers_too},
    Operator{"DequantizeLinear", dequantize_linear_rule, nullptr, integers_too},
    Operator{"Div", broadcast_rule, fold_binary, integers_too},
    Operator{"Dropout", dropout_rule},
    Operator{"DynamicQuantizeLinear", dynamic_quantize_linear_rule},
    Operator{"Einsum", einsum_rule},
    Operator{"Elu", activation_rule},
    Operator{"Equal", comparison_rule, fold_binary, integers_too},
    Operator{"Erf", unary_rule},
    Operator{"Exp", unary_rule, fold_unary},
    Operator{"Expand", expand_rule, nullptr, integers_too},
    Operator{"EyeLike", eye_like_rule, nullptr, integers_too},
    Operator{"Flatten", flatten_rule, nullptr, integers_too},
    Operator{"Floor", unary_rule, fold_unary},
    Operator{"Gather", gather_rule, fold_gather, integers_too},
    Operator{"GatherElements", gather_elements_rule, nullptr, integers_too},
    Operator{"GatherND", gather_nd_rule, nullptr, integers_too},
    Operator{"Gelu", activation_rule},
    Operator{"Gemm", gemm_rule},
    Operator{"GlobalAveragePool", global_pool_rule},
    Operator{"GlobalLpPool", global_pool_rule},
    Operator{"GlobalMaxPool", global_pool_rule},
    Operator{"Greater", comparison_rule, fold_binary, integers_too},
    Operator{"GreaterOrEqual", comparison_rule, fold_binary, integers_too},
    Operator{"GroupNormalization", group_normalization_rule},
    Operator{"HardSigmoid", activation_rule},
    Operator{"HardSwish", unary_rule},
    Operator{"Hardmax", softmax_rule},
    Operator{"Identity", identity_rule, nullptr, integers_too},
    Operator{"InstanceNormalization", group_normalization_rule},
    Operator{"IsInf", classification_rule},
    Operator{"IsNaN", classification_rule},
    Operator{"LRN", lrn_rule},
    Operator{"LayerNormalization", layer_normalization_rule},
    Operator{"LeakyRelu", activation_rule},
    Operator{"Less", comparison_rule, fold_binary, integers_too},
    Operator{"LessOrEqual", comparison_rule, fold_binary, integers_too},
    Operator{"Log", unary_rule},
    Operator{"LogSoftmax", softmax_rule},
    Operator{"LpNormalization", lp_normalization_rule},
    Operator{"LpPool", pool_rule},
    Operator{"MatMul", matmul_rule},
    Operator{"MatMulInteger", matmul_integer_rule, nullptr, integers_too},
    Operator{"Max", broadcast_rule, fold_binary, integers_too},
    Operator{"MaxPool", pool_rule, nullptr, integers_too},
    Operator{"Mean", mean_rule},
    Operator{"MeanVarianceNormalization", mean_variance_rule},
    Operator{"Min", broadcast_rule, fold_binary, integers_too},
    Operator{"Mish", unary_rule},
    Operator{"Mod", broadcast_rule, fold_binary, integers_too},
    Operator{"Mul", broadcast_rule, fold_binary, integers_too},
    Operator{"Neg", unary_rule, fold_unary, integers_too},
    Operator{"NonZero", non_zero_rule},
    Operator{"Not", unary_rule, fold_unary, integers_too},
    Operator{"OneHot", one_hot_rule, nullptr, integers_too},
    Operator{"Or", broadcast_rule, fold_binary, integers_too},
    Operator{"PRelu", prelu_rule},
    Operator{"Pad", pad_rule, nullptr, integers_too},
    Operator{"Pow", pow_rule, fold_binary, integers_too},
    Operator{"QLinearConv", qlinear_conv_rule, nullptr, integers_too},
    Operator{"QLinearMatMul", qlinear_matmul_rule, nullptr, integers_too},
    Operator{"QuantizeDequantize", quantize_dequantize_rule, fold_quantize_dequantize},
    Operator{"QuantizeLinear", quantize_linear_rule, nullptr, integers_too},
    Operator{"RMSNormalization", rms_normalization_rule},
    Operator{"Range", range_rule},
    Operator{"Reciprocal", unary_rule},
    Operator{"ReduceL1", reduce_rule, nullptr, integers_too},
    Operator{"ReduceL2", reduce_rule, nullptr, integers_too},
    Operator{"ReduceLogSum", reduce_rule},
    Operator{"ReduceLogSumExp", reduce_rule},
    Operator{"ReduceMax", reduce_rule, fold_reduce, integers_too},
    Operator{"ReduceMean", reduce_rule, fold_reduce, integers_too},
    Operator{"ReduceMin", reduce_rule, fold_reduce, integers_too},
    Operator{"ReduceProd", reduce_rule, fold_reduce, integers_too},
    Operator{"ReduceSum", reduce_rule, fold_reduce, integers_too},
    Operator{"ReduceSumSquare", reduce_rule, nullptr, integers_too},
    Operator{"Relu", unary_rule, fold_unary, integers_too},
    Operator{"Reshape", reshape_rule, fold_reshape, integers_too},
    Operator{"Resize", resize_rule, nullptr, integers_too},
    Operator{"Round", unary_rule, fold_unary},
    Operator{"Scatter", scatter_elements_rule, nullptr, integers_too},
    Operator{"ScatterElements", scatter_elements_rule, nullptr, integers_too},
    Operator{"ScatterND", scatter_nd_rule, nullptr, integers_too},
    Operator{"Selu", activation_rule},
    Operator{"Shape", shape_rule, nullptr, integers_too},
    Operator{"Shrink", activation_rule},
    Operator{"Sigmoid", unary_rule, fold_unary},
    Operator{"Sign", unary_rule, nullptr, integers_too},
    Operator{"Sin", unary_rule},
    Operator{"Sinh", unary_rule},
    Operator{"Size", size_rule, nullptr, integers_too},
    Operator{"Slice", slice_rule, fold_slice, integers_too},
    Operator{"Softmax", softmax_rule},
    Operator{"Softplus", unary_rule},
    Operator{"Softsign", unary_rule},
    Operator{"SpaceToDepth", space_to_depth_rule, nullptr, integers_too},
    Operator{"Split", split_rule, nullptr, integers_too},
    Operator{"Sqrt", unary_rule, fold_unary},
    Operator{"Squeeze", squeeze_rule, nullptr, integers_too},
    Operator{"Sub", broadcast_rule, fold_binary, integers_too},
    Operator{"Sum", broadcast_rule, fold_binary, integers_too},
    Operator{"Swish", swish_rule},
    Operator{"Tan", unary_rule},
    Operator{"Tanh", unary_rule, fold_unary},
    Operator{"ThresholdedRelu", activation_rule},
    Operator{"Tile", tile_rule, fold_tile, integers_too},
    Operator{"TopK", top_k_rule, nullptr, integers_too},
    Operator{"Transpose", transpose_rule, fold_transpose, integers_too},
    Operator{"Trilu", trilu_rule, nullptr, integers_too},
    Operator{"Unsqueeze", unsqueeze_rule, nullptr, integers_too},
    Operator{"Upsample", upsample_rule, nullptr, integers_too},
    Operator{"Where", where_rule, fold_where, integers_too},
    Operator{"Xor", broadcast_rule, fold_binary, integers_too},
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
    if (normal && normal->takes == floats && reads_integers)
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
        if (input && entry->takes == floats && graph.value(*input).is_int && !graph.value(*input).constant)
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
