// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_options.h"

#include "app/cli/output.h"
#include "core/base/output_kind.h"
#include "core/deploy/evaluate/reopen.h"

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

void ModelOptions::add_to(Command& app, const std::string& exits_option)
{
    preprocessing.add_to(app);
    app.add_option(exits_option, exits,
                   "Outputs of the file that are exits, e.g. exit1,exit2; of a stack its parts, e.g. logits.1,logits.3 "
                   "(default: those that `info` shows)")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--outputs", outputs, "What the exits hold: logits or probabilities (auto: decided by their values)")
        ->check(one_of({"auto", "logits", "probabilities"}))
        ->capture_default_str();
}

model::OpenOptions ModelOptions::open_options(std::int64_t batch) const
{
    model::OpenOptions options;
    options.batch = batch;
    preprocessing.write_to(options);
    options.exits = exits;
    options.outputs = parse_output_kind(outputs);
    return options;
}

Expected<model::MultiExitModel> ModelOptions::open(const std::string& path, std::int64_t batch) const
{
    return told(model::open_model(path, open_options(batch)));
}

Expected<model::MultiExitModel> ModelOptions::reopen(const run::Run& run, const std::string& path,
                                                     std::int64_t batch) const
{
    return told(evaluate::reopen_model(run, path, open_options(batch)));
}

}  // namespace exitscope::cli
