// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/evaluate/reopen.h"

#include <algorithm>
#include <utility>

namespace exitscope::evaluate {

Expected<model::MultiExitModel> reopen_model(const run::Run& run, std::string path, model::OpenOptions options)
{
    if (path.empty())
        path = run.provenance.model_path;
    options.allow_training_mode = true;  // it was allowed when the run was made
    options.run_preprocessing = run.provenance.preprocessing;
    const model::OpenOptions by_rule = options;
    if (!options.input_size)
        if (const auto as_in_run = dataset::Preprocessing::from_json(run.provenance.preprocessing))
            options.input_size = model::ImageSize{as_in_run->height, as_in_run->width};
    const bool as_in_run = options.exits.empty();
    if (as_in_run)
        options.exits = run.exit_names;
    Expected<model::MultiExitModel> model = model::open_model(path, options);
    if (!model && as_in_run)
        if (Expected<model::MultiExitModel> other = model::open_model(path, by_rule);
            other && other->content_hash != run.provenance.model_hash)
            return other;
    if (model && model->exit_count() == run.exit_count())
        set_exit_kinds(*model, run);
    return model;
}

Expected<dataset::DatasetPtr> reopen_data(const run::Split& split)
{
    return dataset::reopen({split.dataset_source, split.class_numbers, split.labels_file, split.image_root});
}

void set_exit_kinds(model::MultiExitModel& model, const run::Run& run)
{
    const std::size_t known = std::min(run.exit_kinds.size(), model.stages.size());
    for (std::size_t s = 0; s < known; ++s) {
        model.stages[s].exit_kind = run.exit_kinds[s];
        model.stages[s].exit_kind_known = true;
    }
}

}  // namespace exitscope::evaluate
