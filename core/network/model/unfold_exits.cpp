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

    std::map<std::string, ExitRule> run()
    {
        std::map<std::string, ExitRule> rules;
        std::vector<ValueIndex> outputs;
        std::vector<std::string> names;
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            std::vector<Leaf> leaves;
            if (!collect(graph_.outputs[o], leaves))
                leaves = {{graph_.outputs[o], std::nullopt}};
            const bool flags = leaves.size() > 1 && std::none_of(leaves.begin(), leaves.end(), [&](const Leaf& leaf) {
                                   return depends_[leaf.value.at()];
                               });
            if (flags && graph_.outputs.size() > 1)  // an output that only tells which exit was taken
                continue;
            for (std::size_t i = 0; i < leaves.size(); ++i) {
                outputs.push_back(leaves[i].value);
                names.push_back(graph_.output_names[o] + (leaves.size() > 1 ? "." + std::to_string(i + 1) : ""));
                if (leaves[i].rule)
                    rules[names.back()] = *leaves[i].rule;
            }
        }
        graph_.outputs = std::move(outputs);
        graph_.output_names = std::move(names);
        return rules;
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
        value = behind(value, {"Identity"});
        const Node* made = producer(value);
        if (!made || made->op != "If" || made->inputs.size() % 2 == 0 || !depends_[made->inputs.front()->at()]) {
            leaves.push_back({value, std::nullopt});
            return true;
        }
        Node& node = graph_.nodes[graph_.value(value).producer->at()];
        const std::size_t results = node.inputs.size() / 2;
        const std::optional<Condition> condition = recognise(*node.inputs.front());
        if (!condition)
            return refuse(node, "its condition is not a comparison of a softmax's largest probability or entropy with "
                                "a constant, so that its branches cannot be told apart as exits");
        const auto output =
            static_cast<std::size_t>(std::find(node.outputs.begin(), node.outputs.end(), value) - node.outputs.begin());
        const auto arm = [&](bool when) { return *node.inputs[1 + (when ? 0 : results) + output]; };
        if (output >= results)
            return refuse(node, "its branches have fewer outputs than it has");
        const ValueIndex leaving = arm(condition->when);
        std::vector<Leaf> early;
        if (!collect(leaving, early))
            return refuse(node, "an 'If' inside it cannot be unfolded");
        if (early.size() > 1)
            return refuse(node, "the branch that leaves chooses among exits itself");
        if (depends_[early.front().value.at()] && logits_of(early.front().value) != logits_of(condition->answer))
            return refuse(node, "its condition is not computed from the answer of the leaving branch");
        leaves.push_back({early.front().value, condition->rule});
        if (!collect(arm(!condition->when), leaves))
            return refuse(node, "an 'If' inside it cannot be unfolded");
        return true;
    }

    static bool refuse(Node& node, std::string reason)
    {
        node.attributes["reason"] = std::move(reason);
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
    std::vector<bool> depends_;  ///< by value: on the data, not on its shape alone
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

std::map<std::string, ExitRule> unfold_exits(Graph& graph)
{
    if (std::none_of(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) { return node.op == "If"; }))
        return {};
    std::map<std::string, ExitRule> rules = Unfolder(graph).run();
    compact(graph);  // removes the conditions, which are no longer read
    leave_arms(graph);
    return rules;
}

bool samples_are_independent(const Graph& graph, std::int64_t batch)
{
    const auto apart = [&](const Node& node) {
        const auto untouched = [&](std::string_view key) {
            const std::vector<std::int64_t> axes = node.integers(key);
            return std::find(axes.begin(), axes.end(), 0) == axes.end();
        };
        if (is_one_of(node.op, {"Softmax", "LogSoftmax", "Concat", "Split"}))
            return node.integer("axis", 0) != 0;
        if (node.op == "Slice" || node.op.starts_with("Reduce"))
            return untouched("axes");
        if (node.op == "Transpose")
            return node.integers("perm").front() == 0;
        if (node.op == "Gemm")
            return node.integer("transA", 0) == 0 && graph.value(*node.inputs[1]).constant != nullptr;
        if (node.op == "MatMul")
            return graph.value(*node.inputs[1]).constant || graph.value(*node.inputs[0]).shape.size() > 2;
        if (node.op == "Pad") {
            const std::vector<std::int64_t> pads = node.integers("pads");
            return pads.front() == 0 && pads[pads.size() / 2] == 0;
        }
        return is_one_of(node.op, {"Conv",
                                   "MaxPool",
                                   "AveragePool",
                                   "GlobalAveragePool",
                                   "GlobalMaxPool",
                                   "Add",
                                   "Sub",
                                   "Mul",
                                   "Div",
                                   "Pow",
                                   "Sum",
                                   "Max",
                                   "Min",
                                   "Relu",
                                   "Sigmoid",
                                   "Tanh",
                                   "Exp",
                                   "Sqrt",
                                   "Abs",
                                   "Neg",
                                   "HardSwish",
                                   "Clip",
                                   "LeakyRelu",
                                   "Elu",
                                   "HardSigmoid",
                                   "Reshape",
                                   "BatchNormalization",
                                   "QuantizeDequantize"});
    };
    return std::all_of(graph.nodes.begin(), graph.nodes.end(), apart) &&
           std::all_of(graph.values.begin(), graph.values.end(), [&](const Value& value) {
               return value.constant || (!value.shape.empty() && value.shape.front() == batch);
           });
}

}  // namespace exitscope::model
