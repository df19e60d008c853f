// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <string>
#include <utility>

#include "core/model/affine.h"
#include "core/model/onnx_reader.h"
#include "core/model/operators.h"
#include "core/model/recognise.h"

namespace exitscope::model {
namespace {

/// Rewrites a graph node by node. Nodes that cannot run are collected, and what depends on them is only looked up in
/// the table of operators, so that one pass names them all.
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

    /// The rewritten graph, when nothing went wrong.
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

    void complain(Error what)
    {
        if (!error)
            error = std::move(what);
    }

    /// Constants of the file enter the new graph when they are first read.
    std::optional<ValueIndex> mapped(ValueIndex value)
    {
        Known& known = known_[value.at()];
        if (known.state == State::unmapped && from_.value(value).constant)
            known = {State::ready, add(from_.value(value))};
        return known.state == State::ready ? std::optional(known.index) : std::nullopt;
    }

    static std::string described(const Node& node) { return "the node '" + node.name + "' (" + node.op + ")"; }

    void refuse(const Node& node, std::string reason)
    {
        unsupported_nodes.push_back({node.name, node.op, from_.opset, std::move(reason)});
    }

    void fail(const Node& node)
    {
        for (const ValueIndex output : node.outputs)
            known_[output.at()].state = State::failed;
    }

    /// The inputs in the new graph; nothing (and the outputs marked) when one of them is not to be had.
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

    void rewrite(const Node& node)
    {
        if (!find_operator(node.op)) {
            refuse(node, why_unsupported(node.op));
            return fail(node);
        }
        std::optional<std::vector<std::optional<ValueIndex>>> inputs = map_inputs(node);
        if (!inputs || node.outputs.empty())
            return fail(node);
        Node copy = node;
        copy.inputs = std::move(*inputs);
        copy.outputs.clear();
        const std::size_t values_before = to_.values.size();
        Expected<std::vector<ValueIndex>> results =
            add_operation(to_, std::move(copy), from_.opset, node.outputs.size());
        if (Expected<void> modest = count_folded(node, values_before); results && !modest)
            results = forward(modest);
        if (!results) {
            if (results.error().code == ErrorCode::unsupported)
                refuse(node, results.error().detail);
            else
                complain({results.error().code, described(node), results.error().detail});
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

    /// Adds up what folding made, and what it read to that end.
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
    Graph to_;
};

/// Removes nodes and values that no output needs, numbers the rest anew and sets the producers.
void compact(Graph& graph)
{
    std::vector<bool> needed(graph.values.size(), false);
    std::vector<bool> kept(graph.nodes.size(), false);
    for (const ValueIndex value : graph.inputs)
        needed[value.at()] = true;
    for (const ValueIndex value : graph.outputs)
        needed[value.at()] = true;
    for (std::size_t n = graph.nodes.size(); n-- > 0;) {
        const Node& node = graph.nodes[n];
        kept[n] = std::any_of(node.outputs.begin(), node.outputs.end(),
                              [&](ValueIndex output) { return needed[output.at()]; });
        if (!kept[n])
            continue;
        for (const ValueIndex output : node.outputs)
            needed[output.at()] = true;
        for (const std::optional<ValueIndex>& input : node.inputs)
            if (input)
                needed[input->at()] = true;
    }
    std::vector<ValueIndex> renumbered(graph.values.size());
    std::vector<Value> values;
    for (std::size_t v = 0; v < graph.values.size(); ++v) {
        if (!needed[v])
            continue;
        renumbered[v] = ValueIndex(values.size());
        values.push_back(std::move(graph.values[v]));
        values.back().producer.reset();
    }
    graph.values = std::move(values);
    std::vector<Node> nodes;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        if (!kept[n])
            continue;
        Node& node = graph.nodes[n];
        for (std::optional<ValueIndex>& input : node.inputs)
            if (input)
                input = renumbered[input->at()];
        for (ValueIndex& output : node.outputs) {
            output = renumbered[output.at()];
            graph.values[output.at()].producer = NodeIndex(nodes.size());
        }
        nodes.push_back(std::move(node));
    }
    graph.nodes = std::move(nodes);
    for (ValueIndex& value : graph.inputs)
        value = renumbered[value.at()];
    for (ValueIndex& value : graph.outputs)
        value = renumbered[value.at()];
}

std::string sentence(const std::vector<UnsupportedNode>& nodes)
{
    std::string text = "cannot run ";
    for (std::size_t i = 0; i < nodes.size(); ++i)
        text += (i == 0 ? "" : "; ") + ("'" + nodes[i].node) + "' (" + nodes[i].op + ", opset " +
                std::to_string(nodes[i].opset) + "): " + nodes[i].reason;
    return text;
}

}  // namespace

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
    compact(specialised);
    return specialised;
}

}  // namespace exitscope::model
