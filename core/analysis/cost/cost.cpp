// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/cost/cost.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

namespace exitscope::cost {
namespace {

struct Names {
    Kind kind;
    std::string_view name;
    std::string_view title;
    std::string_view unit;
};
constexpr Names names[] = {
    {Kind::macs, "macs", "MACs", "MAC"},
    {Kind::bops, "bops", "BOPs", "BOP"},
    {Kind::mac_bits, "mac-bits", "MAC-bits", "MAC*bit"},
    {Kind::energy, "energy", "Energy", "pJ"},
    {Kind::latency, "latency", "Measured latency", "ms"},
};
const Names& names_of(Kind kind)
{
    return *std::find_if(std::begin(names), std::end(names), [kind](const Names& n) { return n.kind == kind; });
}

/// Layers pinned to 8 bits stay in floating point when the stage does.
constexpr Precision pinned{8, 8};

double per_mac(Kind kind, Precision precision, const EnergyTable& energy)
{
    switch (kind) {
    case Kind::bops: return precision.bops_per_mac();
    case Kind::mac_bits: return std::max(precision.weight_bits, precision.activation_bits);
    case Kind::energy: return energy.mac(precision);
    case Kind::macs:
    case Kind::latency: break;
    }
    return 1.0;
}

double arithmetic(Kind kind, Precision precision, double macs, double pinned_macs, const EnergyTable& energy)
{
    const double at_pinned = precision.is_float() ? 0.0 : std::clamp(pinned_macs, 0.0, macs);
    return (macs - at_pinned) * per_mac(kind, precision, energy) + at_pinned * per_mac(kind, pinned, energy);
}

/// The numbers of one stage's trunk or head that costs follow from.
struct Work {
    double macs;
    double pinned_macs;
    double parameters;
    const std::vector<double>& ms;  ///< [precisions]
};

double cost_of(Kind kind, const Work& work, Precision precision, std::size_t level, const EnergyTable& energy)
{
    if (kind == Kind::latency)
        return work.ms[level];
    double cost = arithmetic(kind, precision, work.macs, work.pinned_macs, energy);
    if (kind == Kind::energy)
        cost += work.parameters * (precision.weight_bits / 8.0) * energy.weight_byte;
    return cost;
}

double trunk_cost(Kind kind, const run::StageCost& stage, Precision precision, std::size_t level,
                  const EnergyTable& energy)
{
    return cost_of(kind, {stage.trunk_macs, stage.trunk_pinned_macs, stage.trunk_parameters, stage.trunk_ms}, precision,
                   level, energy);
}

double head_cost(Kind kind, const run::StageCost& stage, Precision precision, std::size_t level,
                 const EnergyTable& energy)
{
    return cost_of(kind, {stage.head_macs, stage.head_pinned_macs, stage.head_parameters, stage.head_ms}, precision,
                   level, energy);
}

/// The first stage that a state runs after its parent: a new pass starts with the first.
std::size_t first_stage(const run::Run& run, const run::State& state)
{
    if (!state.parent)
        return 0;
    const run::State& parent = run.states[state.parent->at()];
    return state.first_pass.empty() == parent.first_pass.empty() ? parent.exit.at() + 1 : 0;
}

/// Cost of the trunks run since the parent and of the state's own head; nullopt if a stage or precision has no cost.
std::optional<double> step_cost(const run::Run& run, const run::State& state, Kind kind, const EnergyTable& energy)
{
    double cost = 0;
    for (std::size_t l = first_stage(run, state); l <= state.exit.at(); ++l) {
        const auto found = l < state.path.size()
                               ? std::find(run.precisions.begin(), run.precisions.end(), state.path[l])
                               : run.precisions.end();
        if (l >= run.stage_costs.size() || found == run.precisions.end())
            return std::nullopt;
        const auto level = static_cast<std::size_t>(found - run.precisions.begin());
        cost += trunk_cost(kind, run.stage_costs[l], *found, level, energy);
        if (l == state.exit.at())
            cost += head_cost(kind, run.stage_costs[l], *found, level, energy);
    }
    return cost;
}

bool latency_measured(const run::Run& run)
{
    const std::size_t levels = run.precisions.size();
    return std::all_of(run.stage_costs.begin(), run.stage_costs.end(), [levels](const run::StageCost& stage) {
        return stage.trunk_ms.size() == levels && stage.head_ms.size() == levels &&
               std::all_of(stage.trunk_ms.begin(), stage.trunk_ms.end(), [](double ms) { return ms > 0; });
    });
}

}  // namespace

std::optional<Kind> parse_kind(std::string_view text)
{
    for (const Names& n : names)
        if (n.name == text)
            return n.kind;
    return std::nullopt;
}

std::string_view name(Kind kind)
{
    return names_of(kind).name;
}

std::string_view title(Kind kind)
{
    return names_of(kind).title;
}

std::string_view unit(Kind kind)
{
    return names_of(kind).unit;
}

namespace {

/// [states] whether the state is faster than the one in which every precision is replaced by the finest that takes as
/// long; see Costs::offered.
std::vector<bool> worth_their_time(const run::Run& run)
{
    constexpr double least_saving = 0.05;
    std::vector<std::vector<Precision>> finest(run.exit_count());  // [stage][level]
    for (std::size_t stage = 0; stage < finest.size(); ++stage) {
        const run::StageCost& cost = run.stage_costs[stage];
        for (std::size_t level = 0; level < run.precisions.size(); ++level) {
            std::size_t replacement = level;
            for (std::size_t finer = level + 1; finer < run.precisions.size(); ++finer)
                if (cost.trunk_ms[level] + cost.head_ms[level] >
                    (1 - least_saving) * (cost.trunk_ms[finer] + cost.head_ms[finer]))
                    replacement = finer;
            finest[stage].push_back(run.precisions[replacement]);
        }
    }
    using Passes = std::pair<std::vector<Precision>, std::vector<Precision>>;
    const auto replaced = [&](std::vector<Precision> path) {
        for (std::size_t stage = 0; stage < path.size(); ++stage) {
            const auto level = std::find(run.precisions.begin(), run.precisions.end(), path[stage]);
            path[stage] = finest[stage][static_cast<std::size_t>(level - run.precisions.begin())];
        }
        return path;
    };
    std::set<Passes> known;
    for (const run::State& state : run.states)
        known.emplace(state.first_pass, state.path);
    std::vector<bool> worth;
    for (const run::State& state : run.states) {
        const Passes passes(state.first_pass, state.path);
        const Passes finer(replaced(state.first_pass), replaced(state.path));
        worth.push_back(finer == passes || !known.contains(finer));
    }
    return worth;
}

}  // namespace

Expected<Costs> make_costs(const run::Run& run, Kind kind, const EnergyTable& energy)
{
    const std::string where(name(kind));
    if (run.states.empty())
        return bad_input(where, "the run has no states");
    if (kind == Kind::latency && !latency_measured(run))
        return fail(ErrorCode::usage, where, "latency was not measured in this run");

    Costs costs;
    costs.kind = kind;
    costs.energy = energy;
    costs.state.reserve(run.states.size());
    costs.step.reserve(run.states.size());
    for (const run::State& state : run.states) {
        const std::optional<double> step = step_cost(run, state, kind, energy);
        if (!step)
            return bad_input(where, "state " + state.name() + " has a stage or a precision without a cost");
        if (!std::isfinite(*step) || *step < 0)
            return bad_input(where, "the cost of state " + state.name() + " is not a non-negative number");
        costs.step.push_back(*step);
        costs.state.push_back(*step + (state.parent ? costs.state[state.parent->at()] : 0.0));
    }
    costs.reference = costs.state[run.full().at()];
    if (!(costs.reference > 0))
        return bad_input(where, "the cost of the full model is 0");
    if (kind == Kind::latency)
        costs.offered = worth_their_time(run);
    return costs;
}

Expected<Costs> derived_costs(const run::Run& derived, const Costs& costs)
{
    Expected<Costs> made = make_costs(derived, costs.kind, costs.energy);
    if (made)
        made->reference = costs.reference;
    return made;
}

StateIndex cheapest(const Costs& costs)
{
    return StateIndex(
        static_cast<std::size_t>(std::min_element(costs.state.begin(), costs.state.end()) - costs.state.begin()));
}

}  // namespace exitscope::cost
