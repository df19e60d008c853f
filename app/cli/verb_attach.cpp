// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>
#include <memory>

#include "app/cli/inputs.h"
#include "app/cli/job.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"
#include "core/analysis/report/familiarity.h"
#include "core/base/file.h"
#include "core/network/exits/attach.h"
#include "core/network/exits/request.h"

namespace exitscope::cli {
namespace {

struct Options {
    std::string backbone;
    std::string data;
    std::string held_out;
    std::string head = "auto";
    std::vector<std::string> precisions;
    std::string weights;  ///< empty = the best by calibration error
    std::string augmentation = "auto";
    exits::AttachRequest request;
    std::string output;
    DataOptions data_options;
    ModelOptions model_options;
};

/// "0.1" is a share of the data, everything else another data set.
Expected<void> set_held_out(const std::string& text, const DataOptions& how, const model::MultiExitModel& backbone,
                            const Common& common, exits::AttachRequest& request)
{
    double share = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
    if (error == std::errc() && end == text.data() + text.size()) {
        request.held_out = share;
        return {};
    }
    DataOptions whole = how;
    whole.open_options.limit = 0;
    Expected<dataset::DatasetPtr> data = whole.open(text, &backbone, common);
    if (!data)
        return forward(data);
    request.held_out_data = *data;
    return {};
}

/// Reads what the options say in words.
Expected<exits::AttachRequest> parse_request(const Options& options, const model::MultiExitModel& backbone,
                                             const Common& common)
{
    exits::AttachRequest request = options.request;
    if (options.head != "auto") {
        request.head = exits::parse_head_kind(options.head);
        if (!request.head) {
            std::string known = "auto";
            for (const exits::HeadKind kind : exits::all_head_kinds)
                known += ", " + std::string(exits::name(kind));
            return fail(ErrorCode::usage, "--head", "there is no head \"" + options.head + "\"; known are " + known);
        }
    }
    request.precisions.clear();
    for (const std::string& text : options.precisions) {
        Expected<Precision> precision = parse_precision(text);
        if (!precision)
            return forward(precision);
        request.precisions.push_back(*precision);
    }
    if (!options.weights.empty()) {
        const Expected<plan::WeightMethod> weights = parse_weights(options.weights);
        if (!weights)
            return tl::unexpected<Error>(weights.error());
        request.weights = *weights;
    }
    if (options.augmentation != "auto") {
        request.augmentation = exits::parse_augmentation(options.augmentation);
        if (!request.augmentation)
            return fail(ErrorCode::usage, "--augment",
                        "there is no augmentation \"" + options.augmentation +
                            "\"; known are auto, none, flip, flip-shift");
    }
    if (Expected<void> held_out = set_held_out(options.held_out, options.data_options, backbone, common, request);
        !held_out)
        return forward(held_out);
    request.threads = common.threads;
    request.seed = common.seed;
    return request;
}

Expected<exits::Attached> attach(const Options& options, const Common& common, Progress& progress)
{
    Expected<model::MultiExitModel> backbone = options.model_options.open(options.backbone, 1);
    if (!backbone)
        return forward(backbone);
    Expected<exits::AttachRequest> request = parse_request(options, *backbone, common);
    if (!request)
        return forward(request);
    Expected<exits::AttachOptions> how = exits::attach_options(*request, *backbone);
    if (!how)
        return forward(how);
    Expected<dataset::DatasetPtr> data = options.data_options.open(options.data, &*backbone, common);
    if (!data)
        return forward(data);
    data = answered_part(*backbone, *data, options.data_options, common, progress);
    if (!data)
        return forward(data);
    if (auto checked = tell_doubts(*backbone, **data, common, progress); !checked)
        return forward(checked);
    how->scratch = std::filesystem::absolute(options.output).parent_path();
    if (auto told = tell(exits::training_notices(**data, static_cast<std::size_t>(backbone->classes), *how)); !told)
        return forward(told);
    const auto log_epoch = [](const exits::EpochReport& report) {
        log_line("exit " + std::to_string(report.exit + 1) + " " + std::string(exits::name(report.kind)) + " epoch " +
                 std::to_string(report.epoch) + "/" + std::to_string(report.epochs) + ": loss " +
                 decimal(report.loss, 4) + ", held-out loss " + decimal(report.held_out_loss, 4) + ", accuracy " +
                 percent(report.held_out_accuracy));
    };
    const Expected<model::OpenOptions> open = options.model_options.open_options(1);
    if (!open)
        return tl::unexpected<Error>(open.error());
    return exits::attach(options.backbone, *open, *data, *how, progress,
                         common.quiet ? exits::EpochObserver() : log_epoch);
}

Json to_json(const exits::Attached& attached)
{
    Json json;
    json["exits"] = Json::array();
    for (std::size_t i = 0; i < attached.exits.size(); ++i) {
        const exits::AttachedExit& exit = attached.exits[i];
        Json entry = {{"index", i},        {"tensor", exit.tensor},
                      {"head", nullptr},   {"accuracy_fit", nullptr},
                      {"macs", exit.macs}, {"relative_macs", exit.relative_macs}};
        if (exit.head)
            entry["head"] = exits::name(*exit.head);
        if (exit.accuracy)
            entry["accuracy_fit"] = *exit.accuracy;
        json["exits"].push_back(entry);
    }
    json["seconds"] = attached.seconds;
    return json;
}

std::string to_text(const exits::Attached& attached)
{
    std::vector<std::vector<std::string>> rows = {{"exit", "MACs", "share", "head", "its MACs", "held-out accuracy"}};
    for (std::size_t i = 0; i < attached.exits.size(); ++i) {
        const exits::AttachedExit& exit = attached.exits[i];
        rows.push_back({std::to_string(i + 1) + " " + exit.tensor, magnitude(double(exit.macs)),
                        percent(exit.relative_macs, 1), exit.head ? std::string(exits::name(*exit.head)) : "own",
                        magnitude(double(exit.head_macs)), exit.accuracy ? percent(*exit.accuracy) : "-"});
    }
    return table(rows);
}

}  // namespace

Verb attach_verb(Command& program, const Common& common)
{
    auto options = std::make_shared<Options>();
    exits::AttachRequest& request = options->request;
    for (const Precision precision : request.precisions)
        options->precisions.push_back(precision.name());
    options->held_out = decimal(request.held_out, 1);
    Command* app = program.add_subcommand("attach", "Attach exits to a classifier and train their heads");
    app->add_option("BACKBONE", options->backbone, "ONNX file")->required();
    app->add_option("--data", options->data, "Images to train on, labelled unless --distill is 1")->required();
    options->data_options.add_limit_to(*app);
    options->data_options.add_to(*app);
    Option* count = app->add_option("--exits", request.exits,
                                    "Exits of the result, the last one included, spread evenly over the cost")
                        ->check(in_range(2, 64))
                        ->capture_default_str();
    Option* shares = app->add_option("--at", request.shares,
                                     "Exits at the cut points nearest to these shares of the cost, e.g. 0.3,0.55")
                         ->list()
                         ->excludes(count);
    app->add_option("--cut", request.tensors, "Exits at these tensors (`info` lists candidates)")
        ->list([](std::string_view) { return false; })
        ->excludes(count)
        ->excludes(shares);
    app->add_option("--head", options->head, "auto, linear, mlp, grid2, grid4 or conv")->capture_default_str();
    app->add_option("--precision", options->precisions,
                    "Precisions of the features that heads are trained on, in turn over the views")
        ->list(is_precision)
        ->capture_default_str();
    app->add_option("--weights", options->weights,
                    "Rounding of weights at these precisions: nearest, gptq or asymmetric (default: by layer what errs "
                    "least on calibration images)");
    app->add_option("--epochs", request.training.epochs, "Passes over the images")
        ->check(in_range(1, 10000))
        ->capture_default_str();
    app->add_option("--rate", request.training.rate, "Learning rate at the start")
        ->check(in_range(1e-6, 1.0))
        ->capture_default_str();
    app->add_option("--held-out", options->held_out,
                    "Share of the images, or a data set of its own, on which heads are chosen")
        ->capture_default_str();
    app->add_option("--augment", options->augmentation,
                    "none, flip or flip-shift (default: none for grey images, otherwise flip-shift)");
    app->add_option("--views", request.views, "Augmented versions of each image, computed once")
        ->check(in_range(1, 64))
        ->capture_default_str();
    app->add_option("--distill", request.training.distillation,
                    "Weight of the last exit's answers in the targets, 0 to 1; with 1 images need no labels")
        ->check(in_range(0.0, 1.0))
        ->capture_default_str();
    app->add_option("-o,--output", options->output, "ONNX file to write")->required();
    options->model_options.add_to(*app, "--model-exits");
    return {app, [options, &common]() -> Expected<void> {
                if (Expected<void> writable = check_writable(options->output); !writable)
                    return writable;
                Progress progress;
                Expected<exits::Attached> attached = [&] {
                    const Watch watch(progress, !common.quiet);
                    return attach(*options, common, progress);
                }();
                if (!attached)
                    return forward(attached);
                if (auto told = tell(attached->notices); !told)
                    return told;
                {
                    const Writing writing;
                    if (Expected<void> written = write_file(options->output, attached->model); !written)
                        return written;
                }
                if (!common.quiet && attached->familiarity.suspicious())
                    log_line("note: " + report::to_sentence(attached->familiarity));
                return common.json ? print_json(to_json(*attached)) : print_text(to_text(*attached));
            }};
}

}  // namespace exitscope::cli
