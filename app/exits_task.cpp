// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exits_task.h"

#include <utility>

#include "core/network/dataset/check_sizes.h"
#include "core/network/dataset/dataset.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/preprocessing_doubts.h"

namespace exitscope::app {

Expected<void> trainExits(const std::filesystem::path& backbone, const ExitsSettings& settings, Progress& progress,
                          const std::function<void(TrainingEvent)>& deliver)
{
    progress.begin("Reading the data set", 0);
    const Expected<model::MultiExitModel> model = model::open_model(backbone, settings.open);
    if (!model)
        return tl::unexpected<Error>(model.error());
    dataset::OpenOptions reading = settings.reading;
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
    if (reading.unreadable == dataset::Unreadable::skip)
        if (data = engine::finite_part(*model, *data, {.threads = settings.request.threads}, progress); !data)
            return forward(data);
    Notices notices = model->notices;
    Expected<Notices> doubts = engine::preprocessing_doubts(*model, **data, true, settings.request.threads, progress);
    if (!doubts)
        return forward(doubts);
    add_notices(notices, *doubts);
    add_notices(notices, (*data)->info().notices);
    exits::AttachRequest request = settings.request;
    if (!settings.heldOutData.empty()) {
        Expected<dataset::DatasetPtr> heldOut = dataset::open(settings.heldOutData, whole);
        if (!heldOut)
            return forward(heldOut);
        add_notices(notices, (*heldOut)->info().notices);
        request.held_out_data = *heldOut;
    }
    const Expected<exits::AttachOptions> options = exits::attach_options(request, *model);
    if (!options)
        return tl::unexpected<Error>(options.error());
    add_notices(notices, exits::training_notices(**data, static_cast<std::size_t>(model->classes), *options));
    if (!notices.empty())
        deliver(std::move(notices));
    Expected<exits::Attached> attached =
        exits::attach(backbone, settings.open, *data, *options, progress,
                      [&deliver](const exits::EpochReport& report) { deliver(report); });
    if (!attached)
        return forward(attached);
    deliver(std::move(*attached));
    return {};
}

}  // namespace exitscope::app
