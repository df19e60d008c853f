// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_options.h"

#include <optional>

#include "app/cli/output.h"
#include "core/base/output_kind.h"
#include "core/deploy/evaluate/reopen.h"
#include "core/network/engine/preprocessing_doubts.h"

namespace exitscope::cli {

namespace {

Expected<model::MultiExitModel> told(Expected<model::MultiExitModel> model)
{
    if (!model)
        return model;
    if (Expected<void> done = tell(model->notices); !done)
        return forward(done);
    return model;
}

}  // namespace

void ModelOptions::add_to(Command& app, const std::string& exits_option, PreprocessingOptions::FitOption fit)
{
    preprocessing.add_to(app, fit);
    app.add_option(exits_option, exits,
                   "Outputs of the file that are exits, e.g. exit1,exit2; of a stack its parts, e.g. logits.1,logits.3 "
                   "(default: those that `info` shows)")
        ->list([](std::string_view) { return false; });
    app.add_option("--outputs", outputs, "What the exits hold: logits or probabilities (auto: decided by their values)")
        ->check(one_of({"auto", "logits", "probabilities"}))
        ->capture_default_str();
    app.add_option("--input-size", input_size,
                   "Height and width of the network's images, e.g. 224x224, where the file leaves them open");
    app.add_flag("--allow-training-mode", allow_training_mode,
                 "Take a model with BatchNormalization or Dropout in training mode, and run these in inference mode");
}

Expected<model::OpenOptions> ModelOptions::open_options(std::int64_t batch) const
{
    Expected<dataset::PreprocessingChoice> chosen = preprocessing.choice();
    if (!chosen)
        return forward(chosen);
    model::OpenOptions options;
    if (!input_size.empty()) {
        options.input_size = model::parse_image_size(input_size);
        if (!options.input_size)
            return fail(ErrorCode::usage, "--input-size",
                        "\"" + input_size + "\" is not a height and a width in pixels, like 224x224");
    }
    options.allow_training_mode = allow_training_mode;
    options.batch = batch;
    options.preprocessing = std::move(*chosen);
    options.exits = exits;
    options.outputs = parse_output_kind(outputs);
    return options;
}

Expected<model::MultiExitModel> ModelOptions::open(const std::string& path, std::int64_t batch) const
{
    const Expected<model::OpenOptions> options = open_options(batch);
    return options ? told(model::open_model(path, *options)) : tl::unexpected<Error>(options.error());
}

Expected<model::MultiExitModel> ModelOptions::reopen(const run::Run& run, const std::string& path,
                                                     std::int64_t batch) const
{
    const Expected<model::OpenOptions> options = open_options(batch);
    return options ? told(evaluate::reopen_model(run, path, *options)) : tl::unexpected<Error>(options.error());
}

Expected<Notices> tell_doubts(const model::MultiExitModel& model, const dataset::Dataset& data, const Common& common,
                              Progress& progress)
{
    const bool probe = !common.quiet || common.strict;
    Expected<Notices> found = engine::preprocessing_doubts(model, data, probe, common.threads, progress);
    if (!found)
        return found;
    if (Expected<void> told = tell(*found); !told)
        return forward(told);
    return found;
}

}  // namespace exitscope::cli
