// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "core/network/model/exit_outputs.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::model {
namespace {

std::int64_t saturating_add(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

/// One exit while the graph is cut.
struct Exit {
    ValueIndex value;
    std::string name;
    std::size_t position = 0;     ///< among the file's outputs
    std::vector<bool> ancestors;  ///< by node: needed for this exit
    std::int64_t macs = 0;        ///< of all ancestors, whole batch
    std::int64_t node_count = 0;
};

/// Finds the exits of a graph, orders them and shares the nodes out among stages.
class Cutter {
public:
    Cutter(Graph graph, std::int64_t batch) : graph_(std::move(graph)), batch_(batch) {}

    Expected<MultiExitModel> cut()
    {
        if (Expected<void> done = check_input(); !done)
            return forward(done);
        if (Expected<void> done = check_outputs(); !done)
            return forward(done);
        isolate_outputs();
        find_exits();
        MultiExitModel model;
        model.batch = batch_;
        model.classes = classes_;
        model.stages = make_stages();
        for (const Stage& stage : model.stages)
            for (const ValueIndex value : stage.outputs)
                if (graph_.value(value).is_int)
                    return unsupported({}, "its exits share '" + graph_.value(value).name +
                                               "', which holds integers: only floats are handed from stage to stage");
        model.graph = std::move(graph_);
        return model;
    }

private:
    Expected<void> check_input() const
    {
        if (graph_.inputs.size() != 1)
            return unsupported({}, "has " + std::to_string(graph_.inputs.size()) +
                                       " inputs; a classifier of images has exactly one");
        const Value& input = graph_.value(graph_.inputs.front());
        if (input.shape.size() != 4 || input.is_int)
            return unsupported({}, "its input '" + input.name + "' " + to_text(input.shape) +
                                       " is not a batch of images [batch, channels, height, width] of floats");
        if (input.shape.front() != batch_)
            return bad_input({}, "its input '" + input.name + "' " + to_text(input.shape) + " is not a batch of " +
                                     std::to_string(batch_));
        return {};
    }

    Expected<void> check_outputs()
    {
        if (graph_.outputs.empty())
            return bad_input({}, "has no outputs");
        const std::vector<bool> depends = depends_on_input();
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            const Shape& shape = graph_.value(graph_.outputs[o]).shape;
            const std::optional<std::int64_t> classes = classes_of(shape, batch_);
            const std::string name = "its output '" + graph_.output_names[o] + "' ";
            if (!classes)
                return unsupported({}, name + to_text(shape) + " is not [batch, classes] with a batch of " +
                                           std::to_string(batch_) + " and at least two classes");
            if (o > 0 && *classes != classes_)
                return unsupported({}, name + "has " + std::to_string(*classes) + " classes, '" +
                                           graph_.output_names.front() + "' has " + std::to_string(classes_));
            if (graph_.value(graph_.outputs[o]).is_int)
                return unsupported({}, name + "holds integers, not a score for every class");
            if (!depends[graph_.outputs[o].at()])
                return unsupported({}, name + "does not depend on the input");
            classes_ = *classes;
        }
        return {};
    }

    std::vector<bool> depends_on_input() const
    {
        std::vector<bool> depends(graph_.values.size(), false);
        depends[graph_.inputs.front().at()] = true;
        for (const Node& node : graph_.nodes) {
            const bool any = std::any_of(node.inputs.begin(), node.inputs.end(),
                                         [&](const auto& input) { return input && depends[input->at()]; });
            for (const ValueIndex output : node.outputs)
                depends[output.at()] = depends[output.at()] || any;
        }
        return depends;
    }

    /// Puts a Reshape behind every output that is not [batch, classes], is the graph's input, is read by a node or
    /// serves two exits: afterwards each exit is made by a node of its own and read by none.
    void isolate_outputs()
    {
        const Shape wanted{batch_, classes_};
        const std::vector<std::vector<NodeIndex>> readers = graph_.consumers();
        const std::vector<ValueIndex> outputs = graph_.outputs;
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            const ValueIndex output = outputs[o];
            const Value& value = graph_.value(output);
            if (std::count(outputs.begin(), outputs.end(), output) == 1 && value.shape == wanted && value.producer &&
                readers[output.at()].empty() && graph_.node(*value.producer).outputs.size() == 1)
                continue;
            Node copy;
            copy.op = "Reshape";
            copy.name = graph_.output_names[o];
            copy.inputs = {output};
            copy.outputs = {ValueIndex(graph_.values.size())};
            copy.attributes = {{"shape", wanted}};
            Value made;
            made.name = graph_.output_names[o];
            made.shape = wanted;
            made.producer = NodeIndex(graph_.nodes.size());
            graph_.values.push_back(std::move(made));
            graph_.outputs[o] = copy.outputs.front();
            graph_.nodes.push_back(std::move(copy));
        }
    }

    /// Orders exits by cumulative MACs, then by number of nodes (an exit never comes before one that it is computed
    /// from), then by position in the file.
    void find_exits()
    {
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            Exit exit{graph_.outputs[o], graph_.output_names[o], o, ancestors(graph_.outputs[o])};
            for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
                if (!exit.ancestors[n])
                    continue;
                exit.macs = saturating_add(exit.macs, macs(graph_, graph_.nodes[n]));
                ++exit.node_count;
            }
            exits_.push_back(std::move(exit));
        }
        std::sort(exits_.begin(), exits_.end(), [](const Exit& a, const Exit& b) {
            return std::tie(a.macs, a.node_count, a.position) < std::tie(b.macs, b.node_count, b.position);
        });
    }

    std::vector<bool> ancestors(ValueIndex value) const
    {
        std::vector<bool> found(graph_.nodes.size(), false);
        found[graph_.value(value).producer->at()] = true;
        for (std::size_t n = graph_.nodes.size(); n-- > 0;) {
            if (!found[n])
                continue;
            for (const std::optional<ValueIndex>& input : graph_.nodes[n].inputs)
                if (input && graph_.value(*input).producer)
                    found[graph_.value(*input).producer->at()] = true;
        }
        return found;
    }

    std::vector<Stage> make_stages()
    {
        constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
        std::vector<std::size_t> stage_of(graph_.nodes.size(), none);
        std::vector<Stage> stages(exits_.size());
        std::set<ValueIndex> counted;
        for (std::size_t s = 0; s < exits_.size(); ++s) {
            Stage& stage = stages[s];
            stage.exit = exits_[s].value;
            stage.exit_name = exits_[s].name;
            const std::optional<OutputKind> kind = output_kind(graph_, stage.exit);
            stage.exit_kind = kind.value_or(OutputKind::logits);
            stage.exit_kind_known = kind.has_value();
            std::set<ValueIndex> read;
            for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
                if (!exits_[s].ancestors[n] || stage_of[n] != none)
                    continue;
                stage_of[n] = s;
                const bool shared = std::any_of(exits_.begin() + static_cast<std::ptrdiff_t>(s) + 1, exits_.end(),
                                                [n](const Exit& later) { return later.ancestors[n]; });
                const Node& node = graph_.nodes[n];
                const std::int64_t per_image = macs(graph_, node) / batch_;
                const std::int64_t own = new_parameters(node, counted);
                (shared ? stage.trunk : stage.head).emplace_back(n);
                std::int64_t& stage_macs = shared ? stage.trunk_macs : stage.head_macs;
                stage_macs = saturating_add(stage_macs, per_image);
                (shared ? stage.trunk_parameters : stage.head_parameters) += own;
                for (const std::optional<ValueIndex>& input : node.inputs)
                    if (input && !graph_.value(*input).constant)
                        read.insert(*input);
            }
            for (const ValueIndex value : read) {
                const std::optional<NodeIndex> producer = graph_.value(value).producer;
                if (producer && stage_of[producer->at()] == s)
                    continue;
                stage.inputs.push_back(value);
                if (producer)
                    hand_over(stages[stage_of[producer->at()]], value);
            }
        }
        for (Stage& stage : stages)
            std::sort(stage.outputs.begin(), stage.outputs.end());
        return stages;
    }

    static void hand_over(Stage& from, ValueIndex value)
    {
        if (std::find(from.outputs.begin(), from.outputs.end(), value) == from.outputs.end())
            from.outputs.push_back(value);
    }

    /// Elements of the node's constants that no earlier node has counted.
    std::int64_t new_parameters(const Node& node, std::set<ValueIndex>& counted) const
    {
        std::int64_t count = 0;
        for (const std::optional<ValueIndex>& input : node.inputs)
            if (input && graph_.value(*input).constant && counted.insert(*input).second)
                count += element_count(graph_.value(*input).shape);
        return count;
    }

    Graph graph_;
    std::int64_t batch_;
    std::int64_t classes_ = 0;
    std::vector<Exit> exits_;
};
}  // namespace

std::int64_t MultiExitModel::cumulative_macs(ExitIndex exit) const
{
    std::int64_t total = 0;
    for (std::size_t s = 0; s <= exit.at(); ++s)
        total = saturating_add(total, saturating_add(stages[s].trunk_macs, stages[s].head_macs));
    return total;
}

Expected<MultiExitModel> cut(Graph graph, std::int64_t batch)
{
    return Cutter(std::move(graph), batch).cut();
}
}  // namespace exitscope::model
