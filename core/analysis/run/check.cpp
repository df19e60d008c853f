// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace exitscope::run {
namespace {

using Problem = std::optional<std::string>;

std::string at(std::string_view what, std::size_t index)
{
    return std::string(what) + " " + std::to_string(index);
}

Problem check_precisions(const Run& run)
{
    if (run.precisions.empty())
        return "no precisions";
    for (const Precision precision : run.precisions)
        if (Precision::parse(precision.name()) != precision)
            return "the precision " + precision.name() + " does not exist";
    if (std::adjacent_find(run.precisions.begin(), run.precisions.end(), std::greater_equal<>()) !=
        run.precisions.end())
        return "the precisions are not in order of cost";
    return std::nullopt;
}

Problem check_states(const Run& run)
{
    if (run.exit_names.empty())
        return "no exits";
    if (!run.exit_kinds.empty() && run.exit_kinds.size() != run.exit_count())
        return "exit_kinds does not cover every exit";
    if (run.states.empty())
        return "no states";
    std::set<std::pair<std::size_t, Precision>> seen;  // (parent or the number of states, precision)
    std::size_t deepest = 0;
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        const State& state = run.states[s];
        if (state.exit.at() >= run.exit_count())
            return at("state", s) + " is at an exit that does not exist";
        if (state.path.size() != state.exit.at() + 1)
            return at("state", s) + " has a path that does not end at its exit";
        if (!std::binary_search(run.precisions.begin(), run.precisions.end(), state.precision()))
            return at("state", s) + " has a precision that the run does not have";
        if (state.parent.has_value() != (state.exit.at() > 0))
            return at("state", s) + " has no parent where it needs one, or one where it needs none";
        if (state.parent) {
            if (state.parent->at() >= s)
                return at("state", s) + " comes before its parent";
            const State& parent = run.states[state.parent->at()];
            if (parent.path.size() + 1 != state.path.size() ||
                !std::equal(parent.path.begin(), parent.path.end(), state.path.begin()))
                return at("state", s) + " does not continue its parent's path";
        }
        if (!seen.emplace(state.parent ? state.parent->at() : run.states.size(), state.precision()).second)
            return at("state", s) + " repeats another";
        deepest = std::max(deepest, state.exit.at());
    }
    if (deepest + 1 != run.exit_count())
        return "no state reaches the last exit";
    return std::nullopt;
}

bool is_cost(double value)
{
    return std::isfinite(value) && value >= 0;
}

Problem check_costs(const Run& run)
{
    if (run.stage_costs.size() != run.exit_count())
        return "stage costs: " + std::to_string(run.stage_costs.size()) + " stages, expected " +
               std::to_string(run.exit_count());
    const bool measured = !run.stage_costs.front().trunk_ms.empty();
    for (const StageCost& cost : run.stage_costs) {
        for (const double value : {cost.trunk_macs, cost.head_macs, cost.trunk_parameters, cost.head_parameters,
                                   cost.trunk_pinned_macs, cost.head_pinned_macs})
            if (!is_cost(value))
                return "stage costs: a cost is negative or not a number";
        for (const std::vector<double>* times : {&cost.trunk_ms, &cost.head_ms}) {
            if (times->size() != (measured ? run.precisions.size() : 0))
                return "stage costs: latencies do not cover every precision";
            if (!std::all_of(times->begin(), times->end(), is_cost))
                return "stage costs: a latency is negative or not a number";
        }
    }
    return std::nullopt;
}

/// True when there is one column per state, each of `length` entries.
template <class T>
bool covers(const std::vector<std::vector<T>>& columns, std::size_t states, std::size_t length)
{
    return columns.size() == states && std::all_of(columns.begin(), columns.end(),
                                                   [length](const auto& column) { return column.size() == length; });
}

bool are_probabilities(const std::vector<std::vector<float>>& columns)
{
    for (const std::vector<float>& column : columns)
        for (const float p : column)
            if (!(p >= 0.0F && p <= 1.001F))
                return false;
    return true;
}

Problem check_answers(const Run& run, const Split& split)
{
    const std::size_t states = run.states.size();
    const std::size_t samples = split.samples;
    const std::string prefix = split.name + ": ";
    if (samples == 0)
        return prefix + "no samples";
    if (samples > std::numeric_limits<std::uint32_t>::max())
        return prefix + "too many samples";
    if (split.source_index.size() != samples)
        return prefix + "source_index does not cover every sample";
    if (!split.labels.empty() && split.labels.size() != samples)
        return prefix + "labels do not cover every sample";
    for (const std::int32_t number : split.class_numbers)
        if (number < -1 || number >= static_cast<std::int64_t>(run.classes))
            return prefix + "class_numbers holds " + std::to_string(number);
    for (std::size_t i = 0; i < split.labels.size(); ++i)
        if (split.labels[i] < -1 || split.labels[i] >= static_cast<std::int64_t>(run.classes))
            return prefix + "the label of " + at("sample", i) + " is " + std::to_string(split.labels[i]) +
                   ", classes are 0 to " + std::to_string(run.classes - 1);
    if (!covers(split.prediction, states, samples))
        return prefix + "prediction does not cover every state and sample";
    for (const std::vector<std::uint16_t>& column : split.prediction)
        for (const std::uint16_t prediction : column)
            if (prediction >= run.classes)
                return prefix + "a prediction is class " + std::to_string(prediction) + ", classes are 0 to " +
                       std::to_string(run.classes - 1);
    return std::nullopt;
}

Problem check_confidence(const Run& run, const Split& split)
{
    const std::size_t states = run.states.size();
    const std::size_t samples = split.samples;
    const std::string prefix = split.name + ": ";
    if (!covers(split.statistics, states, samples))
        return prefix + "statistics do not cover every state and sample";
    for (const std::vector<Statistics>& column : split.statistics)
        for (const Statistics& s : column)
            if (!std::isfinite(s.maximum) || !std::isfinite(s.entropy) || !std::isfinite(s.margin) ||
                !std::isfinite(s.square_entropy))
                return prefix + "a statistic is not a number";
    if (!split.true_probability.empty() && !(split.labelled() && covers(split.true_probability, states, samples)))
        return prefix + "true_probability does not fit the labels";
    if (!split.probabilities.empty() && !covers(split.probabilities, states, samples * run.classes))
        return prefix + "probabilities do not cover every state and sample";
    if (!are_probabilities(split.true_probability) || !are_probabilities(split.probabilities))
        return prefix + "a probability is outside 0 to 1";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> inconsistency(const Run& run, Extent extent)
{
    if (run.classes == 0 || run.classes > 65536)
        return "the number of classes is " + std::to_string(run.classes);
    if (!run.class_names.empty() && run.class_names.size() != run.classes)
        return std::to_string(run.class_names.size()) + " class names for " + std::to_string(run.classes) + " classes";
    if (Problem problem = check_precisions(run))
        return problem;
    if (Problem problem = check_states(run))
        return problem;
    if (Problem problem = check_costs(run))
        return problem;
    for (const Split* split : {&run.fit, &run.test})
        if (Problem problem = check_answers(run, *split))
            return problem;
    if (extent == Extent::outline)
        return std::nullopt;
    for (const Split* split : {&run.fit, &run.test})
        if (Problem problem = check_confidence(run, *split))
            return problem;
    const auto unknown = [](const Split& split) { return split.labelled() && split.true_probability.empty(); };
    if (run.fit.labelled() && run.test.labelled() && unknown(run.fit) != unknown(run.test))
        return "the probability of the true class is known on one split only";
    return std::nullopt;
}

}  // namespace exitscope::run
