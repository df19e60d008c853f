// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/base/file.h"
#include "core/report/comparison.h"
#include "core/report/csv.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    std::vector<std::string> policies;
    std::size_t points = 101;
    std::string csv;
};

Json to_json(const OpenedRun& run, const std::vector<evaluate::PolicyResult>& policies)
{
    const run::Run& data = run.analysis->run();
    const bool labelled = data.test.labelled();
    Json json;
    json["cost"] = std::string(cost::name(run.costs.kind));
    json["reference_cost"] = run.costs.reference;
    json["full"] = {{"accuracy", nullptr}, {"relative_cost", 1.0}};
    if (labelled)
        json["full"]["accuracy"] = evaluate::state_accuracy(data, data.full()).value;
    json["policies"] = Json::array();
    for (const evaluate::PolicyResult& policy : policies) {
        Json points = Json::array();
        for (const evaluate::CurvePoint& point : policy.curve.points) {
            Json entry = {{"knob", point.knob},  {"budget", point.budget},  {"relative_cost", point.relative_cost},
                          {"accuracy", nullptr}, {"accuracy_low", nullptr}, {"accuracy_high", nullptr}};
            if (point.accuracy.samples > 0) {
                entry["accuracy"] = point.accuracy.value;
                entry["accuracy_low"] = point.accuracy.low;
                entry["accuracy_high"] = point.accuracy.high;
            }
            points.push_back(std::move(entry));
        }
        Json entry = {{"name", policy.curve.policy}, {"points", std::move(points)}, {"area", nullptr}};
        if (labelled)
            entry["area"] = policy.curve.area;
        json["policies"].push_back(std::move(entry));
    }
    return json;
}

std::string to_text(const OpenedRun& run, const std::vector<evaluate::PolicyResult>& policies)
{
    const run::Run& data = run.analysis->run();
    const double full = evaluate::state_accuracy(data, data.full()).value;
    std::vector<std::vector<std::string>> rows = {
        {"policy", "at 25 %", "at 50 %", "at 75 %", "drop 0", "drop 0.5", "drop 1.0", "area"}};
    for (const evaluate::PolicyResult& policy : policies) {
        std::vector<std::string> row = {policy.curve.policy};
        for (const double budget : {0.25, 0.5, 0.75}) {
            const auto accuracy = report::accuracy_at(policy.curve, budget);
            row.push_back(accuracy ? percent(*accuracy) : "-");
        }
        for (const double drop : {0.0, 0.005, 0.01}) {
            const auto cost = report::cost_at(policy.curve, full - drop);
            row.push_back(cost ? percent(*cost, 1) : "-");
        }
        row.push_back(percent(policy.curve.area));
        rows.push_back(std::move(row));
    }
    return "Accuracy on " + data.test.dataset + " (" + grouped(data.test.samples) + " images) at a share of the full " +
           "model's " + std::string(cost::title(run.costs.kind)) +
           ", and the cost that keeps within a drop in points;\n" + "chosen on " + data.fit.dataset + " (" +
           grouped(data.fit.samples) + " images). Full model: " + percent(full) + "\n\n" + table(rows);
}

}  // namespace

Verb curve_verb(CLI::App& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand("curve", "Trade-off curves of accuracy against cost");
    options->run.add_to(*app);
    app->add_option("--policies", options->policies, "Methods to compare (default: all that are no oracles)")
        ->delimiter(',');
    app->add_option("--points", options->points, "Budgets a curve")->check(CLI::Range(2, 10001))->capture_default_str();
    app->add_option("--csv", options->csv, "Also write the curves as CSV");
    return {app, [options, &common]() -> Expected<void> {
                auto names = parse_policies(options->policies, false);
                if (!names)
                    return forward(names);
                auto run = open_run(options->run, common);
                if (!run)
                    return forward(run);
                auto policies = fit_policies(*run, *names, options->points);
                if (!policies)
                    return forward(policies);
                if (!options->csv.empty()) {
                    std::vector<evaluate::Curve> curves;
                    for (const evaluate::PolicyResult& policy : *policies)
                        curves.push_back(policy.curve);
                    const Writing writing;
                    if (auto written = write_file(options->csv, report::curves_csv(curves)); !written)
                        return written;
                }
                if (common.json)
                    return print_json(to_json(*run, *policies));
                if (!run->analysis->run().test.labelled())
                    return bad_input(options->run.path,
                                     "the test split has no labels, so there is no accuracy to show");
                return print_text(to_text(*run, *policies));
            }};
}

}  // namespace exitscope::cli
