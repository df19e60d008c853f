// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/familiarity.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/report/familiarity.h"
#include "core/analysis/run/run_file.h"
#include "core/base/file.h"
#include "core/deploy/evaluate/evaluator.h"
#include "core/deploy/evaluate/input_checks.h"
#include "core/deploy/evaluate/state_walk.h"
#include "core/network/dataset/preprocessing_text.h"
#include "core/network/model/native_quantization.h"

namespace exitscope::cli {
namespace {

struct Options {
    std::string model;
    std::vector<std::string> fit_arguments;
    std::string fit;
    std::string test;
    std::string data;
    double fit_fraction = 0.5;
    std::vector<std::string> precisions = names_of(evaluate::default_precisions);
    std::string schedule;
    std::int64_t batch = 16;
    bool no_latency = false;
    std::string output;
    DataOptions data_options;
    ModelOptions model_options;
    CalibrationChoice calibration;
};

/// `--fit` names the fit split; the words of --image-fit say the shape of images, as `--fit` does in other verbs.
Expected<void> sort_fit_arguments(Options& options)
{
    for (const std::string& argument : options.fit_arguments) {
        if (dataset::parse_fit(argument)) {
            options.model_options.preprocessing.set_fit(argument);
            continue;
        }
        if (!options.fit.empty() || !options.data.empty())
            return fail(ErrorCode::usage, "--fit",
                        options.data.empty() ? "names two data sets" : "names a data set although --data is split");
        options.fit = argument;
    }
    return {};
}

Expected<dataset::Split> open_splits(const Options& options, const model::MultiExitModel& model, const Common& common)
{
    if (!options.data.empty()) {
        Expected<dataset::DatasetPtr> whole = options.data_options.open(options.data, &model, common);
        if (!whole)
            return forward(whole);
        return dataset::split(*whole, options.fit_fraction, common.seed);
    }
    if (options.fit.empty() || options.test.empty())
        return fail(ErrorCode::usage, {}, "evaluate needs --fit and --test, or --data with --fit-fraction");
    Expected<dataset::DatasetPtr> fit = options.data_options.open(options.fit, &model, common);
    if (!fit)
        return forward(fit);
    Expected<dataset::DatasetPtr> test = options.data_options.open(options.test, &model, common);
    if (!test)
        return forward(test);
    if (Expected<void> distinct = dataset::check_distinct(**fit, **test); !distinct)
        return forward(distinct);
    return dataset::Split{*fit, *test};
}

/// Nothing when none was asked for.
Expected<std::optional<run::Schedule>> schedule_of(const Options& options)
{
    if (options.schedule.empty())
        return std::nullopt;
    const std::optional<run::Schedule> schedule = run::parse_schedule(options.schedule);
    if (!schedule)
        return fail(ErrorCode::usage, "--schedule",
                    "there is no schedule \"" + options.schedule +
                        "\"; known are free, non-increasing, non-decreasing, uniform");
    return schedule;
}

Expected<run::RunPtr> evaluate(const Options& options, const Common& common, Progress& progress,
                               evaluate::EvaluationTime& time)
{
    evaluate::EvaluateOptions how;
    Expected<std::vector<Precision>> precisions = parse_precisions(options.precisions);
    if (!precisions)
        return forward(precisions);
    how.precisions = *precisions;
    Expected<calibrate::CalibrationOptions> calibration = options.calibration.options(common.threads);
    if (!calibration)
        return forward(calibration);
    how.calibration = *calibration;
    how.batch = options.batch;
    how.threads = common.threads;
    how.seed = common.seed;
    how.measure_latency = !options.no_latency;
    auto model = options.model_options.open(options.model, options.batch);
    if (!model)
        return forward(model);
    if (Expected<void> again = tell_requantization(*model, how.precisions); !again)
        return forward(again);
    add_notices(how.notices, model::requantization_notices(*model, how.precisions));
    Expected<std::optional<run::Schedule>> schedule = schedule_of(options);
    if (!schedule)
        return forward(schedule);
    how.schedule = *schedule;
    Expected<dataset::Split> splits = open_splits(options, *model, common);
    if (!splits)
        return forward(splits);
    for (dataset::DatasetPtr* split : {&splits->fit, &splits->test}) {
        Expected<dataset::DatasetPtr> part = answered_part(*model, *split, options.data_options, common, progress);
        if (!part)
            return forward(part);
        *split = std::move(*part);
    }
    auto doubts = tell_doubts(*model, *splits->fit, common, progress);
    if (!doubts)
        return forward(doubts);
    add_notices(how.notices, *doubts);
    const Notices training = evaluate::training_notices(*model, *splits->fit, *splits->test);
    if (Expected<void> told = tell(training); !told)
        return forward(told);
    add_notices(how.notices, training);
    const auto fewer = tell_calibration(*model, *splits->fit, how.precisions, how.calibration);
    if (!fewer)
        return tl::unexpected<Error>(fewer.error());
    add_notices(how.notices, *fewer);
    const Notices labels =
        analyse::label_notices(evaluate::count_labels(*splits->fit), evaluate::count_labels(*splits->test));
    if (Expected<void> told = tell(labels); !told)
        return forward(told);
    if (Expected<void> decided = decide_output_kinds(*model, *splits->fit, common.threads, progress); !decided)
        return forward(decided);
    return evaluate::evaluate_model(*model, *splits->fit, *splits->test, how, progress, &time);
}

Json to_json(const run::Run& run, double full_cost)
{
    Json json;
    json["states"] = run.states.size();
    json["stages"] = run.exit_count();
    json["precisions"] = Json::array();
    for (const Precision precision : run.precisions)
        json["precisions"].push_back(precision.name());
    json["fit_samples"] = run.fit.samples;
    json["test_samples"] = run.test.samples;
    json["seconds"] = run.provenance.seconds;
    json["images_per_second"] = run.provenance.images_per_second;
    json["full"] = {{"accuracy", nullptr}, {"cost", full_cost}};
    if (run.test.labelled())
        json["full"]["accuracy"] = analyse::full_accuracy(run).value;
    return json;
}

std::string to_text(const run::Run& run, double full_cost)
{
    std::vector<std::vector<std::string>> rows = {{"exit"}};
    for (const Precision precision : run.precisions)
        rows[0].push_back(precision.name());
    if (run.test.labelled()) {
        for (std::size_t exit = 0; exit < run.exit_count(); ++exit) {
            std::vector<std::string> row = {std::to_string(exit + 1) + " " + run.exit_names[exit]};
            for (const Precision precision : run.precisions) {
                std::string cell = "-";
                for (std::size_t s = 0; s < run.states.size(); ++s) {
                    const run::State& state = run.states[s];
                    const bool uniform = std::all_of(state.path.begin(), state.path.end(),
                                                     [precision](Precision p) { return p == precision; });
                    if (state.exit.at() == exit && uniform)
                        cell = percent(analyse::state_accuracy(run, StateIndex(s)).value);
                }
                row.push_back(cell);
            }
            rows.push_back(std::move(row));
        }
    }
    return grouped(run.states.size()) + " states on " + grouped(run.fit.samples) + " fit and " +
           grouped(run.test.samples) + " test images in " + std::to_string(std::lround(run.provenance.seconds)) +
           " s; the full model costs " + magnitude(full_cost) + " BOPs an image\n" +
           (rows.size() > 1 ? "\nAccuracy on the test split, one precision at all stages:\n" + table(rows) : "");
}

std::string time_text(const evaluate::EvaluationTime& time)
{
    const auto seconds = [](double value) { return decimal(value, 1) + " s"; };
    return "\nCalibration " + seconds(time.calibration) + ", stage latencies " + seconds(time.latency) + ", states " +
           seconds(time.walk) + ": " + decimal(time.kernels > 0 ? time.walk / time.kernels : 0.0, 2) + " times the " +
           seconds(time.kernels) + " inside the kernels\n";
}

}  // namespace

Verb evaluate_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("evaluate", "Run every exit and precision on a fit and a test split");
    app->add_option("MODEL", options->model, "ONNX file")->required();
    app->add_option("--fit", options->fit_arguments,
                    "Data on which everything is chosen (labelled); or stretch, crop, pad: the shape of images, as "
                    "--image-fit")
        ->repeated();
    Option* test = app->add_option("--test", options->test, "Data that only scores");
    app->add_option("--data", options->data, "One data set, split at random instead")->excludes(test);
    app->add_option("--fit-fraction", options->fit_fraction, "Share of --data for the fit split")
        ->capture_default_str();
    app->add_option("--precisions", options->precisions, "Precisions of a stage")
        ->list(is_precision)
        ->capture_default_str();
    app->add_option("--schedule", options->schedule,
                    "Which precision paths exist: free, non-increasing, non-decreasing, uniform (default: the freest "
                    "that keeps below 1,000 states)");
    options->data_options.add_limit_to(*app);
    options->data_options.add_to(*app);
    app->add_option("--batch", options->batch, "Images per batch")->check(in_range(1, 65536))->capture_default_str();
    app->add_flag("--no-latency", options->no_latency, "Do not measure the stages' latencies");
    app->add_option("-o,--output", options->output, "Run file to write (.exr)")->required();
    options->calibration.add_to(*app);
    options->model_options.add_to(*app, "--exits", PreprocessingOptions::FitOption::data);
    return {app, [options, &common]() -> Expected<void> {
                if (Expected<void> sorted = sort_fit_arguments(*options); !sorted)
                    return sorted;
                if (Expected<void> writable = check_writable(options->output); !writable)
                    return writable;
                Progress progress;
                evaluate::EvaluationTime time;
                Expected<run::RunPtr> run = [&] {
                    const Watch watch(progress, !common.quiet);
                    return evaluate(*options, common, progress, time);
                }();
                if (!run)
                    return forward(run);
                if (const Familiarity seen = analyse::familiarity(**run); !common.quiet && seen.suspicious())
                    log_line("note: " + report::to_sentence(seen));
                Expected<cost::Costs> costs = cost::make_costs(**run, cost::Kind::bops);
                if (!costs)
                    return forward(costs);
                {
                    const Writing writing;
                    if (Expected<void> saved = run::save(**run, options->output); !saved)
                        return saved;
                }
                return common.json ? print_json(to_json(**run, costs->reference))
                                   : print_text(to_text(**run, costs->reference) + time_text(time));
            }};
}

}  // namespace exitscope::cli
