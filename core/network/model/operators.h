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

/// One node while specialise() works on it: what an operator's rule reads, and what it decides.
/// `node` is a copy with its inputs mapped into `graph`, the graph under construction, whose values all have known
/// shapes. A rule checks the node, brings it to the normal form listed at specialise() and then either sets `shapes`
/// (the node is kept or, where all its inputs are constant, folded) or sets `results` (the node goes away).
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
    std::vector<Shape> shapes;        ///< of the outputs; outputs beyond are not provided
    std::vector<ValueType> types;     ///< of the outputs; where it is too short, that of the first input
    std::vector<ValueIndex> results;  ///< the values that the outputs stand for

    [[nodiscard]] bool has(std::size_t input) const { return input < node.inputs.size() && node.inputs[input]; }
    [[nodiscard]] const Value& value(std::size_t input) const { return graph.value(*node.inputs[input]); }
    [[nodiscard]] const Shape& shape(std::size_t input) const { return value(input).shape; }
    [[nodiscard]] std::int64_t rank(std::size_t input) const { return static_cast<std::int64_t>(shape(input).size()); }
    /// Null when the input is absent or flows.
    [[nodiscard]] const Tensor* constant(std::size_t input) const;

    /// Every input from `first` to `last` is there.
    [[nodiscard]] Expected<void> require_inputs(std::size_t first, std::size_t last) const;
    /// The attribute `key`, or the constant integer input at `input`, in which older and newer opsets keep the same
    /// thing; nothing when both are absent. Errors: the input flows or holds floats.
    [[nodiscard]] Expected<std::optional<std::vector<std::int64_t>>> integers(std::string_view key,
                                                                              std::size_t input) const;

    /// Adds to the graph.
    ValueIndex add_constant(Tensor tensor, std::string name);
    /// Adds a node in normal form that the caller vouches for; the output has the type of the first input.
    ValueIndex add_node(std::string op, std::vector<std::optional<ValueIndex>> inputs,
                        std::map<std::string, Attribute> attributes, Shape shape);
};

using Rule = Expected<void> (*)(NodeContext&);
/// Computes the only output of a normalised node (context after its rule) from constant inputs.
using Fold = Expected<Tensor> (*)(const NodeContext&);

/// Which tensors an operator takes when they flow.
enum class Takes { floats, integers_too };

/// One row per supported operator. Without a `fold` a node stays in the graph even if all its inputs are constant.
struct Operator {
    std::string_view name;
    Rule rule;
    Fold fold = nullptr;
    Takes takes = Takes::floats;
};

/// Null for operators that are not supported.
[[nodiscard]] const Operator* find_operator(std::string_view name);
/// Why find_operator() knows no such operator.
[[nodiscard]] std::string why_unsupported(std::string_view name);

/// Checks a node whose inputs are in `graph` and adds what it comes to: the node in normal form, several others, a
/// constant, or nothing. Returns the values that its outputs stand for, possibly fewer than `outputs`.
/// Errors: unsupported (why), inputs that do not fit; what has been added by then is of no use.
[[nodiscard]] Expected<std::vector<ValueIndex>> add_operation(Graph& graph, Node mapped, std::int64_t opset,
                                                              std::size_t outputs);

/// Most elements of one tensor that flows, of one constant that folding makes, and of all of those together: a small
/// file must not be able to ask for all the memory there is.
inline constexpr std::int64_t max_flowing_elements = std::int64_t{1} << 30;
inline constexpr std::int64_t max_folded_elements = std::int64_t{1} << 28;
inline constexpr std::int64_t max_folded_elements_together = std::int64_t{1} << 29;
/// Most elements along one axis (loops keep tables of positions along it), and most constants that folding reads.
inline constexpr std::int64_t max_extent = std::int64_t{1} << 28;
inline constexpr std::int64_t max_folding_work = std::int64_t{1} << 30;

/// A negative axis counts from the end. Errors: outside [-rank, rank).
[[nodiscard]] Expected<std::int64_t> normal_axis(std::int64_t axis, std::int64_t rank);
/// Sorted, without repetition.
[[nodiscard]] Expected<std::vector<std::int64_t>> normal_axes(const std::vector<std::int64_t>& axes, std::int64_t rank);
/// Numpy broadcasting; nothing when the shapes do not fit.
[[nodiscard]] std::optional<Shape> broadcast(const Shape& a, const Shape& b);

// Each family of rules lists its operators in a table at the end of its file.
[[nodiscard]] std::span<const Operator> window_operators();  ///< convolution and pooling
[[nodiscard]] std::span<const Operator> matrix_operators();
[[nodiscard]] std::span<const Operator> elementwise_operators();  ///< one input, or several that are broadcast
[[nodiscard]] std::span<const Operator> normalisation_operators();
[[nodiscard]] std::span<const Operator> reduce_operators();  ///< along one axis or several
[[nodiscard]] std::span<const Operator> layout_operators();  ///< the same elements in another shape or order
[[nodiscard]] std::span<const Operator> extend_operators();  ///< more elements than before
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
