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

/// How exits are to be attached, as the dialog asks for it.
struct ExitsSettings {
    exits::AttachRequest request;
    std::string data;
    std::string heldOutData;  ///< empty = a share of `data`
    std::size_t limit = 0;    ///< the first so many images of `data`; 0 = all
    model::OpenOptions open;
};

/// What arrives while heads are trained: one report an epoch and head, at last the network.
using TrainingEvent = std::variant<exits::EpochReport, exits::Attached>;

/// Opens the data and attaches the exits, in a worker thread. Errors: those of the core.
[[nodiscard]] Expected<void> trainExits(const std::filesystem::path& backbone, const ExitsSettings& settings,
                                        Progress& progress, const std::function<void(TrainingEvent)>& deliver);

}  // namespace exitscope::app
