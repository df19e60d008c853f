// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/evaluate/overthinking.h"
#include "core/evaluate/statistic_quality.h"

namespace exitscope::cli {
namespace {

Json to_json(const run::Run& run, const evaluate::PredictorReport& report)
{
    Json json;
    json["pooled"] = {{"auroc", report.pooled.auroc},
                      {"ece", report.pooled.ece},
                      {"brier", report.pooled.brier},
                      {"log_loss", report.pooled.log_loss}};
    json["gates"] = Json::array();
    for (const evaluate::GateQuality& gate : report.gates) {
        Json terminals = Json::array();
        for (const evaluate::TerminalQuality& terminal : gate.terminals)
            terminals.push_back({{"state", run.states[terminal.terminal.at()].name()},
                                 {"auroc", terminal.quality.auroc},
                                 {"ece", terminal.quality.ece},
                                 {"brier", terminal.quality.brier}});
        json["gates"].push_back({{"state", run.states[gate.gate.at()].name()}, {"terminals", std::move(terminals)}});
    }
    return json;
}

std::vector<std::string> row(const std::string& name, const error::Quality& quality, const std::string& best = "")
{
    return {name,
            grouped(quality.samples),
            decimal(quality.auroc, 4),
            best,
            decimal(quality.ece, 4),
            decimal(quality.brier, 4),
            decimal(quality.log_loss, 4)};
}

std::string to_text(const run::Run& run, const evaluate::PredictorReport& report)
{
    std::vector<std::vector<std::string>> rows = {
        {"gate", "answers", "AUROC", "best statistic", "ECE", "Brier", "log-loss"}};
    rows.push_back(row("all gates, all continuations", report.pooled));
    rows.push_back(row("all gates, own answer", report.self));
    for (const evaluate::GateQuality& gate : report.gates)
        rows.push_back(row(run.states[gate.gate.at()].name(), gate.terminals.front().quality,
                           decimal(evaluate::best_statistic(run, gate.gate).auroc, 4)));
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
        const evaluate::Decisions decisions = evaluate::decide(*policy, budget);
        const auto regret = evaluate::regret(policy->analysis->run(), policy->costs, decisions.state, decisions.knob);
        if (!regret)
            return tl::unexpected<Error>(regret.error());
        rows.push_back({decimal(regret->lambda, 4), percent(decisions.outcome.relative_cost, 1),
                        decimal(regret->paid, 4), decimal(regret->oracle, 4), decimal(regret->value(), 4)});
    }
    return "\nQuEE's mean error + lambda x cost, and that of an oracle that knows the labels\n\n" + table(rows);
}

}  // namespace

Verb predictors_verb(CLI::App& program, const Common& common)
{
    auto input = std::make_shared<RunInput>();
    CLI::App* app = program.add_subcommand("predictors", "How good the predicted errors are");
    input->add_to(*app);
    return {app, [input, &common]() -> Expected<void> {
                auto run = open_run(*input, common);
                if (!run)
                    return forward(run);
                const evaluate::Analysis& analysis = *run->analysis;
                auto report = evaluate::predictor_report(analysis.run(), analysis.predictors(), common.threads);
                if (!report)
                    return fail(report.error().code, input->path, report.error().detail);
                if (common.json)
                    return print_json(to_json(analysis.run(), *report));
                const auto regret = regret_text(*run);
                if (!regret)
                    return tl::unexpected<Error>(regret.error());
                return print_text(to_text(analysis.run(), *report) + *regret);
            }};
}

}  // namespace exitscope::cli
