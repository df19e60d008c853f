// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/network/model/graph.h"

namespace exitscope::tests {

/// Builds small graphs from text, one statement a line, `#` starts a comment:
///
///     x = input [N,3,8,8]                 # N = the symbolic batch (-1); a number fixes it
///     w = random [4,3,3,3] scale=0.2      # normal values, from the builder's seed
///     b = constant [4] {1, -2, 0.5, 0}
///     s = ints [2] {0, -1}                # `ints [] {3}` is a scalar
///     c = Conv(x, w, b) pads=[1,1,1,1] strides=[2,2]
///     l, r = Split(c) axis=1
///     p = Clip(l, _, max)                 # _ = omitted optional input
///     > l, p                              # outputs of the graph
///
/// Attribute values: 3, 0.5, [1,2], [0.5,1.0], bare text, 'quoted text'. Throws std::invalid_argument on anything else.
/// The graph is as a file would be read; pass it to specialise() before cut() or the engine.
class GraphBuilder {
public:
    explicit GraphBuilder(std::uint64_t seed = 1, std::int64_t opset = 13);

    GraphBuilder& add(std::string_view statements);

    ValueIndex input(std::string name, model::Shape shape);
    ValueIndex constant(std::string name, model::Tensor tensor);
    /// Normal values of standard deviation `scale`.
    ValueIndex random(std::string name, model::Shape shape, float scale = 1.0F);
    /// Returns the outputs; `inputs` and `outputs` are value names.
    std::vector<ValueIndex> node(std::string op, const std::vector<std::string>& inputs,
                                 const std::vector<std::string>& outputs,
                                 std::map<std::string, model::Attribute> attributes = {});
    void output(const std::string& name);

    [[nodiscard]] const model::Graph& graph() const { return graph_; }

private:
    void statement(std::string_view line);
    ValueIndex value(std::string name);
    [[nodiscard]] ValueIndex find(const std::string& name) const;

    model::Graph graph_;
    std::map<std::string, ValueIndex> names_;
    Random random_;
};

/// The graph of GraphBuilder(seed, opset).add(statements).
[[nodiscard]] model::Graph build_graph(std::string_view statements, std::uint64_t seed = 1, std::int64_t opset = 13);

}  // namespace exitscope::tests
