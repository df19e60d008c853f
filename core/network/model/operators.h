// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
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

// Each family of rules lists its operators in a table at the end of its file.
[[nodiscard]] std::span<const Operator> window_operators();  ///< convolution and pooling
[[nodiscard]] std::span<const Operator> matrix_operators();
[[nodiscard]] std::span<const Operator> elementwise_operators();  ///< one input, or several that are broadcast
[[nodiscard]] std::span<const Operator> normalisation_operators();
[[nodiscard]] std::span<const Operator> reduce_operators();  ///< along one axis or several
[[nodiscard]] std::span<const Operator> layout_operators();  ///< the same elements in another shape or order
[[nodiscard]] std::span<const Operator> extend_operators();  ///< more elements than before
[[nodiscard]] std::span<const Operator> fused_operators();  ///< of ONNX Runtime's optimiser (com.microsoft)
[[nodiscard]] std::span<const Operator> gather_operators();  ///< elements chosen by indices
[[nodiscard]] std::span<const Operator> resize_operators();
[[nodiscard]] std::span<const Operator> constant_operators();  ///< results that depend on shapes and constants alone
[[nodiscard]] std::span<const Operator> integer_operators();   ///< quantized operators that run as they stand
[[nodiscard]] std::span<const Operator>
quantize_operators();  ///< what is left of quantized files (file_quantization.h)

/// The rule of Identity, for operators that come to nothing.
Expected<void> identity_rule(NodeContext&);
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
