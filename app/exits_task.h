// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/exits/attach.h"
#include "core/network/exits/request.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::app {

/// Settings for attaching exits, as chosen in the dialog.
struct ExitsSettings {
    exits::AttachRequest request;
    std::string data;
    std::string heldOutData;       ///< empty = a share of `data`
    dataset::OpenOptions reading;  ///< how both are read
    std::size_t limit = 0;         ///< use at most this many images of `data`, the first ones; 0 = all
    model::OpenOptions open;
};

/// Results during the training of heads: what is doubtful about network and images, one report per epoch and head, then
/// the network.
using TrainingEvent = std::variant<Notices, exits::EpochReport, exits::Attached>;

/// Opens the data and attaches the exits, in a worker thread. Errors: those of the core.
[[nodiscard]] Expected<void> trainExits(const std::filesystem::path& backbone, const ExitsSettings& settings,
                                        Progress& progress, const std::function<void(TrainingEvent)>& deliver);

}  // namespace exitscope::app
