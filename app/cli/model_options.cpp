// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_options.h"

#include "app/cli/output.h"
#include "core/network/dataset/check_sizes.h"
#include "core/network/engine/preprocessing_doubts.h"

namespace exitscope::cli {

void ModelOptions::add_to(Command& app, PreprocessingOptions::FitOption fit)
{
    preprocessing.add_to(app, fit);
}

Expected<model::OpenOptions> ModelOptions::open_options(std::int64_t batch) const
{
    Expected<dataset::PreprocessingChoice> chosen = preprocessing.choice();
    if (!chosen)
        return forward(chosen);
    model::OpenOptions options;
    options.batch = batch;
    options.preprocessing = std::move(*chosen);
    return options;
}

Expected<model::MultiExitModel> ModelOptions::open(const std::string& path, std::int64_t batch,
                                                   const std::string& run_preprocessing) const
{
    Expected<model::OpenOptions> options = open_options(batch);
    if (!options)
        return forward(options);
    options->run_preprocessing = run_preprocessing;
    Expected<model::MultiExitModel> model = model::open_model(path, *options);
    if (!model)
        return model;
    if (Expected<void> told = tell(model->notices); !told)
        return forward(told);
    return model;
}

Expected<void> check_images(const model::MultiExitModel& model, const dataset::Dataset& data, const Common& common,
                            Progress& progress, bool doubts)
{
    if (Expected<void> sizes = dataset::check_sizes(data, model.preprocessing, common.threads); !sizes)
        return sizes;
    if (!doubts)
        return {};
    const bool probe = !common.quiet || common.strict;
    const Expected<Notices> found = engine::preprocessing_doubts(model, data, probe, common.threads, progress);
    if (!found)
        return tl::unexpected<Error>(found.error());
    return tell(*found);
}

}  // namespace exitscope::cli
