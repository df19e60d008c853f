// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/run/run_file.h"
#include "core/deploy/evaluate/evaluator.h"
#include "core/deploy/evaluate/quantization_findings.h"

namespace exitscope::cli {
namespace {

struct Options {
    std::string input;
    std::string model;
    std::string data;
    std::vector<std::string> precisions;
    calibrate::LayerStudyOptions study;
    bool whole_only = false;
    CalibrationChoice calibration;
    DataOptions data_options;
    ModelOptions model_options;

    [[nodiscard]] bool is_model() const { return std::filesystem::path(input).extension() == ".onnx"; }
};

Expected<evaluate::QuantizationFindings> of_model(const Options& options, const Common& common, Progress& progress)
{
    if (options.data.empty())
        return fail(ErrorCode::usage, "quantization", "a model needs --data: the images to calibrate and measure on");
    auto precisions =
        parse_precisions(options.precisions.empty() ? names_of(evaluate::default_precisions) : options.precisions);
    if (!precisions)
        return forward(precisions);
    auto calibration = options.calibration.options(common.threads);
    if (!calibration)
        return forward(calibration);
    auto model = options.model_options.open(options.input, 1);
    if (!model)
        return forward(model);
    auto data = options.data_options.open(options.data, &*model, common);
    if (!data)
        return forward(data);
    data = answered_part(*model, *data, options.data_options, common, progress);
    if (!data)
        return forward(data);
    if (auto checked = tell_doubts(*model, **data, common, progress); !checked)
        return forward(checked);
    if (auto told = tell_calibration(*model, **data, *precisions, *calibration); !told)
        return forward(told);
    auto quantization = calibrate::calibrate(*model, **data, *precisions, *calibration, progress);
    if (!quantization)
        return forward(quantization);
    auto layers = calibrate::study_layers(*model, *quantization, **data, options.study, progress);
    if (!layers)
        return forward(layers);
    evaluate::QuantizationFindings findings;
    findings.layers = std::move(*layers);
    return findings;
}

Expected<evaluate::QuantizationFindings> of_run(const Options& options, Progress& progress)
{
    if (!options.data.empty() || !options.precisions.empty())
        return fail(ErrorCode::usage, "quantization",
                    "--data and --precisions go with a model; a run brings its own images and precisions");
    auto run = run::load(options.input);
    if (!run)
        return forward(run);
    if (options.model.empty())
        return evaluate::quantization_findings(**run, nullptr, options.study, progress);
    auto model = options.model_options.reopen(**run, options.model, 1);
    if (!model)
        return forward(model);
    return evaluate::quantization_findings(**run, &*model, options.study, progress);
}

/// JSON knows no infinity: null stands for "no difference at all".
Json decibels(double sqnr)
{
    return std::isfinite(sqnr) ? Json(sqnr) : Json(nullptr);
}

Json to_json(const std::vector<calibrate::ExitChange>& exits)
{
    Json json = Json::array();
    for (std::size_t e = 0; e < exits.size(); ++e)
        if (exits[e].reached)
            json.push_back({{"exit", e}, {"sqnr", decibels(exits[e].sqnr)}, {"changed", exits[e].changed}});
    return json;
}

Json to_json(const std::optional<plan::Rounding>& rounding)
{
    if (!rounding)
        return nullptr;
    return {{"method", plan::name(rounding->method)},
            {"damping", rounding->damping},
            {"nearest_sqnr", rounding->nearest_sqnr},
            {"sqnr", rounding->sqnr},
            {"moved", rounding->moved}};
}

Json to_json(const calibrate::LayerStudy& study)
{
    Json json;
    json["data"] = study.data;
    json["samples"] = study.samples;
    json["network"] = Json::array();
    for (std::size_t p = 0; p < study.precisions.size(); ++p)
        json["network"].push_back({{"precision", study.precisions[p].name()}, {"exits", to_json(study.network[p])}});
    json["layers"] = Json::array();
    for (const calibrate::LayerFindings& layer : study.layers) {
        Json precisions = Json::array();
        for (std::size_t p = 0; p < study.precisions.size(); ++p) {
            const auto& at = layer.at[p];
            if (!at)
                continue;
            precisions.push_back({{"precision", study.precisions[p].name()},
                                  {"weight_bits", at->weight_bits},
                                  {"input_bits", at->input.bits},
                                  {"scale", at->input.scale},
                                  {"zero_point", at->input.zero_point},
                                  {"weight_sqnr", decibels(at->weight_sqnr)},
                                  {"input_sqnr", decibels(at->input_sqnr)},
                                  {"clipped", at->clipped},
                                  {"output_sqnr", decibels(at->output_sqnr)},
                                  {"rounding", to_json(at->rounding)},
                                  {"alone", to_json(at->alone)}});
        }
        json["layers"].push_back({{"name", layer.name},
                                  {"operator", layer.op},
                                  {"stage", layer.stage.value},
                                  {"head", layer.head},
                                  {"minimum", layer.input.minimum},
                                  {"maximum", layer.input.maximum},
                                  {"histogram", layer.input.histogram},
                                  {"precisions", std::move(precisions)}});
    }
    json["ranking"] = Json::array();
    for (std::size_t p = 0; p < study.precisions.size(); ++p) {
        Json names = Json::array();
        for (const std::size_t l : study.ranking(p))
            names.push_back(study.layers[l].name);
        json["ranking"].push_back({{"precision", study.precisions[p].name()}, {"layers", std::move(names)}});
    }
    return json;
}

Json to_json(const evaluate::QuantizationFindings& findings)
{
    Json json;
    json["flips"] = Json::array();
    for (const analyse::PrecisionFlips& flips : findings.flips)
        json["flips"].push_back({{"exit", flips.exit.value},
                                 {"precision", flips.precision.name()},
                                 {"reference", flips.reference.name()},
                                 {"samples", flips.samples},
                                 {"changed", flips.changed},
                                 {"labelled", flips.labelled},
                                 {"both_right", flips.both_right},
                                 {"lost", flips.lost},
                                 {"gained", flips.gained},
                                 {"both_wrong", flips.both_wrong},
                                 {"p", flips.p}});
    json["study"] = nullptr;
    if (findings.layers)
        json["study"] = to_json(*findings.layers);
    json["missing"] = nullptr;
    if (!findings.missing.empty())
        json["missing"] = findings.missing;
    return json;
}

std::string text_of(double sqnr)
{
    return std::isnan(sqnr) ? "-" : std::isinf(sqnr) ? "exact" : decimal(sqnr, 1);
}

std::string to_text(const calibrate::LayerStudy& study, std::size_t precision)
{
    std::vector<std::vector<std::string>> rows = {{"layer", "exit", "SQNR alone", "changed", "weights", "input",
                                                   "clipped", "output, all quantized", "rounding", "damping", "nearest",
                                                   "rounded", "moved"}};
    std::vector<std::size_t> order = study.ranking(precision);
    if (order.empty())
        for (std::size_t l = 0; l < study.layers.size(); ++l)
            if (study.layers[l].at[precision])
                order.push_back(l);
    for (const std::size_t l : order) {
        const calibrate::LayerAtPrecision& at = *study.layers[l].at[precision];
        const auto worst = at.worst_exit();
        rows.push_back({study.layers[l].name, worst ? std::to_string(worst->value + 1) : "-",
                        worst ? text_of(at.alone[worst->at()].sqnr) : "-",
                        worst ? grouped(at.alone[worst->at()].changed) : "-", text_of(at.weight_sqnr),
                        text_of(at.input_sqnr), percent(at.clipped), text_of(at.output_sqnr)});
        const std::optional<plan::Rounding>& did = at.rounding;
        for (std::string cell : {did ? std::string(plan::name(did->method)) : "nearest",
                                 did && did->damping > 0 ? decimal(double(did->damping), 2) : "-",
                                 did ? text_of(double(did->nearest_sqnr)) : "-", did ? text_of(double(did->sqnr)) : "-",
                                 did ? percent(double(did->moved)) : "-"})
            rows.back().push_back(std::move(cell));
    }
    std::string text = study.precisions[precision].name() + ", the whole network:";
    for (std::size_t e = 0; e < study.network[precision].size(); ++e)
        text += "  exit " + std::to_string(e + 1) + " " + text_of(study.network[precision][e].sqnr) +
                " dB, answers changed: " + grouped(study.network[precision][e].changed);
    return text + "\n\n" + table(rows) + "\n";
}

std::string to_text(const evaluate::QuantizationFindings& findings)
{
    std::string text;
    if (!findings.flips.empty()) {
        std::vector<std::vector<std::string>> rows = {
            {"exit", "precision", "against", "lost", "gained", "other answer", "samples", "p"}};
        for (const analyse::PrecisionFlips& flips : findings.flips)
            rows.push_back({std::to_string(flips.exit.value + 1), flips.precision.name(), flips.reference.name(),
                            grouped(flips.lost), grouped(flips.gained), grouped(flips.changed), grouped(flips.samples),
                            decimal(flips.p, 4)});
        text +=
            "Answers on the test split that a precision changes (p: exact McNemar test of lost against gained)\n\n" +
            table(rows) + "\n";
    }
    if (!findings.layers)
        return text + "No numbers by layer: " + findings.missing + "\n";
    const calibrate::LayerStudy& study = *findings.layers;
    text += "Layers, largest effect first; SQNR in dB at the exit that suffers most when it alone is quantized; on " +
            grouped(study.samples) + " images of " + study.data + "\n\n";
    for (std::size_t p = 0; p < study.precisions.size(); ++p)
        text += to_text(study, p);
    return text;
}

}  // namespace

Verb quantization_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    Command* app = program.add_subcommand("quantization",
                                          "Effects of quantization: changed answers, noise by layer, clipped ranges");
    app->add_option("INPUT", options->input, "Run file, or ONNX file to calibrate first")->required();
    app->add_option("--model", options->model, "ONNX file of the run (default: where the run says it was)");
    app->add_option("--data", options->data, "Images, with an ONNX file");
    app->add_option("--precisions", options->precisions, "With an ONNX file (default: those of `evaluate`)")
        ->list(is_precision);
    app->add_option("--samples", options->study.samples, "Images to measure on")
        ->check(in_range(1, 100000))
        ->capture_default_str();
    app->add_flag("--whole-only", options->whole_only, "Leave out quantizing one layer at a time");
    options->calibration.add_to(*app);
    options->data_options.add_to(*app);
    options->model_options.add_to(*app);
    return {app, [options, &common]() -> Expected<void> {
                options->study.threads = common.threads;
                options->study.alone = !options->whole_only;
                Progress progress;
                auto findings = [&] {
                    const Watch watch(progress, !common.quiet);
                    return options->is_model() ? of_model(*options, common, progress) : of_run(*options, progress);
                }();
                if (!findings)
                    return forward(findings);
                return common.json ? print_json(to_json(*findings)) : print_text(to_text(*findings));
            }};
}

}  // namespace exitscope::cli
