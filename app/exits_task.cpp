// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exits_task.h"

#include <utility>

#include "core/network/dataset/check_sizes.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::app {

Expected<void> trainExits(const std::filesystem::path& backbone, const ExitsSettings& settings, Progress& progress,
                          const std::function<void(TrainingEvent)>& deliver)
{
    progress.begin("Reading the data set", 0);
    const Expected<model::MultiExitModel> model = model::open_model(backbone, settings.open);
    if (!model)
        return tl::unexpected<Error>(model.error());
    dataset::OpenOptions reading;
    reading.model =
        dataset::ModelClasses{model->path.string(), static_cast<std::size_t>(model->classes), model->class_names};
    reading.seed = settings.request.seed;
    const dataset::OpenOptions whole = reading;
    reading.limit = settings.limit;
    Expected<dataset::DatasetPtr> data = dataset::open(settings.data, reading);
    if (!data)
        return forward(data);
    if (Expected<void> sizes = dataset::check_sizes(**data, model->preprocessing, settings.request.threads); !sizes)
        return sizes;
    exits::AttachRequest request = settings.request;
    if (!settings.heldOutData.empty()) {
        Expected<dataset::DatasetPtr> heldOut = dataset::open(settings.heldOutData, whole);
        if (!heldOut)
            return forward(heldOut);
        request.held_out_data = *heldOut;
    }
    const Expected<exits::AttachOptions> options = exits::attach_options(request, *model);
    if (!options)
        return tl::unexpected<Error>(options.error());
    Expected<exits::Attached> attached =
        exits::attach(backbone, settings.open, *data, *options, progress,
                      [&deliver](const exits::EpochReport& report) { deliver(report); });
    if (!attached)
        return forward(attached);
    deliver(std::move(*attached));
    return {};
}

}  // namespace exitscope::app
