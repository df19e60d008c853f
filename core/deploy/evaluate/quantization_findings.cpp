// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/evaluate/quantization_findings.h"

#include <algorithm>
#include <utility>

#include "core/deploy/evaluate/reopen.h"

namespace exitscope::evaluate {
namespace {

/// The first images of the fit split.
Expected<dataset::DatasetPtr> fit_images(const run::Run& run, std::size_t samples)
{
    Expected<dataset::DatasetPtr> data = reopen_data(run.fit);
    if (!data)
        return data;
    std::vector<SampleIndex> chosen;
    for (std::size_t i = 0; i < std::min(samples, run.fit.samples); ++i) {
        chosen.emplace_back(std::size_t{run.fit.source_index[i]});
        if (chosen.back().at() >= (*data)->size())
            return bad_input(run.fit.dataset_source, "is no longer the data of this run");
    }
    return dataset::subset(std::move(*data), std::move(chosen), run.fit.dataset);
}

Expected<calibrate::LayerStudy> study(const run::Run& run, const model::MultiExitModel* model,
                                      const calibrate::LayerStudyOptions& options, Progress& progress)
{
    if (!run.quantization || run.quantization->precisions.empty())
        return bad_input("quantization by layer", "this run has no integer precision whose weights it knows");
    std::optional<model::MultiExitModel> opened;
    if (!model) {
        Expected<model::MultiExitModel> read = reopen_model(run);
        if (!read)
            return forward(read);
        model = &opened.emplace(std::move(*read));
    }
    if (model->content_hash != run.provenance.model_hash)
        return bad_input(model->path.string(), "is not the model that this run was made with");
    const Expected<dataset::DatasetPtr> images = fit_images(run, options.samples);
    if (!images)
        return tl::unexpected<Error>(images.error());
    return calibrate::study_layers(*model, *run.quantization, **images, options, progress);
}

}  // namespace

Expected<QuantizationFindings> quantization_findings(const run::Run& run, const model::MultiExitModel* model,
                                                     const calibrate::LayerStudyOptions& options, Progress& progress)
{
    QuantizationFindings findings;
    findings.flips = analyse::precision_flips(run);
    Expected<calibrate::LayerStudy> layers = study(run, model, options, progress);
    if (layers)
        findings.layers = std::move(*layers);
    else if (layers.error().code == ErrorCode::cancelled)
        return forward(layers);
    else
        findings.missing = layers.error().message();
    return findings;
}

}  // namespace exitscope::evaluate
