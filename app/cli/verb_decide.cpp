// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <optional>
#include <utility>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/threshold_options.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/overthinking.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/report/csv.h"
#include "core/base/file.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    OperatingPointOptions point;
    ThresholdOptions thresholds;
    std::string csv;
    std::string where;
};

/// What is reported: the test images that match --where, all without it.
struct Selection {
    const analyse::PolicyResult& policy;
    const analyse::Decisions& decisions;
    std::optional<policy::UserThresholds> thresholds;  ///< instead of a budget
    std::string where;
    std::vector<SampleIndex> samples;
    analyse::Outcome outcome;
};

Json to_json(const Selection& selection)
{
    const run::Run& run = selection.policy.analysis->run();
    const analyse::Decisions& decisions = selection.decisions;
    const analyse::Outcome& outcome = selection.outcome;
    Json json;
    json["policy"] = decisions.policy;
    if (selection.thresholds) {
        json.update(cli::to_json(*selection.thresholds));
    } else {
        json["budget"] = decisions.budget;
        json["knob"] = decisions.knob;
    }
    if (!selection.where.empty())
        json["where"] = selection.where;
    json["samples"] = selection.samples.size();
    json["accuracy"] = nullptr;
    if (outcome.accuracy.samples > 0)
        json["accuracy"] = outcome.accuracy.value;
    json["relative_cost"] = outcome.relative_cost;
    json["exits"] = outcome.exit_share;
    json["precisions"] = Json::object();
    for (std::size_t p = 0; p < run.precisions.size(); ++p)
        json["precisions"][run.precisions[p].name()] = outcome.precision_share[p];
    return json;
}

/// Whether the depth was right, in shares of images.
std::string depth_text(const Selection& selection)
{
    const run::Run& run = selection.policy.analysis->run();
    const analyse::Overthinking faults = analyse::overthinking(run, selection.decisions.state, selection.samples);
    std::vector<std::vector<std::string>> rows = {{"answers", "share"}};
    if (run.test.labelled()) {
        rows.push_back({"right at an earlier exit already", percent(faults.wasteful.value, 1)});
        rows.push_back({"wrong, right at an earlier exit", percent(faults.destructive.value, 1)});
        rows.push_back({"wrong, right at a later exit", percent(faults.left_too_early.value, 1)});
    }
    rows.push_back({"other than the full model's", percent(faults.inconsistent.value, 1)});
    return table(rows);
}

std::string to_text(const Selection& selection)
{
    const run::Run& run = selection.policy.analysis->run();
    const analyse::Decisions& decisions = selection.decisions;
    const analyse::Outcome& outcome = selection.outcome;
    std::string text = (selection.thresholds ? "Thresholds: " + cli::to_text(*selection.thresholds)
                                             : policy::title(decisions.policy) + " at a budget of " +
                                                   percent(decisions.budget, 1) + ", chosen on " + run.fit.dataset) +
                       ", scored on " + grouped(selection.samples.size()) +
                       (selection.where.empty() ? "" : " of " + grouped(decisions.state.size())) + " images of " +
                       run.test.dataset + (selection.where.empty() ? "" : " where " + selection.where) + "\n";
    if (selection.samples.empty())
        return text;
    if (outcome.accuracy.samples > 0)
        text += "accuracy  " + percent(outcome.accuracy.value) + "  (95 %: " + percent(outcome.accuracy.low) + " to " +
                percent(outcome.accuracy.high) + ")\n";
    text += "cost      " + percent(outcome.relative_cost) + " of the full model\n\n";
    std::vector<std::vector<std::string>> rows = {{"exit", "share"}};
    for (std::size_t e = 0; e < outcome.exit_share.size(); ++e)
        rows.push_back({std::to_string(e + 1) + " " + run.exit_names[e], percent(outcome.exit_share[e], 1)});
    text += table(rows) + "\n";
    rows = {{"last stage at", "share"}};
    for (std::size_t p = 0; p < run.precisions.size(); ++p)
        rows.push_back({run.precisions[p].name(), percent(outcome.precision_share[p], 1)});
    return text + table(rows) + "\n" + depth_text(selection);
}

/// Errors: those of searches, with the option in front of the place.
Expected<Selection> select(const DecidedPoint& point, std::optional<policy::UserThresholds> thresholds,
                           const query::Rows& rows, const std::string& where)
{
    const analyse::PolicyResult& policy = point.policy;
    const analyse::Decisions& decisions = point.decisions;
    Selection selection{policy, decisions, std::move(thresholds), where, {}, decisions.outcome};
    for (std::size_t i = 0; i < decisions.state.size(); ++i)
        selection.samples.push_back(SampleIndex(i));
    if (where.empty())
        return selection;
    const Expected<query::Predicate> predicate = query::Predicate::bind(where, rows.run);
    if (!predicate)
        return fail(predicate.error().code, "--where, " + predicate.error().where, predicate.error().detail);
    predicate->keep(rows, selection.samples);
    selection.outcome = analyse::outcome_of(policy, decisions.state, selection.samples);
    return selection;
}

/// The point at a budget, or at thresholds.
Expected<DecidedPoint> decided(const OpenedRun& run, const OperatingPointOptions& point,
                               const std::optional<policy::UserThresholds>& thresholds)
{
    if (!thresholds)
        return decide_point(run, point);
    Expected<analyse::PolicyResult> scored = run.analysis->at_thresholds(*thresholds, run.costs);
    if (!scored)
        return forward(scored);
    analyse::Decisions decisions = analyse::decide(*scored, 1.0);
    return DecidedPoint{std::move(*scored), std::move(decisions)};
}

}  // namespace

Verb decide_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("decide", "Where every test image leaves under one policy and budget");
    options->run.add_to(*app);
    options->point.add_to(*app, false);
    options->thresholds.add_to(*app);
    app->add_option("--csv", options->csv, "Also write one line per test image");
    app->add_option("--where", options->where,
                    "Only test images that match a search, such as \"exit=2 wrong predicted_error>0.2 class:cat\"");
    return {app, [options, &common]() -> Expected<void> {
                if (auto valid = options->point.check(); !valid)
                    return valid;
                auto thresholds = options->thresholds.parse();
                if (!thresholds)
                    return forward(thresholds);
                if (options->point.budget.empty() == !*thresholds)
                    return fail(ErrorCode::usage, "decide", "needs either --budget or --thresholds");
                auto run = open_run(options->run, common);
                if (!run)
                    return forward(run);
                auto point = decided(*run, options->point, *thresholds);
                if (!point)
                    return forward(point);
                const analyse::PolicyResult& policy = point->policy;
                const analyse::Decisions& decisions = point->decisions;
                const analyse::Analysis& analysis = *policy.analysis;
                const std::vector<float> predicted_error = analysis.predicted_error(decisions.state);
                const query::Rows rows{analysis.run(), policy.costs, decisions.state, predicted_error};
                auto selection = select(*point, *thresholds, rows, options->where);
                if (!selection)
                    return forward(selection);
                if (!options->csv.empty()) {
                    const Writing writing;
                    if (auto written = write_file(options->csv, report::decisions_csv(rows, selection->samples));
                        !written)
                        return written;
                }
                return common.json ? print_json(to_json(*selection)) : print_text(to_text(*selection));
            }};
}

}  // namespace exitscope::cli
