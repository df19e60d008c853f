// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/exit_outputs.h"

#include <algorithm>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/network/model/compact.h"
#include "core/network/model/stacked.h"

namespace exitscope::model {
namespace {

/// More parts are a sequence of tokens rather than a stack of exits.
constexpr std::int64_t most_parts = 64;

std::string part_name(const std::string& output, std::int64_t index)
{
    return output + "." + std::to_string(index + 1);
}

/// Whether `name` is "WHOLE.k".
bool is_part(const std::string& name, const std::string& whole)
{
    return name.size() > whole.size() + 1 && name.starts_with(whole) && name[whole.size()] == '.' &&
           name.find_first_not_of("0123456789", whole.size() + 1) == std::string::npos;
}

bool is_weighted(const Node& node)
{
    return node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul";
}

class Chooser {
public:
    Chooser(const Graph& graph, std::int64_t batch) : graph_(graph), batch_(batch), depends_(depends_on({input()})) {}

    Expected<std::vector<FileOutput>> run(const std::vector<std::string>& asked)
    {
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o)
            describe(o);
        if (!asked.empty()) {
            if (Expected<void> named = keep_named(asked); !named)
                return forward(named);
        } else {
            leave_out_features();
            leave_out_repeats();
        }
        if (Expected<void> alike = keep_one_kind(asked.empty()); !alike)
            return forward(alike);
        std::vector<FileOutput> made;
        for (Candidate& candidate : candidates_)
            made.push_back(std::move(candidate.output));
        return made;
    }

private:
    struct Candidate {
        FileOutput output;
        ValueIndex value;
        std::int64_t classes = 0;
        std::string refusal;  ///< why it can never be an exit

        [[nodiscard]] bool stays() const { return !output.exits.empty(); }
        void leave_out(std::string reason)
        {
            output.exits.clear();
            output.reason = std::move(reason);
        }
    };

    [[nodiscard]] ValueIndex input() const { return graph_.inputs.front(); }

    /// By value: whether it is computed from one of `sources`.
    std::vector<bool> depends_on(const std::vector<ValueIndex>& sources) const
    {
        std::vector<bool> found(graph_.values.size(), false);
        for (const ValueIndex source : sources)
            found[source.at()] = true;
        for (const Node& node : graph_.nodes) {
            const bool any = std::any_of(node.inputs.begin(), node.inputs.end(),
                                         [&](const auto& value) { return value && found[value->at()]; });
            for (const ValueIndex output : node.outputs)
                found[output.at()] = found[output.at()] || any;
        }
        return found;
    }

    /// By value: whether it is computed from `sources` and nothing else, without weights.
    std::vector<bool> rescored(const std::vector<ValueIndex>& sources) const
    {
        std::vector<bool> found(graph_.values.size(), false);
        for (const ValueIndex source : sources)
            found[source.at()] = true;
        for (const Node& node : graph_.nodes) {
            bool any = false;
            bool all = !is_weighted(node);
            for (const std::optional<ValueIndex>& value : node.inputs) {
                if (!value || graph_.value(*value).constant)
                    continue;
                any = any || found[value->at()];
                all = all && found[value->at()];
            }
            for (const ValueIndex output : node.outputs)
                found[output.at()] = found[output.at()] || (any && all);
        }
        return found;
    }

    void describe(std::size_t position)
    {
        Candidate& candidate = candidates_.emplace_back();
        candidate.value = graph_.outputs[position];
        FileOutput& output = candidate.output;
        output.name = graph_.output_names[position];
        const Value& value = graph_.value(candidate.value);
        output.shape = value.shape;
        const std::optional<std::int64_t> classes = classes_of(value.shape, batch_);
        if (value.is_int) {
            candidate.refusal = "holds integers, not a score for every class";
        } else if (!depends_[candidate.value.at()]) {
            candidate.refusal = "does not depend on the input";
        } else if (classes) {
            candidate.classes = *classes;
            output.exits = {output.name};
        } else if (const std::optional<std::size_t> axis = stack_axis(candidate.value)) {
            output.stack_axis = axis;
            candidate.classes = element_count(value.shape) / (value.shape[*axis] * batch_);
            for (std::int64_t k = 0; k < value.shape[*axis]; ++k)
                output.exits.push_back(part_name(output.name, k));
        } else {
            candidate.refusal =
                "is not [batch, classes] with a batch of " + std::to_string(batch_) + " and at least two classes";
        }
        output.reason = candidate.refusal;
    }

    /// The axis of the exits of a stack of three axes; nullopt for other values.
    std::optional<std::size_t> stack_axis(ValueIndex value) const
    {
        const Shape& shape = graph_.value(value).shape;
        if (shape.size() != 3)
            return std::nullopt;
        const auto possible = [&](std::size_t axis) {  // one of the other two is the batch, the other the classes
            const std::int64_t first = shape[axis == 0 ? 1 : 0];
            const std::int64_t second = shape[axis == 2 ? 1 : 2];
            return shape[axis] <= most_parts && first == batch_ && second >= 2;
        };
        for (const std::size_t axis : {0, 1, 2})
            if (possible(axis) && is_stacked(graph_, value, axis))
                return axis;
        for (const std::size_t axis : {0, 1})
            if (possible(axis) && (axis == 0 || graph_.outputs.size() == 1))
                return axis;
        return std::nullopt;
    }

    Expected<void> keep_named(const std::vector<std::string>& asked)
    {
        std::vector<std::vector<std::string>> kept(candidates_.size());
        for (const std::string& name : asked) {
            bool found = false;
            for (std::size_t c = 0; c < candidates_.size(); ++c) {
                const Candidate& candidate = candidates_[c];
                const FileOutput& output = candidate.output;
                const bool whole = output.name == name || is_part(output.name, name);
                if (whole && !candidate.refusal.empty())
                    return unsupported({}, "its output '" + output.name + "' " + to_text(output.shape) + " " +
                                               candidate.refusal + " and cannot be an exit");
                if (whole)
                    kept[c] = output.exits;
                else if (std::find(output.exits.begin(), output.exits.end(), name) != output.exits.end())
                    kept[c].push_back(name);
                else
                    continue;
                found = true;
            }
            if (!found)
                return fail(ErrorCode::usage, {}, "has no output '" + name + "'; its outputs are " + listed(false));
        }
        for (std::size_t c = 0; c < candidates_.size(); ++c)
            if (kept[c].empty() && candidates_[c].refusal.empty())
                candidates_[c].leave_out("is not asked for");
            else
                candidates_[c].output.exits = std::move(kept[c]);
        return {};
    }

    /// An output of another width that a later one is computed from is a feature.
    void leave_out_features()
    {
        for (Candidate& candidate : candidates_) {
            if (!candidate.stays())
                continue;
            const std::vector<bool> after = depends_on({candidate.value});
            for (const Candidate& other : candidates_)
                if (other.stays() && other.classes != candidate.classes && after[other.value.at()]) {
                    candidate.leave_out("is a feature that '" + other.output.name + "' is computed from");
                    break;
                }
        }
    }

    /// Number of nodes that a value takes.
    std::size_t depth(ValueIndex value) const
    {
        std::vector<bool> needed(graph_.nodes.size(), false);
        if (const auto made = graph_.value(value).producer)
            needed[made->at()] = true;
        for (std::size_t n = graph_.nodes.size(); n-- > 0;)
            if (needed[n])
                for (const std::optional<ValueIndex>& read : graph_.nodes[n].inputs)
                    if (read && graph_.value(*read).producer)
                        needed[graph_.value(*read).producer->at()] = true;
        return static_cast<std::size_t>(std::count(needed.begin(), needed.end(), true));
    }

    /// The earliest value from which alone a candidate's scores are computed, with as many numbers.
    ValueIndex root(const Candidate& candidate) const
    {
        const std::int64_t count = element_count(candidate.output.shape);
        for (const Node& node : graph_.nodes)
            for (const ValueIndex value : node.outputs)
                if (!graph_.value(value).constant && !graph_.value(value).is_int && depends_[value.at()] &&
                    element_count(graph_.value(value).shape) == count && rescored({value})[candidate.value.at()])
                    return value;
        return candidate.value;
    }

    /// Of outputs that are computed from the same scores, the one nearest to them stays.
    void leave_out_repeats()
    {
        std::map<ValueIndex, std::vector<std::size_t>> heads;  // by the scores from which outputs are computed
        for (std::size_t c = 0; c < candidates_.size(); ++c)
            if (candidates_[c].stays())
                heads[root(candidates_[c])].push_back(c);
        for (auto& [from, members] : heads) {
            if (members.size() < 2)
                continue;
            std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
                return depth(candidates_[a].value) < depth(candidates_[b].value);
            });
            const std::string kept = candidates_[members.front()].output.name;
            for (std::size_t m = 1; m < members.size(); ++m)
                candidates_[members[m]].leave_out("is the same exit as '" + kept + "', computed from the same scores");
        }
        leave_out_restacked();
    }

    /// A stack of other outputs gives nothing new.
    void leave_out_restacked()
    {
        std::vector<ValueIndex> single;
        for (const Candidate& candidate : candidates_)
            if (candidate.stays() && !candidate.output.stack_axis)
                single.push_back(candidate.value);
        if (single.empty())
            return;
        const std::vector<bool> repeated = rescored(single);
        for (Candidate& candidate : candidates_)
            if (candidate.stays() && candidate.output.stack_axis && repeated[candidate.value.at()])
                candidate.leave_out("is a stack of other outputs");
    }

    std::optional<std::int64_t> named_classes() const
    {
        const auto entry = graph_.metadata.find("exitscope.classes");
        if (entry == graph_.metadata.end())
            return std::nullopt;
        const nlohmann::json names = nlohmann::json::parse(entry->second, nullptr, false);
        return names.is_array() ? std::optional(static_cast<std::int64_t>(names.size())) : std::nullopt;
    }

    /// All exits must have one number of classes; `by_rule` says whether outputs may be left out for that.
    Expected<void> keep_one_kind(bool by_rule)
    {
        std::map<std::int64_t, std::size_t> exits;  // by number of classes
        for (const Candidate& candidate : candidates_)
            if (candidate.stays())
                exits[candidate.classes] += candidate.output.exits.size();
        if (exits.empty()) {
            const Candidate& first = candidates_.front();
            return unsupported({}, "its output '" + first.output.name + "' " + to_text(first.output.shape) + " " +
                                       first.output.reason);
        }
        if (exits.size() == 1)
            return {};
        const auto most = std::max_element(exits.begin(), exits.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        std::optional<std::int64_t> classes;
        if (const std::optional<std::int64_t> named = named_classes(); named && exits.contains(*named))
            classes = named;
        else if (std::count_if(exits.begin(), exits.end(),
                               [&](const auto& entry) { return entry.second == most->second; }) == 1)
            classes = most->first;
        if (!by_rule || !classes)
            return unsupported(
                {}, "has outputs for different numbers of classes, and nothing tells which of them are its exits: " +
                        listed(true) + "; name the exits with --exits");
        for (Candidate& candidate : candidates_)
            if (candidate.stays() && candidate.classes != *classes)
                candidate.leave_out("has " + std::to_string(candidate.classes) + " numbers an image, the exits have " +
                                    std::to_string(*classes) + " classes");
        return {};
    }

    std::string listed(bool only_exits) const
    {
        std::string text;
        for (const Candidate& candidate : candidates_)
            if (candidate.stays() || !only_exits)
                text += (text.empty() ? "'" : ", '") + candidate.output.name + "' " + to_text(candidate.output.shape);
        return text;
    }

    const Graph& graph_;
    std::int64_t batch_;
    std::vector<bool> depends_;
    std::vector<Candidate> candidates_;
};

}  // namespace

std::optional<std::int64_t> classes_of(const Shape& shape, std::int64_t batch)
{
    if (shape.size() < 2 || shape.front() != batch)
        return std::nullopt;
    std::int64_t classes = 1;
    for (std::size_t axis = 1; axis < shape.size(); ++axis) {
        if (shape[axis] != 1 && classes != 1)
            return std::nullopt;
        classes = std::max(classes, shape[axis]);
    }
    return classes >= 2 ? std::optional(classes) : std::nullopt;
}

Expected<std::vector<FileOutput>> choose_exits(const Graph& graph, std::int64_t batch,
                                               const std::vector<std::string>& exits)
{
    if (graph.outputs.empty())
        return bad_input({}, "has no outputs");
    if (graph.inputs.empty())
        return unsupported({}, "has no inputs; a classifier of images has exactly one");
    return Chooser(graph, batch).run(exits);
}

bool batch_is_ambiguous(const Graph& graph, std::int64_t batch)
{
    return std::any_of(graph.outputs.begin(), graph.outputs.end(), [&](ValueIndex output) {
        const Shape& shape = graph.value(output).shape;
        return shape.size() == 3 && batch > 1 && std::count(shape.begin(), shape.end(), batch) > 1;
    });
}

void keep_exits(Graph& graph, const std::vector<FileOutput>& chosen)
{
    const std::vector<ValueIndex> outputs = std::exchange(graph.outputs, {});
    graph.output_names.clear();
    for (std::size_t o = 0; o < outputs.size(); ++o) {
        const FileOutput& output = chosen[o];
        for (const std::string& name : output.exits) {
            ValueIndex value = outputs[o];
            if (output.stack_axis) {
                std::int64_t index = 0;
                while (part_name(output.name, index) != name)
                    ++index;
                value = part_of(graph, value, *output.stack_axis, index);
            }
            graph.outputs.push_back(value);
            graph.output_names.push_back(name);
        }
    }
    compact(graph);
}

Expected<std::vector<FileOutput>> drop_other_outputs(Graph& graph, const std::vector<std::string>& exits)
{
    std::vector<FileOutput> dropped;
    if (exits.empty())
        return dropped;
    const auto gives = [](const std::string& output, const std::string& exit) {
        return exit == output || is_part(exit, output) || is_part(output, exit);
    };
    std::string known;
    for (const std::string& output : graph.output_names)
        known += (known.empty() ? "'" : ", '") + output + "'";
    for (const std::string& exit : exits)
        if (std::none_of(graph.output_names.begin(), graph.output_names.end(),
                         [&](const std::string& output) { return gives(output, exit); }))
            return fail(ErrorCode::usage, {}, "has no output '" + exit + "'; its outputs are " + known);
    std::vector<ValueIndex> outputs;
    std::vector<std::string> names;
    for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
        const std::string& name = graph.output_names[o];
        if (std::any_of(exits.begin(), exits.end(), [&](const std::string& exit) { return gives(name, exit); })) {
            outputs.push_back(graph.outputs[o]);
            names.push_back(name);
        } else {
            dropped.push_back({name, graph.value(graph.outputs[o]).shape, {}, {}, "is not asked for"});
        }
    }
    graph.outputs = std::move(outputs);
    graph.output_names = std::move(names);
    compact(graph);
    return dropped;
}

}  // namespace exitscope::model
