// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inputs.h"

#include <algorithm>

#include "app/cli/output.h"
#include "core/analysis/analyse/default_budget.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/predict/predictor_options.h"
#include "core/analysis/run/restricted.h"
#include "core/analysis/run/run_file.h"
#include "core/base/share.h"
#include "core/network/dataset/check_sizes.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/output_kinds.h"
#include "core/network/model/native_quantization.h"

namespace exitscope::cli {

void CalibrationChoice::add_to(Command& app)
{
    app.add_option("--calibration-samples", samples, "Images that calibrate the integer precisions (labels unused)")
        ->check(in_range(std::size_t(1), std::size_t(1) << 24))
        ->capture_default_str();
    app.add_option("--calibration-method", method, "Range of activations: min-max, percentile or mse (default: mse)");
    app.add_option("--weights", weights,
                   "Rounding of weights: nearest, gptq or asymmetric (default: by layer what errs least on calibration "
                   "images)");
}

Expected<calibrate::CalibrationOptions> CalibrationChoice::options(unsigned threads) const
{
    calibrate::CalibrationOptions options;
    options.samples = samples;
    options.threads = threads;
    if (!method.empty()) {
        options.method = calibrate::parse_range_method(method);
        if (!options.method) {
            std::string known;
            for (const auto range :
                 {calibrate::RangeMethod::min_max, calibrate::RangeMethod::percentile, calibrate::RangeMethod::mse})
                known += (known.empty() ? "" : ", ") + std::string(calibrate::name(range));
            return fail(ErrorCode::usage, "--calibration-method",
                        "there is no method \"" + method + "\"; known are " + known);
        }
    }
    if (!weights.empty()) {
        const Expected<plan::WeightMethod> method_of_weights = parse_weights(weights);
        if (!method_of_weights)
            return tl::unexpected<Error>(method_of_weights.error());
        options.weights = *method_of_weights;
    }
    return options;
}

Expected<plan::WeightMethod> parse_weights(const std::string& text)
{
    const std::optional<plan::WeightMethod> method = plan::parse_weight_method(text);
    if (!method)
        return fail(ErrorCode::usage, "--weights",
                    "there is no method \"" + text + "\"; known are nearest, gptq, asymmetric");
    return *method;
}

Expected<dataset::DatasetPtr> answered_part(const model::MultiExitModel& model, dataset::DatasetPtr data,
                                            const DataOptions& options, const Common& common, Progress& progress)
{
    if (auto sizes = dataset::check_sizes(*data, model.preprocessing, common.threads); !sizes)
        return forward(sizes);
    if (!options.skip_unreadable)
        return data;
    Expected<dataset::DatasetPtr> part =
        engine::finite_part(model, std::move(data), {.threads = common.threads}, progress);
    if (!part)
        return part;
    if (Expected<void> told = tell((*part)->info().notices); !told)
        return forward(told);
    return part;
}

Expected<void> decide_output_kinds(model::MultiExitModel& model, const dataset::Dataset& data, unsigned threads,
                                   Progress& progress)
{
    if (Expected<void> decided = engine::decide_output_kinds(model, data, threads, progress); !decided)
        return decided;
    return tell(model.notices);
}

Expected<void> tell_requantization(const model::MultiExitModel& model, const std::vector<Precision>& precisions)
{
    return tell(model::requantization_notices(model, precisions));
}

Expected<Notices> tell_calibration(const model::MultiExitModel& model, const dataset::Dataset& images,
                                   const std::vector<Precision>& precisions,
                                   const calibrate::CalibrationOptions& options)
{
    Expected<Notices> notices = calibrate::calibration_notices(model, images.size(), precisions, options);
    if (!notices)
        return notices;
    if (Expected<void> told = tell(*notices); !told)
        return forward(told);
    return notices;
}

bool is_precision(std::string_view text)
{
    return Precision::parse(text).has_value();
}

bool is_policy(std::string_view text)
{
    return policy::find(text) != nullptr;
}

Expected<Precision> parse_precision(const std::string& text)
{
    const std::optional<Precision> precision = Precision::parse(text);
    if (!precision)
        return fail(ErrorCode::usage, "precision \"" + text + "\"",
                    "is not fp32 or wNaM with N and M from 2 to 8, like w8a8");
    return *precision;
}

Expected<std::vector<Precision>> parse_precisions(const std::vector<std::string>& texts)
{
    std::vector<Precision> precisions;
    for (const std::string& text : texts) {
        Expected<Precision> precision = parse_precision(text);
        if (!precision)
            return forward(precision);
        precisions.push_back(*precision);
    }
    std::sort(precisions.begin(), precisions.end());
    precisions.erase(std::unique(precisions.begin(), precisions.end()), precisions.end());
    return precisions;
}

std::vector<std::string> names_of(std::span<const Precision> precisions)
{
    std::vector<std::string> names;
    for (const Precision precision : precisions)
        names.push_back(precision.name());
    return names;
}

void RunInput::add_to(Command& app, bool required)
{
    app.add_option("RUN", path, "Run file made by `evaluate` or `import` (.exr)")->required(required);
    std::string kinds;
    for (const cost::Kind kind : cost::all_kinds)
        kinds += (kinds.empty() ? "" : ", ") + std::string(cost::name(kind));
    app.add_option("--cost", cost, "Cost model: " + kinds)->capture_default_str();
    app.add_flag("--pooled", pooled, "Every answer pools all heads visited so far, with weights from the fit split");
    app.add_option("--schedule", schedule,
                   "Use only the states of: free, non-increasing, non-decreasing or uniform precision");
    app.add_option("--predictors", predictors, "How errors are predicted: spline, mlp, mlp-raw or table")
        ->capture_default_str();
    app.add_flag("--isotonic", isotonic, "Calibrate predicted errors by a monotone map from the fit split");
    app.add_option("--energy-table", energy_table, "JSON file with pJ per MAC and byte, for --cost energy");
}

Expected<OpenedRun> open_run(const RunInput& input, const Common& common)
{
    const std::optional<cost::Kind> kind = cost::parse_kind(input.cost);
    if (!kind)
        return fail(ErrorCode::usage, "--cost", "there is no cost model \"" + input.cost + "\"");
    const std::optional<predict::Method> method = predict::parse_method(input.predictors);
    if (!method)
        return fail(ErrorCode::usage, "--predictors", "there is no method \"" + input.predictors + "\"");
    if (!input.energy_table.empty() && *kind != cost::Kind::energy)
        return fail(ErrorCode::usage, "--energy-table", "belongs to --cost energy");
    Expected<cost::EnergyTable> energy =
        input.energy_table.empty() ? cost::EnergyTable() : cost::read_energy_table(input.energy_table);
    if (!energy)
        return forward(energy);
    Expected<run::RunPtr> run = run::load(input.path);
    if (!run)
        return forward(run);
    if (!input.schedule.empty()) {
        const std::optional<run::Schedule> schedule = run::parse_schedule(input.schedule);
        if (!schedule)
            return fail(ErrorCode::usage, "--schedule", "there is no schedule \"" + input.schedule + "\"");
        *run = run::restricted(*run, *schedule);
    }
    Expected<cost::Costs> costs = cost::make_costs(**run, *kind, *energy);
    if (!costs)
        return fail(costs.error().code, input.path, costs.error().detail);
    auto analysis = analyse::Analysis::make(*run, {common.seed, common.threads, input.pooled, *method, input.isotonic});
    if (!analysis)
        return fail(analysis.error().code, input.path, analysis.error().detail);
    if (auto told = tell((*analysis)->notices()); !told)
        return forward(told);
    return OpenedRun{*analysis, *costs};
}

Expected<std::vector<std::string>> parse_policies(const std::vector<std::string>& names, bool oracles)
{
    std::vector<std::string> chosen;
    std::string known;
    for (const policy::Info& info : policy::registry()) {
        known += (known.empty() ? "" : ", ") + std::string(info.name);
        if (names.empty() && (oracles || !info.oracle))
            chosen.emplace_back(info.name);
    }
    for (const std::string& name : names) {
        if (!policy::find(name))
            return fail(ErrorCode::usage, "policy \"" + name + "\"", "does not exist; known are " + known);
        if (std::find(chosen.begin(), chosen.end(), name) == chosen.end())
            chosen.push_back(name);
    }
    return chosen;
}

std::vector<std::string> applicable(std::vector<std::string> names, bool asked, const OpenedRun& run)
{
    if (!asked && run.analysis->run().confidences_only())
        std::erase_if(names, [](const std::string& name) { return policy::find(name)->needs_distribution; });
    return names;
}

Expected<std::vector<analyse::PolicyResult>> fit_policies(const OpenedRun& run, const std::vector<std::string>& names,
                                                          std::size_t points)
{
    std::vector<analyse::PolicyResult> results;
    for (const std::string& name : names) {
        auto result = run.analysis->fit(name, run.costs, points);
        if (!result)
            return forward(result);
        results.push_back(std::move(*result));
    }
    return results;
}

void OperatingPointOptions::add_to(Command& app, bool budget_required)
{
    app.add_option("--policy", policy, "Method that decides")->capture_default_str();
    Option* option =
        app.add_option("--budget", budget, "Mean cost relative to the full model, as 0.3 or 30%, met on the fit split");
    if (budget_required)
        option->required();
    else
        option->explain(" (default: the cheapest that loses at most 0.5 points on the fit split)");
}

namespace {

Expected<double> parse_budget(const std::string& text)
{
    Expected<double> budget = parse_share(text, "--budget");
    if (budget && *budget <= 0)
        return fail(ErrorCode::usage, "--budget", "\"" + text + "\" is not above 0");
    return budget;
}

}  // namespace

Expected<void> OperatingPointOptions::check() const
{
    if (!budget.empty())
        if (const auto parsed = parse_budget(budget); !parsed)
            return tl::unexpected<Error>(parsed.error());
    if (const auto known = parse_policies({policy}, true); !known)
        return tl::unexpected<Error>(known.error());
    return {};
}

Expected<DecidedPoint> decide_point(const OpenedRun& run, const OperatingPointOptions& options)
{
    auto fitted = run.analysis->fit(options.policy, run.costs, 2);
    if (!fitted)
        return forward(fitted);
    double budget = 0;
    if (options.budget.empty()) {
        budget = analyse::default_budget(*fitted, analyse::tolerated_drop);
    } else {
        const Expected<double> asked = parse_budget(options.budget);
        if (!asked)
            return tl::unexpected<Error>(asked.error());
        budget = *asked;
    }
    analyse::Decisions decisions = analyse::decide(*fitted, budget);
    return DecidedPoint{std::move(*fitted), std::move(decisions)};
}

}  // namespace exitscope::cli
