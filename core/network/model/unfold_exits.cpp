// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/unfold_exits.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/network/model/branches.h"
#include "core/network/model/compact.h"

namespace exitscope::model {
namespace {

/// Meaning of a condition: when it evaluates to `when`, leave by `rule` with an answer computed from `answer`.
struct Condition {
    ExitRule rule;
    ValueIndex answer;
    bool when = true;
};

/// One exit of a chain of `If`s.
struct Leaf {
    ValueIndex value;
    std::optional<ExitRule> rule;
};

bool is_one_of(std::string_view op, std::initializer_list<std::string_view> ops)
{
    return std::find(ops.begin(), ops.end(), op) != ops.end();
}

class Unfolder {
public:
    explicit Unfolder(Graph& graph) : graph_(graph), depends_(graph.values.size(), false)
    {
        for (const ValueIndex input : graph.inputs)
            depends_[input.at()] = true;
        for (const Node& node : graph.nodes) {
            const bool any = !is_one_of(node.op, {"Shape", "Size"}) &&
                             std::any_of(node.inputs.begin(), node.inputs.end(),
                                         [&](const auto& input) { return input && depends_[input->at()]; });
            for (const ValueIndex output : node.outputs)
                depends_[output.at()] = any;
        }
    }

    Unfolded run()
    {
        Unfolded found;
        std::vector<ValueIndex> outputs;
        std::vector<std::string> names;
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            std::vector<Leaf> leaves;
            unread_.clear();
            if (!collect(graph_.outputs[o], leaves))
                leaves = {{graph_.outputs[o], std::nullopt}};
            const bool flags = leaves.size() > 1 && std::none_of(leaves.begin(), leaves.end(), [&](const Leaf& leaf) {
                                   return depends_[leaf.value.at()];
                               });
            if (flags && graph_.outputs.size() > 1)  // an output that only tells which exit was taken
                continue;
            found.any = found.any || leaves.size() > 1;
            for (std::size_t i = 0; i < leaves.size(); ++i) {
                outputs.push_back(leaves[i].value);
                names.push_back(graph_.output_names[o] + (leaves.size() > 1 ? "." + std::to_string(i + 1) : ""));
                if (leaves[i].rule && unread_.empty())
                    found.rules[names.back()] = *leaves[i].rule;
            }
            for (std::string& reason : unread_)
                if (leaves.size() > 1 &&
                    std::find(found.unread.begin(), found.unread.end(), reason) == found.unread.end())
                    found.unread.push_back(std::move(reason));
        }
        graph_.outputs = std::move(outputs);
        graph_.output_names = std::move(names);
        return found;
    }

private:
    /// The node that computes a value; null for inputs and constants, and when the node lacks one of its inputs.
    const Node* producer(ValueIndex value) const
    {
        const auto made = graph_.value(value).producer;
        if (!made)
            return nullptr;
        const Node& node = graph_.node(*made);
        const bool whole = (node.op == "Constant" || !node.inputs.empty()) &&
                           std::all_of(node.inputs.begin(), node.inputs.end(), [](const auto& i) { return bool(i); });
        return whole ? &node : nullptr;
    }

    /// Appends the exits that an output chooses from; false, with the attribute `reason` set on the `If`, when they
    /// cannot be determined.
    bool collect(ValueIndex value, std::vector<Leaf>& leaves)
    {
        const std::vector<NodeIndex> after = behind_choice(value);
        if (!after.empty())
            return collect_before(after, leaves);
        value = behind(value, {"Identity"});
        if (!is_choice(value)) {
            leaves.push_back({value, std::nullopt});
            return true;
        }
        const NodeIndex index = *graph_.value(value).producer;
        const Node node = graph_.node(index);  // collect() adds nodes
        const std::size_t results = node.inputs.size() / 2;
        const std::optional<Condition> condition = recognise(*node.inputs.front());
        const auto output =
            static_cast<std::size_t>(std::find(node.outputs.begin(), node.outputs.end(), value) - node.outputs.begin());
        const auto arm = [&](bool when) { return *node.inputs[1 + (when ? 0 : results) + output]; };
        if (output >= results)
            return refuse(index, "its branches have fewer outputs than it has");
        const bool first = !condition || condition->when;  // the arm that leaves, as far as that is known
        std::vector<Leaf> early;
        if (!collect(arm(first), early))
            return refuse(index, "an 'If' inside it cannot be unfolded");
        if (!condition)
            leave_unread(node, "its condition is not a comparison of a softmax's largest probability or entropy with "
                               "a constant");
        else if (early.size() > 1)
            leave_unread(node, "the branch that leaves chooses among exits itself");
        else if (depends_[early.front().value.at()] && logits_of(early.front().value) != logits_of(condition->answer))
            leave_unread(node, "its condition is not computed from the answer of the leaving branch");
        else
            early.front().rule = condition->rule;
        leaves.insert(leaves.end(), early.begin(), early.end());
        if (!collect(arm(!first), leaves))
            return refuse(index, "an 'If' inside it cannot be unfolded");
        return true;
    }

    /// Whether an `If` that looks at the data chooses the value.
    bool is_choice(ValueIndex value) const
    {
        const Node* made = producer(value);
        return made && made->op == "If" && made->inputs.size() % 2 == 1 && depends_[made->inputs.front()->at()];
    }

    /// The nodes between an `If` that looks at the data and a value that is computed from its result alone, last node
    /// first.
    std::vector<NodeIndex> behind_choice(ValueIndex value) const
    {
        std::vector<NodeIndex> nodes;
        while (!is_choice(value)) {
            const Node* node = producer(value);
            const std::optional<ValueIndex> source =
                node && node->outputs.size() == 1 ? only_source(*node) : std::nullopt;
            if (!source)
                return {};
            nodes.push_back(*graph_.value(value).producer);
            value = *source;
        }
        return nodes;
    }
    /// The only input that depends on the data.
    std::optional<ValueIndex> only_source(const Node& node) const
    {
        std::optional<ValueIndex> source;
        for (const std::optional<ValueIndex>& input : node.inputs) {
            if (!depends_[input->at()])
                continue;
            if (source)
                return std::nullopt;
            source = input;
        }
        return source;
    }

    /// Applies the nodes that follow an `If` to each of its exits.
    bool collect_before(const std::vector<NodeIndex>& after, std::vector<Leaf>& leaves)
    {
        std::vector<Leaf> found;
        if (!collect(*only_source(graph_.node(after.back())), found))
            return false;
        for (Leaf& leaf : found) {
            if (depends_[leaf.value.at()])
                for (auto index = after.rbegin(); index != after.rend(); ++index)
                    leaf.value = repeat(*index, leaf.value);
            leaves.push_back(leaf);
        }
        return true;
    }
    /// The node once more, on another input.
    ValueIndex repeat(NodeIndex index, ValueIndex input)
    {
        Node copy = graph_.node(index);
        const ValueIndex source = *only_source(copy);
        std::replace(copy.inputs.begin(), copy.inputs.end(), std::optional(source), std::optional(input));
        const ValueIndex made(graph_.values.size());
        Value value = graph_.value(copy.outputs.front());
        value.producer = NodeIndex(graph_.nodes.size());
        graph_.values.push_back(std::move(value));
        copy.outputs = {made};
        graph_.nodes.push_back(std::move(copy));
        depends_.push_back(true);
        return made;
    }

    void leave_unread(const Node& node, const std::string& why)
    {
        unread_.push_back("the node '" + node.name + "' (If): " + why);
    }

    bool refuse(NodeIndex node, std::string reason)
    {
        graph_.nodes[node.at()].attributes["reason"] = std::move(reason);
        return false;
    }

    /// Follows the first input through operators of the given kinds.
    ValueIndex behind(ValueIndex value, std::initializer_list<std::string_view> ops) const
    {
        for (const Node* node = producer(value); node && is_one_of(node->op, ops); node = producer(value))
            value = *node->inputs.front();
        return value;
    }
    /// The value behind operators that only change the shape or type of one number per image.
    ValueIndex plain(ValueIndex value) const
    {
        return behind(value, {"Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten"});
    }
    ValueIndex logits_of(ValueIndex value) const
    {
        return behind(value, {"Identity", "Softmax", "LogSoftmax", "Squeeze", "Unsqueeze", "Reshape", "Flatten"});
    }

    std::optional<double> number(ValueIndex value) const
    {
        value = plain(value);
        const Tensor* tensor = graph_.value(value).constant.get();
        if (const Node* node = producer(value); node && node->op == "Constant") {
            if (const auto single = node->attributes.find("value_float"); single != node->attributes.end())
                if (const auto* real = std::get_if<float>(&single->second))
                    return double(*real);
            const auto found = node->attributes.find("value");
            tensor = found == node->attributes.end() ? nullptr : std::get_if<Tensor>(&found->second);
        }
        if (!tensor || tensor->is_int || tensor->floats.size() != 1 || !std::isfinite(tensor->floats.front()))
            return std::nullopt;
        return double(tensor->floats.front());
    }

    std::optional<Condition> recognise(ValueIndex value) const
    {
        bool negated = false;
        value = plain(value);
        const Node* node = producer(value);
        for (; node && node->op == "Not"; node = producer(value)) {
            negated = !negated;
            value = plain(*node->inputs.front());
        }
        if (!node || !is_one_of(node->op, {"Greater", "GreaterOrEqual", "Less", "LessOrEqual"}) ||
            node->inputs.size() != 2)
            return std::nullopt;
        bool above = node->op.starts_with("Greater");  // the measure, compared with the constant
        ValueIndex measured = *node->inputs[0];
        std::optional<double> threshold = number(*node->inputs[1]);
        if (!threshold) {
            above = !above;
            measured = *node->inputs[1];
            threshold = number(*node->inputs[0]);
        }
        if (!threshold)
            return std::nullopt;
        const auto condition = [&](ExitRule::Measure measure, ValueIndex answer, bool true_when_above, double limit) {
            Condition made;
            made.answer = answer;
            const bool leaves_above = measure == ExitRule::Measure::confidence;
            made.when = (true_when_above == leaves_above) != negated;
            // "a > t" is false for a = t: an image that leaves when it is false also leaves at the threshold itself
            made.rule = {measure, static_cast<float>(limit),
                         node->op.ends_with("OrEqual") == (true_when_above == leaves_above)};
            return made;
        };
        if (const auto answer = confidence(measured))
            return condition(ExitRule::Measure::confidence, *answer, above, *threshold);
        if (const auto [answer, factor] = entropy(measured); answer)
            return condition(ExitRule::Measure::entropy, *answer, above == (factor > 0), *threshold / factor);
        return std::nullopt;
    }

    /// The value whose largest softmax probability `value` is.
    std::optional<ValueIndex> confidence(ValueIndex value) const
    {
        const Node* node = producer(plain(value));
        if (!node || !(node->op == "ReduceMax" || (node->op == "TopK" && plain(value) == node->outputs.front())))
            return std::nullopt;
        return softmax_input(*node->inputs.front());
    }

    /// x, when `value` is Softmax(x) or Exp(LogSoftmax(x)).
    std::optional<ValueIndex> softmax_input(ValueIndex value) const
    {
        const Node* node = producer(plain(value));
        if (node && node->op == "Softmax")
            return *node->inputs.front();
        if (!node || node->op != "Exp")
            return std::nullopt;
        node = producer(plain(*node->inputs.front()));
        return node && node->op == "LogSoftmax" ? std::optional(*node->inputs.front()) : std::nullopt;
    }
    /// x, when `value` is the logarithm of Softmax(x), perhaps with a tiny constant added inside.
    std::optional<ValueIndex> log_softmax_input(ValueIndex value) const
    {
        const Node* node = producer(plain(value));
        if (node && node->op == "LogSoftmax")
            return *node->inputs.front();
        if (!node || node->op != "Log")
            return std::nullopt;
        ValueIndex inside = plain(*node->inputs.front());
        if (const Node* sum = producer(inside); sum && sum->op == "Add" && sum->inputs.size() == 2) {
            const bool first = number(*sum->inputs[0]).has_value();
            const std::optional<double> added = number(*sum->inputs[first ? 0 : 1]);
            if (!added || std::fabs(*added) > 1e-4)
                return std::nullopt;
            inside = *sum->inputs[first ? 1 : 0];
        }
        return softmax_input(inside);
    }

    /// x and f, when `value` is f times the entropy of softmax(x) in nats.
    std::pair<std::optional<ValueIndex>, double> entropy(ValueIndex value) const
    {
        double factor = 1.0;
        bool summed = false;
        for (;;) {
            value = plain(value);
            const Node* node = producer(value);
            if (!node)
                return {};
            const bool binary = node->inputs.size() == 2;
            if (node->op == "Neg") {
                factor = -factor;
                value = *node->inputs.front();
            } else if (node->op == "ReduceSum" && !summed) {
                summed = true;
                value = *node->inputs.front();
            } else if (node->op == "Div" && binary && number(*node->inputs[1])) {
                factor /= *number(*node->inputs[1]);
                value = *node->inputs.front();
            } else if (node->op == "Mul" && binary && (number(*node->inputs[0]) || number(*node->inputs[1]))) {
                const bool first = number(*node->inputs[0]).has_value();
                factor *= *number(*node->inputs[first ? 0 : 1]);
                value = *node->inputs[first ? 1 : 0];
            } else if (node->op == "Mul" && binary && summed) {
                for (const bool swapped : {false, true}) {
                    const auto p = softmax_input(*node->inputs[swapped ? 1 : 0]);
                    const auto log = log_softmax_input(*node->inputs[swapped ? 0 : 1]);
                    if (p && log && *p == *log && factor != 0.0 && std::isfinite(factor))
                        return {p, -factor};
                }
                return {};
            } else {
                return {};
            }
        }
    }

    Graph& graph_;
    std::vector<bool> depends_;        ///< by value: on the data, not on its shape alone
    std::vector<std::string> unread_;  ///< of the present output
};

/// Removes the attribute of the arm from nodes whose `If` no longer exists.
void leave_arms(Graph& graph)
{
    std::set<std::int64_t> left;
    for (const Node& node : graph.nodes)
        if (node.op == "If")
            left.insert(node.integer(branch_attribute, -1));
    for (Node& node : graph.nodes)
        if (!left.contains(node.integer(arm_attribute, -1) / 2))
            node.attributes.erase(std::string(arm_attribute));
}

}  // namespace

Unfolded unfold_exits(Graph& graph)
{
    if (std::none_of(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) { return node.op == "If"; }))
        return {};
    Unfolded found = Unfolder(graph).run();
    compact(graph);  // removes the conditions, which are no longer read
    leave_arms(graph);
    return found;
}

}  // namespace exitscope::model
