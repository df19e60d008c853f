// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/recognise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace exitscope::model {
namespace {

class Recogniser {
public:
    explicit Recogniser(Graph& graph) : graph_(graph), producer_(graph.values.size()), uses_(graph.values.size(), 0)
    {
        for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
            for (const ValueIndex output : graph.nodes[n].outputs)
                producer_[output.at()] = NodeIndex(n);
            for (const auto& input : graph.nodes[n].inputs)
                if (input)
                    ++uses_[input->at()];
        }
        for (const ValueIndex output : graph.outputs)
            ++uses_[output.at()];
    }

    /// Goes from the end to the beginning, so that the longest form is found first.
    void run()
    {
        for (std::size_t n = graph_.nodes.size(); n-- > 0;) {
            Node& node = graph_.nodes[n];
            if (!normalisation(node) && !gelu(node))
                bias(node);
        }
    }

private:
    struct Normalisation {
        ValueIndex input;
        float epsilon;
    };
    /// The inputs of a node with two of them.
    using Pair = std::array<ValueIndex, 2>;

    [[nodiscard]] std::optional<Pair> inputs(const Node& node, std::string_view op) const
    {
        if (node.op != op || node.inputs.size() != 2 || !node.inputs[0] || !node.inputs[1])
            return std::nullopt;
        return Pair{*node.inputs[0], *node.inputs[1]};
    }
    /// Inputs of the node that makes `value`.
    [[nodiscard]] std::optional<Pair> inputs(ValueIndex value, std::string_view op) const
    {
        const auto producer = producer_[value.at()];
        return producer ? inputs(graph_.node(*producer), op) : std::nullopt;
    }
    [[nodiscard]] const Node* producer(ValueIndex value, std::string_view op) const
    {
        const auto index = producer_[value.at()];
        return index && graph_.node(*index).op == op ? &graph_.node(*index) : nullptr;
    }
    [[nodiscard]] const Tensor* constant(ValueIndex value) const
    {
        const Tensor* tensor = graph_.value(value).constant.get();
        return tensor && !tensor->is_int ? tensor : nullptr;
    }
    [[nodiscard]] std::optional<float> number(ValueIndex value) const
    {
        const Tensor* tensor = constant(value);
        return tensor && tensor->floats.size() == 1 ? std::optional(tensor->floats[0]) : std::nullopt;
    }
    [[nodiscard]] bool is_number(ValueIndex value, double expected) const
    {
        const auto found = number(value);
        return found && std::fabs(double(*found) - expected) < 1e-6 * std::fabs(expected);
    }
    /// A constant vector along the last axis of `like`.
    [[nodiscard]] bool is_row(ValueIndex value, ValueIndex like) const
    {
        const Shape& shape = graph_.value(like).shape;
        return constant(value) && !shape.empty() && graph_.value(value).shape == Shape{shape.back()};
    }
    /// The number, and the other input, of a symmetric operator.
    template <class Test>
    [[nodiscard]] static std::optional<Pair> either_way(const std::optional<Pair>& pair, Test test)
    {
        if (pair && test((*pair)[0]))
            return pair;
        if (pair && test((*pair)[1]))
            return Pair{(*pair)[1], (*pair)[0]};
        return std::nullopt;
    }

    /// x when `value` = the mean of x over the last axis, which is kept with extent 1.
    [[nodiscard]] std::optional<ValueIndex> mean_of(ValueIndex value) const
    {
        const Node* node = producer(value, "ReduceMean");
        if (!node || node->inputs.size() != 1)
            return std::nullopt;
        const Shape& shape = graph_.value(*node->inputs[0]).shape;
        const auto last = static_cast<std::int64_t>(shape.size()) - 1;
        return node->integers("axes") == std::vector<std::int64_t>{last} &&
                       graph_.value(value).shape.size() == shape.size()
                   ? node->inputs[0]
                   : std::nullopt;
    }
    /// x when `value` = x - mean(x).
    [[nodiscard]] std::optional<ValueIndex> centred(ValueIndex value) const
    {
        const auto pair = inputs(value, "Sub");
        return pair && mean_of((*pair)[1]) == (*pair)[0] ? std::optional((*pair)[0]) : std::nullopt;
    }
    /// x when `value` = (x - mean(x)) squared.
    [[nodiscard]] std::optional<ValueIndex> squared(ValueIndex value) const
    {
        if (const auto power = inputs(value, "Pow"); power && is_number((*power)[1], 2.0))
            return centred((*power)[0]);
        if (const auto product = inputs(value, "Mul"); product && (*product)[0] == (*product)[1])
            return centred((*product)[0]);
        return std::nullopt;
    }
    /// `value` = (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon)
    [[nodiscard]] std::optional<Normalisation> normalised(const Node& node) const
    {
        const auto quotient = inputs(node, "Div");
        const std::optional<ValueIndex> input = quotient ? centred((*quotient)[0]) : std::nullopt;
        const Node* root = input ? producer((*quotient)[1], "Sqrt") : nullptr;
        const auto sum =
            root ? either_way(inputs(*root->inputs[0], "Add"), [&](ValueIndex v) { return bool(number(v)); })
                 : std::nullopt;
        const auto variance = sum ? mean_of((*sum)[1]) : std::nullopt;
        if (!variance || squared(*variance) != input)
            return std::nullopt;
        return Normalisation{*input, *number((*sum)[0])};
    }

    bool normalisation(Node& node)
    {
        const ValueIndex result = node.outputs[0];
        const auto row = [&](ValueIndex value) { return is_row(value, result); };
        std::optional<ValueIndex> shift;
        std::optional<ValueIndex> scale;
        const Node* inner = &node;
        if (const auto sum = either_way(inputs(node, "Add"), row)) {
            shift = (*sum)[0];
            inner = producer((*sum)[1], "Mul");
        }
        if (const auto product = inner ? either_way(inputs(*inner, "Mul"), row) : std::nullopt) {
            scale = (*product)[0];
            inner = producer((*product)[1], "Div");
        }
        const auto found = inner && (scale || !shift) ? normalised(*inner) : std::nullopt;
        if (!found)
            return false;
        node.op = "LayerNormalization";
        node.inputs = {found->input};
        if (scale)
            node.inputs.emplace_back(scale);
        if (shift)
            node.inputs.emplace_back(shift);
        const auto axis = static_cast<std::int64_t>(graph_.value(result).shape.size()) - 1;
        node.attributes = {{"axis", axis}, {"epsilon", found->epsilon}};
        return true;
    }

    /// x when `value` = 1 + erf(x / sqrt 2).
    [[nodiscard]] std::optional<ValueIndex> error_function(ValueIndex value) const
    {
        const auto sum = either_way(inputs(value, "Add"), [&](ValueIndex v) { return is_number(v, 1.0); });
        const Node* erf = sum ? producer((*sum)[1], "Erf") : nullptr;
        if (!erf)
            return std::nullopt;
        const ValueIndex scaled = *erf->inputs[0];
        if (const auto quotient = inputs(scaled, "Div"); quotient && is_number((*quotient)[1], std::sqrt(2.0)))
            return (*quotient)[0];
        const auto product =
            either_way(inputs(scaled, "Mul"), [&](ValueIndex v) { return is_number(v, std::sqrt(0.5)); });
        return product ? std::optional((*product)[1]) : std::nullopt;
    }

    /// x, 1/2 and 1 + erf(x / sqrt 2) multiplied in any order.
    bool gelu(Node& node)
    {
        const auto outer = inputs(node, "Mul");
        for (const std::size_t side : {0, 1}) {
            const auto inner = outer ? inputs((*outer)[side], "Mul") : std::nullopt;
            if (!inner)
                continue;
            std::array<ValueIndex, 3> factors = {(*outer)[1 - side], (*inner)[0], (*inner)[1]};
            std::sort(factors.begin(), factors.end());
            do {
                if (is_number(factors[0], 0.5) && error_function(factors[1]) == factors[2]) {
                    node.op = "Gelu";
                    node.inputs = {factors[2]};
                    node.attributes.clear();
                    return true;
                }
            } while (std::next_permutation(factors.begin(), factors.end()));
        }
        return false;
    }

    void bias(Node& node)
    {
        const ValueIndex result = node.outputs[0];
        const auto sum = either_way(inputs(node, "Add"), [&](ValueIndex value) { return is_row(value, result); });
        const auto product = sum && uses_[(*sum)[1].at()] == 1 ? inputs((*sum)[1], "MatMul") : std::nullopt;
        if (!product || !constant((*product)[1]) || graph_.value((*product)[1]).shape.size() != 2 ||
            constant((*product)[0]) || graph_.value((*sum)[1]).shape != graph_.value(result).shape)
            return;
        node.op = "MatMul";
        node.inputs = {(*product)[0], (*product)[1], (*sum)[0]};
        node.attributes.clear();
    }

    Graph& graph_;
    std::vector<std::optional<NodeIndex>> producer_;
    std::vector<std::size_t> uses_;
};

}  // namespace

void recognise(Graph& graph)
{
    Recogniser(graph).run();
}

}  // namespace exitscope::model
