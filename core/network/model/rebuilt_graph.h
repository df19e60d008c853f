// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// A graph whose nodes are replaced one by one, in their order: a rewriting pass derives from it.
class RebuiltGraph {
public:
    explicit RebuiltGraph(Graph& graph) : graph_(graph), stands_for_(graph.values.size()) {}

protected:
    ~RebuiltGraph() = default;

    /// Hands each node to `rewrite`, its inputs already what stands for them, and removes what nothing reads any more.
    /// `rewrite` adds nodes, or keeps its own. Errors: those of `rewrite`.
    [[nodiscard]] Expected<void> rebuild(const std::function<Expected<void>(Node)>& rewrite);
    [[nodiscard]] const Graph& graph() const { return graph_; }

    /// What is read in place of a value of the file.
    [[nodiscard]] ValueIndex real(ValueIndex value) const;
    void stand_for(ValueIndex value, ValueIndex instead);

    ValueIndex new_value(std::string name);
    /// A node named like `origin` with one output: `output`, or a new value.
    ValueIndex add(std::string op, const Node& origin, std::vector<std::optional<ValueIndex>> inputs,
                   std::map<std::string, Attribute> attributes = {}, std::optional<ValueIndex> output = {});
    void keep(Node node);
    void set_constant(ValueIndex value, Tensor tensor, StoredQuantization stored = {});
    ValueIndex new_constant(const Node& origin, Tensor tensor);

    /// Null: the node has no such input, or it is not constant.
    [[nodiscard]] const Tensor* constant(const Node& node, std::size_t input) const;
    [[nodiscard]] static bool has(const Node& node, std::size_t input)
    {
        return input < node.inputs.size() && node.inputs[input];
    }

private:
    Graph& graph_;
    std::vector<std::optional<ValueIndex>> stands_for_;  ///< by value of the file
};

}  // namespace exitscope::model
