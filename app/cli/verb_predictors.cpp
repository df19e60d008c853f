// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"

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

std::vector<std::string> row(const std::string& name, const error::Quality& quality)
{
    return {name, grouped(quality.samples), decimal(quality.auroc, 4), decimal(quality.ece, 4),
            decimal(quality.brier, 4)};
}

std::string to_text(const run::Run& run, const evaluate::PredictorReport& report)
{
    std::vector<std::vector<std::string>> rows = {{"gate", "answers", "AUROC", "ECE", "Brier"}};
    rows.push_back(row("all gates, all continuations", report.pooled));
    rows.push_back(row("all gates, own answer", report.self));
    for (const evaluate::GateQuality& gate : report.gates)
        rows.push_back(row(run.states[gate.gate.at()].name(), gate.terminals.front().quality));
    return "Predicted error against outcome on " + run.test.dataset + "; predictors fitted on " + run.fit.dataset +
           " (" + grouped(run.fit.samples) + " images)\n\n" + table(rows);
}

}  // namespace

Verb predictors_verb(CLI::App& program, const Common& common)
{
    auto input = std::make_shared<RunInput>();
    auto table = std::make_shared<bool>(false);
    CLI::App* app = program.add_subcommand("predictors", "How good the predicted errors are");
    input->add_to(*app);
    app->add_flag("--table", *table, "Predictors by cluster table instead of the MLPs");
    return {app, [input, table, &common]() -> Expected<void> {
                auto run = open_run(*input, common);
                if (!run)
                    return forward(run);
                const evaluate::Analysis& analysis = *run->analysis;
                auto report = evaluate::predictor_report(
                    analysis.run(), *table ? analysis.table() : analysis.predictors(), common.threads);
                if (!report)
                    return fail(report.error().code, input->path, report.error().detail);
                return common.json ? print_json(to_json(analysis.run(), *report))
                                   : print_text(to_text(analysis.run(), *report));
            }};
}

}  // namespace exitscope::cli
