// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/analysis/policy/escalation_graph.h"
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/quee_rules.h"
#include "core/analysis/predict/fit.h"

namespace exitscope::policy {
namespace {

/// The run's schedule and every stricter one: fewer continuations are fewer estimates that may be too low by chance.
std::vector<run::Schedule> schedules_within(run::Schedule schedule)
{
    using run::Schedule;
    switch (schedule) {
    case Schedule::free: return {Schedule::free, Schedule::non_increasing, Schedule::non_decreasing, Schedule::uniform};
    case Schedule::non_increasing:
    case Schedule::non_decreasing: return {schedule, Schedule::uniform};
    case Schedule::uniform: break;
    }
    return {Schedule::uniform};
}

/// Mean accuracy under the points' envelope between the costs `low` and 1, flat after the last point.
double area(std::span<const Point> points, double low)
{
    double sum = 0;
    double cost = low;
    double accuracy = points.front().fit_accuracy;
    for (const Point& point : points) {
        const double until = std::min(point.fit_cost, 1.0);
        if (until > cost) {
            const double share = (until - cost) / (point.fit_cost - cost);
            const double there = accuracy + share * (point.fit_accuracy - accuracy);
            sum += 0.5 * (accuracy + there) * (until - cost);
            cost = until;
        }
        accuracy = point.fit_accuracy;
    }
    return (sum + std::max(0.0, 1 - cost) * accuracy) / std::max(1 - low, 1e-9);
}

/// The points of all schedules share one envelope; of re-planning and open loop the one that holds more area under it
/// is taken. Both by the fit split, where samples are decided by predictions that did not learn from them.
Expected<FittedPtr> fit_best(const Context& context, const predict::PredictorsPtr& predictors)
{
    if (!predictors)
        return fail(ErrorCode::usage, "quee", "the error predictors have not been fitted");
    const double low = context.costs.relative(cost::cheapest(context.costs));
    FittedPtr best;
    double most = 0;
    for (const bool replan : {true, false}) {
        Expected<FittedPtr> fitted = fit_knob(context, quee_rules(context.run, context.costs, predictors,
                                                                  {schedules_within(context.run.schedule), replan}));
        if (!fitted)
            return fitted;
        const double here = area((*fitted)->points(), low);
        if (!best || here > most) {
            most = here;
            best = std::move(*fitted);
        }
    }
    return best;
}

Expected<FittedPtr> fit_quee(const Context& context)
{
    return fit_best(context, context.predictors);
}

Expected<FittedPtr> fit_quee_table(const Context& context)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    Expected<predict::PredictorsPtr> table =
        predict::fit(context.run, {.method = predict::Method::table, .seed = context.seed, .threads = context.threads});
    if (!table)
        return forward(table);
    return fit_best(context, *table);
}

/// The tree with the action that starts a second pass.
Expected<StateGraph> quee_escalate_graph(const Context& measured)
{
    return tree_with_escalation(measured.run);
}

}  // namespace

constinit const Info quee_policy{
    .name = "quee",
    .title = "QuEE",
    .description = translatable("core", "Chooses exit and precision of every stage by the predicted error of each "
                                        "continuation plus lambda times its cost, and decides again at every gate"),
    .line = {0, Dash::solid, 2.2},
    .fit = fit_quee,
};

constinit const Info quee_table_policy{
    .name = "quee-table",
    .title = "QuEE (cluster table)",
    .description =
        translatable("core", "QuEE with predicted errors read from a table over clusters of the gate's features"),
    .line = {5, Dash::solid, 1.6},
    .fit = fit_quee_table,
};

constinit const Info quee_escalate_policy{
    .name = "quee-escalate",
    .title = "QuEE with escalation",
    .description =
        translatable("core", "QuEE that may also run the network again at a higher precision after a complete "
                             "cheap pass; every answer pools all heads visited"),
    .line = {3, Dash::dashed, 1.8},
    .fit = fit_quee,
    .graph = quee_escalate_graph,
};

}  // namespace exitscope::policy
