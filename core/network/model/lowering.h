// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/network/model/operators.h"

namespace exitscope::model {

/// Expresses one node by simpler operators, each added through its own rule. An error ends the lowering: see lower().
class Lowering {
public:
    using Inputs = std::vector<std::optional<ValueIndex>>;
    using Attributes = std::map<std::string, Attribute>;
    using Integers = std::vector<std::int64_t>;

    explicit Lowering(NodeContext& context) : context_(context) {}

    /// Adds an operator of opset 18 and returns its first output. Inputs that may be constant (axes, shapes, ...) are
    /// passed as attributes.
    ValueIndex apply(std::string op, Inputs inputs, Attributes attributes = {});
    ValueIndex reshape(ValueIndex value, Integers shape)
    {
        return apply("Reshape", {value}, {{"shape", std::move(shape)}});
    }
    ValueIndex transpose(ValueIndex value, Integers perm)
    {
        return apply("Transpose", {value}, {{"perm", std::move(perm)}});
    }
    ValueIndex cast(ValueIndex value, ValueType to);

    ValueIndex number(double value, ValueType type = float_type);
    ValueIndex integers(Integers values);
    ValueIndex constant(Tensor tensor);

    [[nodiscard]] ValueIndex input(std::size_t position) const { return *context_.node.inputs[position]; }
    /// Returned by value, because references into the graph become invalid when it grows.
    [[nodiscard]] Shape shape(ValueIndex value) const { return context_.graph.value(value).shape; }
    [[nodiscard]] std::int64_t rank(ValueIndex value) const
    {
        return static_cast<std::int64_t>(context_.graph.value(value).shape.size());
    }
    [[nodiscard]] ValueType type(ValueIndex value) const { return context_.graph.value(value).type(); }

    /// Exception thrown by apply() and caught by lower().
    struct Failure {
        Error error;
    };

private:
    NodeContext& context_;
};

/// Runs build(lowering), which returns one value per output of the node, and sets them as the node's results.
template <class Build>
[[nodiscard]] Expected<void> lower(NodeContext& context, Build&& build)
{
    try {
        Lowering lowering(context);
        std::vector<ValueIndex> results = std::forward<Build>(build)(lowering);
        context.results = std::move(results);
        return {};
    } catch (const Lowering::Failure& failure) {
        return tl::unexpected<Error>(failure.error);
    }
}

}  // namespace exitscope::model
