// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/registry.h"
#include "core/base/parallel.h"
#include "core/deploy/adaptive/adaptive.h"
#include "core/deploy/adaptive/deployed_data.h"
#include "core/deploy/evaluate/reopen.h"
#include "core/network/dataset/check_sizes.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/run_model.h"

namespace exitscope::cli {
namespace {

struct Options {
    std::string model;
    RunInput run;
    OperatingPointOptions point;
    std::string data;
    std::size_t limit = 0;
    std::int64_t batch = 16;
    DataOptions data_options;
    ModelOptions model_options;
};

/// The run's own test images, or others for the same network.
Expected<dataset::DatasetPtr> open_images(const Options& options, const run::Run& run,
                                          const model::MultiExitModel& model, const Common& common)
{
    if (options.data.empty())
        return evaluate::reopen_data(run.test);
    return options.data_options.open(options.data, &model, common);
}

struct Result {
    analyse::Decisions decisions;  ///< what the run expects
    adaptive::AdaptiveRun made;
    unsigned threads = 1;
    std::string data;
    analyse::Proportion accuracy;
    double relative_cost = 0;
    std::optional<double> agreement;  ///< nothing when the images are not those of the run's test split
    std::vector<double> exit_share;

    [[nodiscard]] double images_per_second() const
    {
        return made.inference_seconds > 0 ? double(made.state.size()) / made.inference_seconds : 0;
    }
};

void score(Result& result, const analyse::PolicyResult& chosen, const std::vector<std::int32_t>& labels)
{
    const run::Run& run = chosen.analysis->run();
    const std::size_t samples = result.made.state.size();
    std::size_t hits = 0;
    std::size_t labelled = 0;
    result.exit_share.assign(run.exit_count(), 0.0);
    for (std::size_t i = 0; i < samples; ++i) {
        const StateIndex state = result.made.state[i];
        result.relative_cost += chosen.costs.relative(state) / double(samples);
        result.exit_share[run.states[state.at()].exit.at()] += 1.0 / double(samples);
        if (labels.empty() || labels[i] < 0)
            continue;
        ++labelled;
        hits += labels[i] == static_cast<std::int32_t>(result.made.prediction[i]);
    }
    result.accuracy = analyse::proportion(hits, labelled);
}

Expected<Result> run_adaptive(const Options& options, const Common& common, Progress& progress)
{
    auto opened = open_run(options.run, common);
    if (!opened)
        return forward(opened);
    const run::Run& run = opened->analysis->run();
    auto model = options.model_options.reopen(opened->analysis->measured(), options.model, options.batch);
    if (!model)
        return forward(model);
    auto images = open_images(options, run, *model, common);
    if (!images)
        return forward(images);
    auto data = adaptive::deployed_data(run, std::move(*images), options.limit);
    if (!data)
        return forward(data);
    if (auto checked = dataset::check_sizes(*data->images, model->preprocessing, common.threads); !checked)
        return forward(checked);
    if (!data->of_run) {  // the run's own images were checked when it was made
        auto sane = engine::check_hidden_answers(*model, run.precisions, *data->images, {options.batch, common.threads},
                                                 progress);
        if (!sane)
            return forward(sane);
    }
    const auto labels = engine::read_labels(*model, *data->images);
    if (!labels)
        return tl::unexpected<Error>(labels.error());
    auto point = decide_point(*opened, options.point);
    if (!point)
        return forward(point);
    const analyse::PolicyResult& chosen = point->policy;

    const policy::FittedPtr& fitted = chosen.fitted;
    const adaptive::DeployedPolicy rule{fitted,
                                        policy::at_budget(fitted->points(), point->decisions.budget, fitted->mixes()),
                                        opened->analysis->seed()};
    adaptive::AdaptiveOptions how;
    how.batch = options.batch;
    how.threads = common.threads;
    auto made = adaptive::run_adaptive(*model, *chosen.analysis, rule, *data->images, how, progress);
    if (!made)
        return forward(made);

    Result result;
    result.decisions = std::move(point->decisions);
    result.made = std::move(*made);
    result.threads = thread_count(common.threads, data->images->size());
    result.data = data->images->info().name;
    score(result, chosen, *labels);
    if (data->of_run)
        result.agreement = adaptive::agreement(result.made, chosen.analysis->run(), result.decisions);
    return result;
}

Json to_json(const Result& result, const Options& options)
{
    const std::vector<double>& latency = result.made.latency_ms;
    Json json;
    json["policy"] = result.decisions.policy;
    json["budget"] = result.decisions.budget;
    json["threads"] = result.threads;
    json["batch"] = options.batch;
    json["images_per_second"] = result.images_per_second();
    json["accuracy"] = nullptr;
    if (result.accuracy.samples > 0)
        json["accuracy"] = result.accuracy.value;
    json["relative_cost"] = result.relative_cost;
    json["latency_ms"] = {{"median", nullptr}, {"p95", nullptr}, {"p99", nullptr}};
    if (!latency.empty())
        json["latency_ms"] = {{"median", adaptive::quantile(latency, 0.5)},
                              {"p95", adaptive::quantile(latency, 0.95)},
                              {"p99", adaptive::quantile(latency, 0.99)}};
    json["agreement"] = nullptr;
    if (result.agreement)
        json["agreement"] = *result.agreement;
    return json;
}

std::string milliseconds(double value)
{
    return decimal(value, 3) + " ms";
}

std::string to_text(const Result& result, const Options& options)
{
    std::string text =
        policy::title(result.decisions.policy) + " at a budget of " + percent(result.decisions.budget, 1) + " on " +
        grouped(result.made.state.size()) + " images of " + result.data + ", " + std::to_string(result.threads) +
        (result.threads == 1 ? " thread" : " threads") + ", micro-batches of " + std::to_string(options.batch) + "\n";
    if (result.accuracy.samples > 0)
        text += "accuracy   " + percent(result.accuracy.value) + "  (95 %: " + percent(result.accuracy.low) + " to " +
                percent(result.accuracy.high) + ")\n";
    text += "cost       " + percent(result.relative_cost) + " of the full model\n";
    text += "speed      " + grouped(static_cast<std::size_t>(result.images_per_second())) +
            " images/s of inference alone; gates and regrouping take " +
            percent(1 - result.made.kernel_seconds / std::max(result.made.inference_seconds, 1e-12), 1) + " of it\n";
    if (const std::vector<double>& latency = result.made.latency_ms; !latency.empty())
        text += "latency    " + milliseconds(adaptive::quantile(latency, 0.5)) + " median, " +
                milliseconds(adaptive::quantile(latency, 0.95)) + " p95, " +
                milliseconds(adaptive::quantile(latency, 0.99)) + " p99, one image at a time (" +
                grouped(latency.size()) + " images)\n";
    text += "agreement  " +
            (result.agreement ? percent(*result.agreement) + " with the run's decisions"
                              : std::string("not known: these are not the run's test images")) +
            "\n\n";
    std::vector<std::vector<std::string>> rows = {{"exit", "share"}};
    for (std::size_t e = 0; e < result.exit_share.size(); ++e)
        rows.push_back({std::to_string(e + 1), percent(result.exit_share[e], 1)});
    return text + table(rows);
}

}  // namespace

Verb adaptive_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app =
        program.add_subcommand("adaptive", "Run a model adaptively, as in deployment, and measure its speed");
    app->add_option("MODEL", options->model, "ONNX file that the run was made with")->required();
    options->run.add_to(*app);
    options->point.add_to(*app, false);
    app->add_option("--data", options->data,
                    "Images (default: the run's test split; of the data it was taken from, its images alone)");
    app->add_option("--limit", options->limit, "Take the first N images");
    app->add_option("--batch", options->batch, "Images of a micro-batch")
        ->check(in_range(1, 65536))
        ->capture_default_str();
    options->data_options.add_to(*app);
    options->model_options.add_to(*app);
    return {app, [options, &common]() -> Expected<void> {
                if (auto valid = options->point.check(); !valid)
                    return valid;
                Progress progress;
                Expected<Result> result = [&] {
                    const Watch watch(progress, !common.quiet);
                    return run_adaptive(*options, common, progress);
                }();
                if (!result)
                    return forward(result);
                return common.json ? print_json(to_json(*result, *options)) : print_text(to_text(*result, *options));
            }};
}

}  // namespace exitscope::cli
