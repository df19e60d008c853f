// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/npy_writer.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/base/parallel.h"
#include "core/deploy/evaluate/input_checks.h"
#include "core/network/engine/own_rules.h"
#include "core/network/engine/run_model.h"
#include "core/network/model/native_quantization.h"

namespace exitscope::cli {
namespace {

struct Options {
    std::string model;
    std::string data;
    std::string calibration_data;
    std::string precision;  ///< empty = the file's own
    std::string logits;
    std::int64_t batch = 32;
    bool profile = false;
    DataOptions data_options;
    ModelOptions model_options;
    CalibrationChoice calibration;
};

struct Result {
    Precision precision;
    unsigned threads = 1;
    engine::ModelRun run;
    std::optional<engine::RuledRun> ruled;  ///< of a file with an `If`
    double seconds = 0;                     ///< wall clock, reading and preprocessing included

    [[nodiscard]] double images_per_second() const
    {
        return run.inference_seconds > 0 ? double(run.samples) / run.inference_seconds : 0;
    }
};

Expected<Result> run_model(const Options& options, const Common& common, Progress& progress)
{
    Result result;
    Expected<Precision> precision = options.precision.empty() ? fp32 : parse_precision(options.precision);
    if (!precision)
        return forward(precision);
    Expected<calibrate::CalibrationOptions> calibration = options.calibration.options(common.threads);
    if (!calibration)
        return forward(calibration);
    auto model = options.model_options.open(options.model, options.batch);
    if (!model)
        return forward(model);
    Expected<dataset::DatasetPtr> data = options.data_options.open(options.data, &*model, common);
    if (!data)
        return forward(data);
    data = answered_part(*model, *data, options.data_options, common, progress);
    if (!data)
        return forward(data);
    if (auto checked = tell_doubts(*model, **data, common, progress); !checked)
        return forward(checked);
    if (Expected<void> told = tell(analyse::partly_labelled(evaluate::count_labels(**data))); !told)
        return forward(told);
    if (Expected<void> decided = decide_output_kinds(*model, **data, common.threads, progress); !decided)
        return forward(decided);
    if (options.precision.empty() && !model->quantized_form.empty())
        precision = model->quantized_precision;
    result.precision = *precision;
    if (Expected<void> again = tell_requantization(*model, {*precision}); !again)
        return forward(again);
    std::optional<plan::Quantization> quantization;
    if (!precision->is_float()) {
        Expected<dataset::DatasetPtr> images =
            options.calibration_data.empty() ? *data : DataOptions().open(options.calibration_data, nullptr, common);
        if (!images)
            return forward(images);
        if (auto told = tell_calibration(*model, **images, {*precision}, *calibration); !told)
            return forward(told);
        auto calibrated = calibrate::calibrate(*model, **images, {*precision}, *calibration, progress);
        if (!calibrated)
            return forward(calibrated);
        quantization = std::move(*calibrated);
    }
    result.threads = thread_count(common.threads, (*data)->size());
    const auto begin = std::chrono::steady_clock::now();
    auto run = engine::run_model(*model, quantization ? &*quantization : nullptr, *precision, **data,
                                 {options.batch, common.threads, options.profile}, progress);
    if (!run)
        return forward(run);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    result.run = std::move(*run);
    const Expected<std::vector<std::int32_t>> labels = engine::read_labels(*model, **data);
    if (!labels)
        return tl::unexpected<Error>(labels.error());
    result.ruled = engine::apply_own_rules(*model, result.run, *labels);
    return result;
}

Json to_json(const Result& result)
{
    Json json;
    json["precision"] = result.precision.name();
    json["threads"] = result.threads;
    json["samples"] = result.run.samples;
    json["exits"] = Json::array();
    for (std::size_t i = 0; i < result.run.exits; ++i) {
        Json exit = {{"index", i}, {"accuracy", nullptr}};
        if (!result.run.accuracy.empty())
            exit["accuracy"] = result.run.accuracy[i];
        json["exits"].push_back(exit);
    }
    if (result.ruled) {
        json["own_rule"] = {{"exits", result.ruled->shares}, {"accuracy", nullptr}};
        if (result.ruled->accuracy)
            json["own_rule"]["accuracy"] = *result.ruled->accuracy;
    }
    json["images_per_second"] = result.images_per_second();
    json["seconds"] = result.seconds;
    for (const engine::ProfileRow& row : result.run.profile)
        json["profile"].push_back({{"stage", row.stage.value},
                                   {"part", row.head ? "head" : "trunk"},
                                   {"operator", row.operators},
                                   {"node", row.node},
                                   {"conversion", row.conversion},
                                   {"microseconds", 1e6 * row.seconds},
                                   {"macs", row.macs},
                                   {"gops", row.gops()},
                                   {"share", row.share}});
    return json;
}

/// Where the time of one image goes, step by step; the sums of layers and of conversions below.
std::string profile_text(const std::vector<engine::ProfileRow>& profile)
{
    std::vector<std::vector<std::string>> rows = {{"stage", "step", "node", "us/image", "MACs", "GOPS", "share"}};
    double converting = 0;
    double seconds = 0;
    for (const engine::ProfileRow& row : profile) {
        rows.push_back({std::to_string(row.stage.value + 1) + (row.head ? " head" : ""),
                        row.conversion ? "(" + row.operators + ")" : row.operators, row.node,
                        decimal(1e6 * row.seconds, 2), row.macs > 0 ? magnitude(row.macs) : "",
                        row.macs > 0 ? decimal(row.gops(), 1) : "", percent(row.share, 1)});
        seconds += row.seconds;
        converting += row.conversion ? row.share : 0.0;
    }
    return table(rows) + "\nAll steps: " + decimal(1e6 * seconds, 1) + " us an image, of which conversions take " +
           percent(converting, 1) + "\n";
}

std::string to_text(const Result& result)
{
    std::vector<std::vector<std::string>> rows = {{"exit", "accuracy"}};
    for (std::size_t i = 0; i < result.run.exits; ++i)
        rows.push_back(
            {std::to_string(i + 1), result.run.accuracy.empty() ? "no labels" : percent(result.run.accuracy[i])});
    std::string own;
    if (result.ruled) {
        own = "\nby the file's own rule";
        for (std::size_t i = 0; i < result.run.exits; ++i)
            own += (i == 0 ? " " : ", ") + percent(result.ruled->shares[i]) + " leave at exit " + std::to_string(i + 1);
        own += result.ruled->accuracy ? "; accuracy " + percent(*result.ruled->accuracy) + "\n" : "\n";
    }
    return table(rows) + own + "\n" + grouped(result.run.samples) + " images at " + result.precision.name() + " on " +
           std::to_string(result.threads) + (result.threads == 1 ? " thread: " : " threads: ") +
           grouped(static_cast<std::size_t>(result.images_per_second())) + " images/s of inference alone\n" +
           (result.run.profile.empty() ? "" : "\n" + profile_text(result.run.profile));
}

}  // namespace

Verb run_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("run", "Run every exit at one precision on a data set");
    app->add_option("MODEL", options->model, "ONNX file")->required();
    app->add_option("--data", options->data, "Data set: fashion-mnist:train|fit|test, a path, or path:train|test")
        ->required();
    app->add_option("--precision", options->precision,
                    "fp32, w8a8, w6a6, w4a4, ... (default: fp32, or w8a8 with the integers of a quantized file)");
    options->data_options.add_limit_to(*app);
    options->data_options.add_to(*app);
    app->add_option("--batch", options->batch, "Images per batch")->check(in_range(1, 65536))->capture_default_str();
    app->add_option("--save-logits", options->logits, "Write all outputs as NPY, float32 [exits, images, classes]");
    app->add_option("--calibration-data", options->calibration_data,
                    "Images that calibrate an integer precision (default: the first of --data, labels unused)");
    app->add_flag("--profile", options->profile, "Also time every layer and every conversion between layers");
    options->calibration.add_to(*app);
    options->model_options.add_to(*app);
    return {app, [options, &common]() -> Expected<void> {
                Progress progress;
                Expected<Result> result = [&] {
                    const Watch watch(progress, !common.quiet);
                    return run_model(*options, common, progress);
                }();
                if (!result)
                    return forward(result);
                if (!options->logits.empty()) {
                    const Writing writing;
                    const engine::ModelRun& run = result->run;
                    if (auto written = write_npy(options->logits, {run.exits, run.samples, run.classes}, run.logits);
                        !written)
                        return written;
                }
                return common.json ? print_json(to_json(*result)) : print_text(to_text(*result));
            }};
}

}  // namespace exitscope::cli
