// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// One node while specialise() works on it: input and result of an operator's rule.
/// `node` is a copy with its inputs mapped into `graph`, the graph under construction, whose values all have known
/// shapes. A rule checks the node, brings it to the normal form listed at specialise() and then either sets `shapes`
/// (the node is kept or, where all its inputs are constant, folded) or sets `results` (the node is removed).
/// Errors of rules have an empty `where`; the caller names the node.
class NodeContext {
public:
    NodeContext(Graph& under_construction, Node mapped, std::int64_t of_opset, std::size_t outputs)
        : graph(under_construction), node(std::move(mapped)), opset(of_opset), output_count(outputs)
    {
    }

    Graph& graph;
    Node node;
    std::int64_t opset;
    std::size_t output_count;
    std::vector<Shape> shapes;        ///< of the outputs; outputs beyond its end are not computed
    std::vector<ValueType> types;     ///< of the outputs; outputs beyond its end have the type of the first input
    std::vector<ValueIndex> results;  ///< one per output: the value that replaces it

    [[nodiscard]] bool has(std::size_t input) const { return input < node.inputs.size() && node.inputs[input]; }
    [[nodiscard]] const Value& value(std::size_t input) const { return graph.value(*node.inputs[input]); }
    [[nodiscard]] const Shape& shape(std::size_t input) const { return value(input).shape; }
    [[nodiscard]] std::int64_t rank(std::size_t input) const { return static_cast<std::int64_t>(shape(input).size()); }
    /// The constant at `input`; null when the input is absent or not constant.
    [[nodiscard]] const Tensor* constant(std::size_t input) const;

    /// Error unless every input from `first` to `last` is present.
    [[nodiscard]] Expected<void> require_inputs(std::size_t first, std::size_t last) const;
    /// The attribute `key` (older opsets) or else the constant integer input at `input` (newer opsets); nullopt when
    /// both are absent. Errors: the input is not constant or holds floats.
    [[nodiscard]] Expected<std::optional<std::vector<std::int64_t>>> integers(std::string_view key,
                                                                              std::size_t input) const;

    /// Adds a constant to the graph.
    ValueIndex add_constant(Tensor tensor, std::string name);
    /// Adds a node without checking it: the caller guarantees the normal form. The output has the type of the first
    /// input.
    ValueIndex add_node(std::string op, std::vector<std::optional<ValueIndex>> inputs,
                        std::map<std::string, Attribute> attributes, Shape shape);
};

using Rule = Expected<void> (*)(NodeContext&);
/// Computes the only output of a node with constant inputs, after its rule has run.
using Fold = Expected<Tensor> (*)(const NodeContext&);

/// Types of the non-constant tensors that an operator accepts.
enum class Takes { floats, integers_too };

/// A row of the table of supported operators. Without a `fold` a node stays in the graph even if all its inputs are
/// constant.
struct Operator {
    std::string_view name;
    Rule rule;
    Fold fold = nullptr;
    Takes takes = Takes::floats;
};

/// Null for operators that are not supported.
[[nodiscard]] const Operator* find_operator(std::string_view name);
/// The reason for a message when find_operator() returns null.
[[nodiscard]] std::string why_unsupported(std::string_view name);

/// Checks a node whose inputs are in `graph` and adds its replacement: the node in normal form, several nodes, a
/// constant, or no node at all. Returns the values that replace its outputs, possibly fewer than `outputs`.
/// Errors: unsupported (with the reason), inputs that do not fit. On error the graph is left inconsistent; discard it.
[[nodiscard]] Expected<std::vector<ValueIndex>> add_operation(Graph& graph, Node mapped, std::int64_t opset,
                                                              std::size_t outputs);

/// Most elements of one non-constant tensor, of one constant made by folding, and of all such constants together, so
/// that a small file cannot ask for all memory.
inline constexpr std::int64_t max_flowing_elements = std::int64_t{1} << 30;
inline constexpr std::int64_t max_folded_elements = std::int64_t{1} << 28;
inline constexpr std::int64_t max_folded_elements_together = std::int64_t{1} << 29;
/// Most elements along one axis (loops keep tables of positions along it), and most constants that folding reads.
inline constexpr std::int64_t max_extent = std::int64_t{1} << 28;
inline constexpr std::int64_t max_folding_work = std::int64_t{1} << 30;

/// The axis in [0, rank); a negative axis counts from the end. Error: outside [-rank, rank).
[[nodiscard]] Expected<std::int64_t> normal_axis(std::int64_t axis, std::int64_t rank);
/// The axes as normal_axis() gives them, sorted. Errors: those of normal_axis(), a repeated axis.
[[nodiscard]] Expected<std::vector<std::int64_t>> normal_axes(const std::vector<std::int64_t>& axes, std::int64_t rank);
/// The common shape under numpy broadcasting; nullopt when the shapes do not fit.
[[nodiscard]] std::optional<Shape> broadcast(const Shape& a, const Shape& b);

// The rules, by family. operators_window.cpp: convolution and pooling
Expected<void> conv_rule(NodeContext&);
Expected<void> conv_transpose_rule(NodeContext&);
Expected<void> pool_rule(NodeContext&);
Expected<void> global_pool_rule(NodeContext&);
// operators_matrix.cpp
Expected<void> gemm_rule(NodeContext&);
Expected<void> matmul_rule(NodeContext&);
Expected<void> einsum_rule(NodeContext&);
// operators_elementwise.cpp: one input, or several that are broadcast
Expected<void> unary_rule(NodeContext&);
Expected<void> activation_rule(NodeContext&);
Expected<void> swish_rule(NodeContext&);
Expected<void> clip_rule(NodeContext&);
Expected<void> broadcast_rule(NodeContext&);
Expected<void> pow_rule(NodeContext&);
Expected<void> prelu_rule(NodeContext&);
Expected<void> mean_rule(NodeContext&);
Expected<void> comparison_rule(NodeContext&);
Expected<void> classification_rule(NodeContext&);
Expected<void> where_rule(NodeContext&);
Expected<void> cast_rule(NodeContext&);
Expected<void> cast_like_rule(NodeContext&);
// operators_normalisation.cpp
Expected<void> batch_normalization_rule(NodeContext&);
Expected<void> layer_normalization_rule(NodeContext&);
Expected<void> rms_normalization_rule(NodeContext&);
Expected<void> group_normalization_rule(NodeContext&);
Expected<void> lrn_rule(NodeContext&);
Expected<void> lp_normalization_rule(NodeContext&);
Expected<void> mean_variance_rule(NodeContext&);
Expected<void> softmax_rule(NodeContext&);
// operators_reduce.cpp: along one axis or several
Expected<void> reduce_rule(NodeContext&);
Expected<void> arg_rule(NodeContext&);
Expected<void> top_k_rule(NodeContext&);
Expected<void> cum_sum_rule(NodeContext&);
// operators_layout.cpp: the same elements in another shape or order
Expected<void> flatten_rule(NodeContext&);
Expected<void> reshape_rule(NodeContext&);
Expected<void> squeeze_rule(NodeContext&);
Expected<void> unsqueeze_rule(NodeContext&);
Expected<void> transpose_rule(NodeContext&);
Expected<void> concat_rule(NodeContext&);
Expected<void> split_rule(NodeContext&);
Expected<void> slice_rule(NodeContext&);
Expected<void> depth_to_space_rule(NodeContext&);
Expected<void> space_to_depth_rule(NodeContext&);
Expected<void> identity_rule(NodeContext&);
Expected<void> dropout_rule(NodeContext&);
// operators_extend.cpp: more elements than before
Expected<void> pad_rule(NodeContext&);
Expected<void> center_crop_pad_rule(NodeContext&);
Expected<void> expand_rule(NodeContext&);
Expected<void> tile_rule(NodeContext&);
Expected<void> trilu_rule(NodeContext&);
// operators_gather.cpp: elements chosen by indices
Expected<void> gather_rule(NodeContext&);
Expected<void> gather_elements_rule(NodeContext&);
Expected<void> gather_nd_rule(NodeContext&);
Expected<void> scatter_elements_rule(NodeContext&);
Expected<void> scatter_nd_rule(NodeContext&);
Expected<void> one_hot_rule(NodeContext&);
// operators_resize.cpp
Expected<void> resize_rule(NodeContext&);
Expected<void> upsample_rule(NodeContext&);
// operators_constant.cpp: results that depend on shapes and constants alone
Expected<void> constant_rule(NodeContext&);
Expected<void> shape_rule(NodeContext&);
Expected<void> size_rule(NodeContext&);
Expected<void> constant_of_shape_rule(NodeContext&);
Expected<void> eye_like_rule(NodeContext&);
Expected<void> range_rule(NodeContext&);
Expected<void> non_zero_rule(NodeContext&);
// operators_integer.cpp: quantized operators that run on integers, unchanged
Expected<void> quantize_linear_rule(NodeContext&);
Expected<void> dequantize_linear_rule(NodeContext&);
Expected<void> dynamic_quantize_linear_rule(NodeContext&);
Expected<void> conv_integer_rule(NodeContext&);
Expected<void> matmul_integer_rule(NodeContext&);
Expected<void> qlinear_conv_rule(NodeContext&);
Expected<void> qlinear_matmul_rule(NodeContext&);
// operators_quantize.cpp: operators that remain after unify_quantization() (file_quantization.h)
Expected<void> quantize_dequantize_rule(NodeContext&);
Expected<Tensor> fold_quantize_dequantize(const NodeContext&);
/// Value::stored of the constant that a node folds to; null where its elements are no longer whole numbers times
/// scales.
[[nodiscard]] std::shared_ptr<const StoredQuantization> carried_scales(const NodeContext&);

// folding.cpp
Expected<Tensor> fold_unary(const NodeContext&);
Expected<Tensor> fold_binary(const NodeContext&);
Expected<Tensor> fold_where(const NodeContext&);
Expected<Tensor> fold_cast(const NodeContext&);
Expected<Tensor> fold_reduce(const NodeContext&);
// folding_layout.cpp
Expected<Tensor> fold_reshape(const NodeContext&);
Expected<Tensor> fold_transpose(const NodeContext&);
Expected<Tensor> fold_concat(const NodeContext&);
Expected<Tensor> fold_slice(const NodeContext&);
Expected<Tensor> fold_tile(const NodeContext&);
Expected<Tensor> fold_gather(const NodeContext&);

}  // namespace exitscope::model
