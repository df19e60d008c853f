// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>
#include <optional>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/threshold_options.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/bootstrap.h"
#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/report/csv.h"
#include "core/base/file.h"

namespace exitscope::cli {
namespace {

struct Options {
    RunInput run;
    std::vector<std::string> policies;
    std::vector<std::string> against;
    ThresholdOptions thresholds;
    std::size_t points = 101;
    std::string csv;
};

constexpr double compared_costs[] = {0.15, 0.20, 0.25, 0.30, 0.40, 0.50, 0.75};
constexpr double compared_drops[] = {0.0, 0.005, 0.01};

/// Fitted policies with their curves on resamples of the test split; none of the latter without labels.
struct Curves {
    std::vector<analyse::PolicyResult> policies;
    std::vector<analyse::ResampledCurve> resampled;
    std::vector<std::size_t> against;                  ///< positions of the policies that the others are compared with
    std::optional<policy::UserThresholds> thresholds;  ///< of the last policy
};

Expected<Curves> make_curves(const OpenedRun& run, const Options& options,
                             const std::optional<policy::UserThresholds>& thresholds, const Common& common)
{
    auto names = parse_policies(options.policies, false);
    if (!names)
        return forward(names);
    *names = applicable(std::move(*names), !options.policies.empty(), run);
    Curves curves;
    if (!options.against.empty()) {
        const auto others = parse_policies(options.against, true);
        if (!others)
            return tl::unexpected<Error>(others.error());
        for (const std::string& other : *others) {
            const auto found = std::find(names->begin(), names->end(), other);
            curves.against.push_back(static_cast<std::size_t>(found - names->begin()));
            if (found == names->end())
                names->push_back(other);
        }
    }
    auto policies = fit_policies(run, *names, options.points);
    if (!policies)
        return forward(policies);
    curves.policies = std::move(*policies);
    if (thresholds) {
        auto scored = run.analysis->at_thresholds(*thresholds, run.costs);
        if (!scored)
            return forward(scored);
        curves.policies.push_back(std::move(*scored));
        curves.thresholds = thresholds;
    }
    if (!run.analysis->run().test.labelled())
        return curves;
    const auto bootstrap = analyse::Bootstrap::make(run.analysis->run(), common.seed);
    if (!bootstrap)
        return tl::unexpected<Error>(bootstrap.error());
    for (analyse::PolicyResult& policy : curves.policies) {
        curves.resampled.push_back(bootstrap->curve(policy));
        analyse::Bootstrap::set_bands(curves.resampled.back(), policy.curve);
    }
    return curves;
}

Json to_json(const analyse::Estimate& estimate)
{
    return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

/// Differences of accuracy to another policy, at equal realised cost on the same images.
Json differences(const Curves& curves, std::size_t policy, std::size_t other)
{
    Json list = Json::array();
    for (const double cost : compared_costs) {
        const auto gap = difference_at(curves.resampled[policy], curves.resampled[other], cost);
        if (!gap)
            continue;
        Json entry = {{"relative_cost", cost}};
        entry.update({{"difference", gap->value}, {"low", gap->low}, {"high", gap->high}});
        list.push_back(std::move(entry));
    }
    return list;
}

Json summary(const analyse::ResampledCurve& curve, double area_low)
{
    Json json = {{"area", to_json(curve.area(area_low))}, {"area_low", area_low}};
    json["accuracy_at"] = Json::array();
    for (const double cost : compared_costs)
        if (const auto accuracy = curve.accuracy_at(cost)) {
            Json entry = {{"relative_cost", cost}};
            entry.update(to_json(*accuracy));
            json["accuracy_at"].push_back(std::move(entry));
        }
    json["cost_at_drop"] = Json::array();
    for (const double drop : compared_drops)
        if (const auto cost = curve.cost_at_drop(drop)) {
            Json entry = {{"drop", drop}};
            entry.update(to_json(*cost));
            json["cost_at_drop"].push_back(std::move(entry));
        }
    return json;
}

Json to_json(const OpenedRun& run, const Curves& curves)
{
    const run::Run& data = run.analysis->run();
    const bool labelled = data.test.labelled();
    Json json;
    json["cost"] = std::string(cost::name(run.costs.kind));
    json["reference_cost"] = run.costs.reference;
    json["full"] = {{"accuracy", nullptr}, {"relative_cost", 1.0}};
    if (labelled)
        json["full"]["accuracy"] = analyse::full_accuracy(data).value;
    json["policies"] = Json::array();
    for (std::size_t p = 0; p < curves.policies.size(); ++p) {
        const analyse::Curve& curve = curves.policies[p].curve;
        Json points = Json::array();
        for (const analyse::CurvePoint& point : curve.points) {
            Json entry = {{"knob", point.knob},  {"budget", point.budget},  {"relative_cost", point.relative_cost},
                          {"accuracy", nullptr}, {"accuracy_low", nullptr}, {"accuracy_high", nullptr}};
            if (point.accuracy.samples > 0) {
                entry["accuracy"] = point.accuracy.value;
                entry["accuracy_low"] = point.accuracy.low;
                entry["accuracy_high"] = point.accuracy.high;
            }
            points.push_back(std::move(entry));
        }
        Json entry = {{"name", curve.policy}, {"points", std::move(points)}, {"area", nullptr}};
        if (labelled) {
            entry["area"] = curve.area;
            entry["summary"] = summary(curves.resampled[p], curve.area_low);
            for (const std::size_t other : curves.against)
                entry["against"].push_back(
                    {{"name", curves.policies[other].curve.policy}, {"differences", differences(curves, p, other)}});
        }
        if (curves.thresholds && p + 1 == curves.policies.size())
            entry.update(cli::to_json(*curves.thresholds));
        json["policies"].push_back(std::move(entry));
    }
    return json;
}

std::string comparison_table(const Curves& curves)
{
    std::vector<std::vector<std::string>> rows = {
        {"policy", "at 25 %", "at 50 %", "at 75 %", "drop 0", "drop 0.5", "drop 1.0", "area"}};
    for (std::size_t p = 0; p < curves.policies.size(); ++p) {
        const analyse::ResampledCurve& curve = curves.resampled[p];
        std::vector<std::string> row = {curves.policies[p].curve.policy};
        for (const double cost : {0.25, 0.5, 0.75}) {
            const auto accuracy = curve.accuracy_at(cost);
            row.push_back(
                accuracy ? percent(accuracy->value) + " +-" + decimal(50 * (accuracy->high - accuracy->low), 2) : "-");
        }
        for (const double drop : compared_drops) {
            const auto cost = curve.cost_at_drop(drop);
            row.push_back(cost ? percent(cost->value, 1) : "-");
        }
        row.push_back(percent(curves.policies[p].curve.area));
        rows.push_back(std::move(row));
    }
    return table(rows);
}

/// The point of the last policy.
std::string threshold_text(const Curves& curves)
{
    const analyse::CurvePoint& point = curves.policies.back().curve.points.front();
    return to_text(*curves.thresholds) + ": accuracy " + percent(point.accuracy.value) +
           " (95 %: " + percent(point.accuracy.low) + " to " + percent(point.accuracy.high) + ") at " +
           percent(point.relative_cost) + " of the full model's cost\n";
}

std::string difference_table(const Curves& curves, std::size_t other)
{
    std::vector<std::vector<std::string>> rows = {{"policy"}};
    for (const double cost : compared_costs)
        rows.front().push_back("at " + percent(cost, 0));
    for (std::size_t p = 0; p < curves.policies.size(); ++p) {
        if (p == other)
            continue;
        std::vector<std::string> row = {curves.policies[p].curve.policy};
        for (const double cost : compared_costs) {
            const auto gap = difference_at(curves.resampled[p], curves.resampled[other], cost);
            row.push_back(gap ? report::points(gap->value) + " [" + report::points(gap->low) + ", " +
                                    report::points(gap->high) + "]"
                              : "-");
        }
        rows.push_back(std::move(row));
    }
    return "Points of accuracy above " + curves.policies[other].curve.policy +
           " at equal cost, with 95 % intervals over the same images:\n\n" + table(rows);
}

std::string to_text(const OpenedRun& run, const Curves& curves)
{
    const run::Run& data = run.analysis->run();
    std::string text = "Accuracy on " + data.test.dataset + " (" + grouped(data.test.samples) +
                       " images) at a share of the full model's " + std::string(cost::title(run.costs.kind)) +
                       " with half its 95 % band, and the cost that keeps within a drop in points;\nchosen on " +
                       data.fit.dataset + " (" + grouped(data.fit.samples) +
                       " images). Full model: " + percent(analyse::full_accuracy(data).value) + "\n\n" +
                       comparison_table(curves);
    if (curves.thresholds)
        text += "\nthresholds: " + threshold_text(curves);
    for (const std::size_t other : curves.against)
        text += "\n" + difference_table(curves, other);
    return text;
}

}  // namespace

Verb curve_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("curve", "Trade-off curves of accuracy against cost");
    options->run.add_to(*app);
    app->add_option("--policies", options->policies, "Methods to compare (default: all except oracles)")
        ->list(is_policy);
    app->add_option("--against", options->against, "Methods that all others are compared with, image by image")
        ->list(is_policy);
    options->thresholds.add_to(*app);
    app->add_option("--points", options->points, "Budgets a curve")->check(in_range(2, 10001))->capture_default_str();
    app->add_option("--csv", options->csv, "Also write the curves as CSV");
    return {app, [options, &common]() -> Expected<void> {
                if (auto names = parse_policies(options->policies, false); !names)
                    return forward(names);
                auto thresholds = options->thresholds.parse();
                if (!thresholds)
                    return forward(thresholds);
                auto run = open_run(options->run, common);
                if (!run)
                    return forward(run);
                auto curves = make_curves(*run, *options, *thresholds, common);
                if (!curves)
                    return forward(curves);
                if (!options->csv.empty()) {
                    std::vector<analyse::Curve> list;
                    for (const analyse::PolicyResult& policy : curves->policies)
                        list.push_back(policy.curve);
                    const Writing writing;
                    if (auto written = write_file(options->csv, report::curves_csv(list)); !written)
                        return written;
                }
                if (common.json)
                    return print_json(to_json(*run, *curves));
                if (!run->analysis->run().test.labelled())
                    return bad_input(options->run.path,
                                     "the test split has no labels, so there is no accuracy to show");
                return print_text(to_text(*run, *curves));
            }};
}

}  // namespace exitscope::cli
