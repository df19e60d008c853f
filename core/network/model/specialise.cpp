// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/specialise.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/network/model/affine.h"
#include "core/network/model/branches.h"
#include "core/network/model/cast_pairs.h"
#include "core/network/model/compact.h"
#include "core/network/model/functions.h"
#include "core/network/model/operators.h"
#include "core/network/model/recognise.h"

namespace exitscope::model {
namespace {

/// Rewrites a graph node by node. Nodes that cannot run are collected; nodes that depend on them are only looked up in
/// the table of operators, so that one pass names all unsupported nodes.
class Specialiser {
public:
    Specialiser(const Graph& graph, std::int64_t batch) : from_(graph), batch_(batch), known_(graph.values.size()) {}

    void run()
    {
        to_.name = from_.name;
        to_.metadata = from_.metadata;
        to_.producer = from_.producer;
        to_.opset = from_.opset;
        to_.output_names = from_.output_names;
        enter_inputs();
        for (const Node& node : from_.nodes)
            rewrite(node);
        for (const ValueIndex output : from_.outputs)
            if (!mapped(output))
                complain({ErrorCode::bad_input, "the output '" + from_.value(output).name + "'",
                          "it is an optional result that is not supported"});
    }

    std::vector<UnsupportedNode> unsupported_nodes;
    std::optional<Error> error;  ///< the first inconsistency

    /// The rewritten graph; to be called only when there are no errors and no unsupported nodes.
    Graph take()
    {
        for (const ValueIndex output : from_.outputs)
            to_.outputs.push_back(*mapped(output));
        return std::move(to_);
    }

private:
    enum class State { unmapped, failed, not_provided, ready };
    struct Known {
        State state = State::unmapped;
        ValueIndex index;
    };

    void enter_inputs()
    {
        for (const ValueIndex input : from_.inputs) {
            Value value = from_.value(input);
            if (!value.shape.empty() && value.shape.front() < 0) {
                value.shape.front() = batch_;
                to_.open_batch = true;
            }
            if (std::optional<std::int64_t> count = checked_element_count(value.shape, max_flowing_elements); !count)
                complain({ErrorCode::bad_input, "the input '" + value.name + "'",
                          "its shape " + to_text(value.shape) + " is unknown beyond the batch size, or impossible"});
            to_.inputs.push_back(add(std::move(value)));
            known_[input.at()] = {State::ready, to_.inputs.back()};
        }
    }

    ValueIndex add(Value value)
    {
        to_.values.push_back(std::move(value));
        return ValueIndex(to_.values.size() - 1);
    }

    /// Errors in the nodes of one arm of an `If`; they count only when that arm is chosen.
    struct Troubles {
        std::vector<UnsupportedNode> unsupported;
        std::optional<Error> error;
    };

    void complain(Error what)
    {
        if (!error)
            error = std::move(what);
    }
    void complain(const Node& node, Error what)
    {
        const std::optional<std::int64_t> arm = arm_of(node);
        std::optional<Error>& first = arm ? troubles_[*arm].error : error;
        if (!first)
            first = std::move(what);
    }

    static std::optional<std::int64_t> arm_of(const Node& node)
    {
        const std::int64_t arm = node.integer(arm_attribute, -1);
        return arm >= 0 ? std::optional(arm) : std::nullopt;
    }

    /// Constants of the file enter the new graph when they are first read.
    std::optional<ValueIndex> mapped(ValueIndex value)
    {
        Known& known = known_[value.at()];
        if (known.state == State::unmapped && from_.value(value).constant)
            known = {State::ready, add(from_.value(value))};
        return known.state == State::ready ? std::optional(known.index) : std::nullopt;
    }

    std::int64_t opset_of(const Node& node) const { return node.integer(opset_attribute, from_.opset); }

    static std::string described(const Node& node) { return "the node '" + node.name + "' (" + node.op + ")"; }

    void refuse(const Node& node, std::string reason)
    {
        const std::optional<std::int64_t> arm = arm_of(node);
        std::vector<UnsupportedNode>& list = arm ? troubles_[*arm].unsupported : unsupported_nodes;
        const bool known = std::any_of(list.begin(), list.end(), [&](const UnsupportedNode& other) {
            return other.node == node.name && other.op == node.op;
        });
        if (!known)  // operators behind an unfolded `If` stand in the graph once for every exit
            list.push_back({node.name, node.op, opset_of(node), std::move(reason)});
    }

    void fail(const Node& node)
    {
        for (const ValueIndex output : node.outputs)
            known_[output.at()].state = State::failed;
    }

    /// The inputs in the new graph; nullopt, with the outputs marked as missing, when an input is missing.
    std::optional<std::vector<std::optional<ValueIndex>>> map_inputs(const Node& node)
    {
        std::vector<std::optional<ValueIndex>> inputs;
        bool complete = true;
        for (const std::optional<ValueIndex>& input : node.inputs) {
            inputs.push_back(input ? mapped(*input) : std::nullopt);
            if (!input || inputs.back())
                continue;
            complete = false;
            if (known_[input->at()].state == State::not_provided)
                refuse(node, "it reads '" + from_.value(*input).name + "', an optional output that is not supported");
        }
        return complete ? std::optional(std::move(inputs)) : std::nullopt;
    }

    /// Replaces an `If` with a constant condition by the outputs of the chosen arm (inline_branches()).
    void choose(const Node& node)
    {
        const std::size_t results = node.inputs.size() / 2;
        if (node.inputs.size() % 2 == 0 || node.outputs.size() > results ||
            std::any_of(node.inputs.begin(), node.inputs.end(), [](const auto& input) { return !input; })) {
            refuse(node, "it has no branches");
            return fail(node);
        }
        const std::optional<ValueIndex> condition = mapped(*node.inputs.front());
        const Tensor* constant = condition ? to_.value(*condition).constant.get() : nullptr;
        if (!constant || constant->ints.size() != 1) {
            refuse(node, node.text("reason", "its condition depends on the data, and its result is not an exit"));
            return fail(node);
        }
        const bool when = constant->ints.front() != 0;
        const std::int64_t arm = 2 * node.integer(branch_attribute, 0) + (when ? 0 : 1);
        if (const auto found = troubles_.find(arm); found != troubles_.end()) {
            for (UnsupportedNode& trouble : found->second.unsupported) {
                const std::optional<std::int64_t> around = arm_of(node);
                (around ? troubles_[*around].unsupported : unsupported_nodes).push_back(std::move(trouble));
            }
            if (found->second.error)
                complain(node, *found->second.error);
        }
        for (std::size_t o = 0; o < node.outputs.size(); ++o) {
            const ValueIndex chosen = *node.inputs[1 + (when ? 0 : results) + o];
            const bool ready = mapped(chosen).has_value();
            known_[node.outputs[o].at()] = ready ? known_[chosen.at()] : Known{State::failed, {}};
        }
    }

    void rewrite(const Node& node)
    {
        if (node.op == "If")
            return choose(node);
        if (!find_operator(node.op)) {
            refuse(node, why_unsupported(node.op));
            return fail(node);
        }
        std::optional<std::vector<std::optional<ValueIndex>>> inputs = map_inputs(node);
        if (!inputs || node.outputs.empty())
            return fail(node);
        Node copy = node;
        copy.attributes.erase(std::string(opset_attribute));
        copy.inputs = std::move(*inputs);
        copy.outputs.clear();
        const std::size_t values_before = to_.values.size();
        Expected<std::vector<ValueIndex>> results =
            add_operation(to_, std::move(copy), opset_of(node), node.outputs.size());
        if (Expected<void> modest = count_folded(node, values_before); results && !modest)
            results = forward(modest);
        if (!results) {
            if (results.error().code == ErrorCode::unsupported)
                refuse(node, results.error().detail);
            else
                complain(node, {results.error().code, described(node), results.error().detail});
            return fail(node);
        }
        for (std::size_t o = 0; o < node.outputs.size(); ++o) {
            const bool provided = o < results->size();
            known_[node.outputs[o].at()] =
                provided ? Known{State::ready, (*results)[o]} : Known{State::not_provided, {}};
            if (provided && (*results)[o].at() >= values_before)
                to_.values[(*results)[o].at()].name = from_.value(node.outputs[o]).name;
        }
    }

    /// Counts the elements of the constants that folding has made and read. Error: more than the limits.
    Expected<void> count_folded(const Node& node, std::size_t values_before)
    {
        std::int64_t made = 0;
        for (std::size_t v = values_before; v < to_.values.size(); ++v)
            if (to_.values[v].constant)
                made += element_count(to_.values[v].shape);
        folded_elements_ += made;
        for (const std::optional<ValueIndex>& input : node.inputs)
            if (made > 0 && input && mapped(*input) && to_.value(*mapped(*input)).constant)
                folding_work_ += element_count(to_.value(*mapped(*input)).shape);
        if (folded_elements_ > max_folded_elements_together)
            return bad_input({}, "the constants computed up to here need too much memory");
        if (folding_work_ > max_folding_work)
            return bad_input({}, "the constants up to here take too long to compute");
        return {};
    }

    const Graph& from_;
    std::int64_t batch_;
    std::vector<Known> known_;
    std::int64_t folded_elements_ = 0;
    std::int64_t folding_work_ = 0;
    std::map<std::int64_t, Troubles> troubles_;  ///< by arm
    Graph to_;
};

std::string sentence(const std::vector<UnsupportedNode>& nodes)
{
    std::string text = "cannot run ";
    constexpr std::size_t most = 8;
    for (std::size_t i = 0; i < std::min(nodes.size(), most); ++i)
        text += (i == 0 ? "" : "; ") + ("'" + nodes[i].node) + "' (" + nodes[i].op + ", opset " +
                std::to_string(nodes[i].opset) + "): " + nodes[i].reason;
    if (nodes.size() > most)
        text += "; and " + std::to_string(nodes.size() - most) + " more nodes";
    return text;
}

}  // namespace

void bind_input(Graph& graph, std::size_t position, Tensor tensor)
{
    const ValueIndex index = graph.inputs[position];
    graph.inputs.erase(graph.inputs.begin() + static_cast<std::ptrdiff_t>(position));
    Value& value = graph.values[index.at()];
    value.shape = tensor.shape;
    value.is_int = tensor.is_int;
    value.element = tensor.element;
    value.constant = std::make_shared<const Tensor>(std::move(tensor));
}

std::vector<UnsupportedNode> unsupported_nodes(const Graph& graph)
{
    Specialiser specialiser(graph, 1);
    specialiser.run();
    return std::move(specialiser.unsupported_nodes);
}

Expected<Graph> specialise(const Graph& graph, std::int64_t batch)
{
    if (batch < 1)
        return fail(ErrorCode::usage, {}, "the batch size must be at least 1");
    Specialiser specialiser(graph, batch);
    specialiser.run();
    if (!specialiser.unsupported_nodes.empty())
        return unsupported({}, sentence(specialiser.unsupported_nodes));
    if (specialiser.error)
        return tl::unexpected<Error>(std::move(*specialiser.error));
    Graph specialised = specialiser.take();
    fold_affine(specialised);
    recognise(specialised);
    skip_cast_pairs(specialised);
    compact(specialised);
    return specialised;
}

}  // namespace exitscope::model
