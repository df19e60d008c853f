// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exits_task.h"

#include <utility>

#include "core/network/dataset/dataset.h"

namespace exitscope::app {

Expected<void> trainExits(const std::filesystem::path& backbone, const ExitsSettings& settings, Progress& progress,
                          const std::function<void(TrainingEvent)>& deliver)
{
    progress.begin("Reading the data set", 0);
    const Expected<model::MultiExitModel> model = model::open_model(backbone, settings.open);
    if (!model)
        return tl::unexpected<Error>(model.error());
    Expected<dataset::DatasetPtr> data = dataset::open(settings.data);
    if (!data)
        return forward(data);
    if (settings.limit > 0)
        *data = dataset::first(*data, settings.limit);
    exits::AttachRequest request = settings.request;
    if (!settings.heldOutData.empty()) {
        Expected<dataset::DatasetPtr> heldOut = dataset::open(settings.heldOutData);
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
