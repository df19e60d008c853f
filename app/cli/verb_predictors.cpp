// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/overthinking.h"
#include "core/analysis/analyse/predictor_report.h"
#include "core/analysis/analyse/statistic_quality.h"
#include "core/analysis/predict/quality.h"

namespace exitscope::cli {
namespace {

Json to_json(const predict::Quality& quality)
{
    return {{"auroc", quality.auroc}, {"ece", quality.ece}, {"brier", quality.brier}};
}

void add_intervals(const predict::Quality& quality, const predict::QualityIntervals& intervals, Json& json)
{
    json["auroc_interval"] = {intervals.auroc.low, intervals.auroc.high};
    json["ece_interval"] = {intervals.ece.low, intervals.ece.high};
    json["ece_width"] = quality.ece_width;
    json["ece_width_interval"] = {intervals.ece_width.low, intervals.ece_width.high};
}

Json to_json(const run::Run& run, const analyse::PredictorReport& report, bool intervals)
{
    Json json;
    json["pooled"] = to_json(report.pooled);
    json["pooled"]["log_loss"] = report.pooled.log_loss;
    if (intervals) {
        add_intervals(report.pooled, report.pooled_intervals, json["pooled"]);
        json["self"] = to_json(report.self);
        json["self"]["log_loss"] = report.self.log_loss;
        add_intervals(report.self, report.self_intervals, json["self"]);
    }
    json["gates"] = Json::array();
    for (const analyse::GateQuality& gate : report.gates) {
        Json entry = {{"state", run.states[gate.gate.at()].name()}, {"terminals", Json::array()}};
        for (const analyse::TerminalQuality& terminal : gate.terminals) {
            entry["terminals"].push_back(to_json(terminal.quality));
            entry["terminals"].back()["state"] = run.states[terminal.terminal.at()].name();
        }
        if (intervals) {
            add_intervals(gate.terminals.front().quality, gate.self, entry["terminals"].front());
            const analyse::StatisticQuality best = analyse::best_statistic(run, gate.gate);
            entry["best_statistic"] = {{"name", best.name}, {"auroc", best.auroc}};
        }
        json["gates"].push_back(std::move(entry));
    }
    return json;
}

std::string with_interval(double value, const predict::Interval& interval)
{
    return decimal(value, 4) + " [" + decimal(interval.low, 4) + ", " + decimal(interval.high, 4) + "]";
}

std::vector<std::string> row(const std::string& name, const predict::Quality& quality,
                             const predict::QualityIntervals& intervals, const std::string& best = "")
{
    return {name,
            grouped(quality.samples),
            with_interval(quality.auroc, intervals.auroc),
            best,
            with_interval(quality.ece, intervals.ece),
            with_interval(quality.ece_width, intervals.ece_width),
            decimal(quality.brier, 4),
            decimal(quality.log_loss, 4)};
}

std::string to_text(const run::Run& run, const analyse::PredictorReport& report)
{
    std::vector<std::vector<std::string>> rows = {
        {"gate", "answers", "AUROC", "best statistic", "ECE, equal counts", "ECE, equal width", "Brier", "log-loss"}};
    rows.push_back(row("all gates, all continuations", report.pooled, report.pooled_intervals));
    rows.push_back(row("all gates, own answer", report.self, report.self_intervals));
    for (const analyse::GateQuality& gate : report.gates)
        rows.push_back(row(run.states[gate.gate.at()].name(), gate.terminals.front().quality, gate.self,
                           decimal(analyse::best_statistic(run, gate.gate).auroc, 4)));
    return "Predicted error against outcome on " + run.test.dataset + "; predictors fitted on " + run.fit.dataset +
           " (" + grouped(run.fit.samples) + " images)\n\n" + table(rows);
}

/// What QuEE pays by these predictions, and what it would pay if it knew the labels.
Expected<std::string> regret_text(const OpenedRun& opened)
{
    const auto policy = opened.analysis->fit("quee", opened.costs, 2);
    if (!policy)
        return tl::unexpected<Error>(policy.error());
    std::vector<std::vector<std::string>> rows = {{"lambda", "cost", "paid", "oracle", "regret"}};
    for (const double budget : {0.25, 0.5, 0.75}) {
        const analyse::Decisions decisions = analyse::decide(*policy, budget);
        const auto regret = analyse::regret(policy->analysis->run(), policy->costs, decisions.state, decisions.knob);
        if (!regret)
            return tl::unexpected<Error>(regret.error());
        rows.push_back({decimal(regret->lambda, 4), percent(decisions.outcome.relative_cost, 1),
                        decimal(regret->paid, 4), decimal(regret->oracle, 4), decimal(regret->value(), 4)});
    }
    return "\nQuEE's mean error + lambda x cost, and that of an oracle that knows the labels\n\n" + table(rows);
}

}  // namespace

Verb predictors_verb(Command& program, const Common& common)
{
    auto input = std::make_shared<RunInput>();
    Command* app = program.add_subcommand("predictors", "How good the predicted errors are");
    input->add_to(*app);
    auto intervals = std::make_shared<bool>(false);
    app->add_flag("--intervals", *intervals,
                  "Add to the JSON: 95 % intervals, calibration errors over bins of equal width, the best statistic");
    return {app, [input, intervals, &common]() -> Expected<void> {
                auto run = open_run(*input, common);
                if (!run)
                    return forward(run);
                const analyse::Analysis& analysis = *run->analysis;
                auto report =
                    analyse::predictor_report(analysis.run(), analysis.predictors(), common.seed, common.threads);
                if (!report)
                    return fail(report.error().code, input->path, report.error().detail);
                if (common.json)
                    return print_json(to_json(analysis.run(), *report, *intervals));
                const auto regret = regret_text(*run);
                if (!regret)
                    return tl::unexpected<Error>(regret.error());
                return print_text(to_text(analysis.run(), *report) + *regret);
            }};
}

}  // namespace exitscope::cli
