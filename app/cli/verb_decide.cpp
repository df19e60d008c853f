// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/base/file.h"
#include "core/evaluate/overthinking.h"
#include "core/report/csv.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    OperatingPointOptions point;
    std::string csv;
};

Json to_json(const run::Run& run, const evaluate::Decisions& decisions)
{
    const evaluate::Outcome& outcome = decisions.outcome;
    Json json;
    json["policy"] = decisions.policy;
    json["budget"] = decisions.budget;
    json["knob"] = decisions.knob;
    json["samples"] = decisions.state.size();
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
std::string depth_text(const evaluate::PolicyResult& policy, const evaluate::Decisions& decisions)
{
    const run::Run& run = policy.analysis->run();
    const evaluate::Overthinking faults = evaluate::overthinking(run, decisions.state);
    std::vector<std::vector<std::string>> rows = {{"answers", "share"}};
    if (run.test.labelled()) {
        rows.push_back({"right at an earlier exit already", percent(faults.wasteful.value, 1)});
        rows.push_back({"wrong, right at an earlier exit", percent(faults.destructive.value, 1)});
        rows.push_back({"wrong, right at a later exit", percent(faults.left_too_early.value, 1)});
    }
    rows.push_back({"other than the full model's", percent(faults.inconsistent.value, 1)});
    return table(rows);
}

std::string to_text(const evaluate::PolicyResult& policy, const evaluate::Decisions& decisions)
{
    const run::Run& run = policy.analysis->run();
    const evaluate::Outcome& outcome = decisions.outcome;
    std::string text = title_of(decisions.policy) + " at a budget of " + percent(decisions.budget, 1) + ", chosen on " +
                       run.fit.dataset + ", scored on " + grouped(decisions.state.size()) + " images of " +
                       run.test.dataset + "\n";
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
    return text + table(rows) + "\n" + depth_text(policy, decisions);
}

}  // namespace

Verb decide_verb(CLI::App& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand("decide", "Where every test image leaves under one policy and budget");
    options->run.add_to(*app);
    options->point.add_to(*app, true);
    app->add_option("--csv", options->csv, "Also write one line a test image");
    return {app, [options, &common]() -> Expected<void> {
                if (auto budget = parse_budget(options->point.budget); !budget)
                    return forward(budget);
                auto name = parse_policies({options->point.policy}, true);
                if (!name)
                    return forward(name);
                auto run = open_run(options->run, common);
                if (!run)
                    return forward(run);
                auto policy = fit_policies(*run, *name, 2);
                if (!policy)
                    return forward(policy);
                auto decisions = decide(policy->front(), options->point);
                if (!decisions)
                    return forward(decisions);
                if (!options->csv.empty()) {
                    const Writing writing;
                    if (auto written =
                            write_file(options->csv, report::decisions_csv(*policy->front().analysis,
                                                                           policy->front().costs, *decisions));
                        !written)
                        return written;
                }
                return common.json ? print_json(to_json(policy->front().analysis->run(), *decisions))
                                   : print_text(to_text(policy->front(), *decisions));
            }};
}

}  // namespace exitscope::cli
