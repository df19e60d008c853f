// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/network/exits/attach.h"
#include "core/network/exits/train.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::exits {

/// Description of a new exit in the metadata.
struct HeadRecord {
    std::string output;
    std::string tensor;
    const TrainedHead* trained = nullptr;
};

/// The metadata_props that attach() writes (docs/formats.md): preprocessing where it is known, class names, the heads,
/// and the data they were trained on; `complete` is false after a cancelled training.
[[nodiscard]] std::map<std::string, std::string> attach_metadata(const model::MultiExitModel& backbone,
                                                                 const std::vector<HeadRecord>& heads,
                                                                 const dataset::Dataset& data,
                                                                 const AttachOptions& options, bool complete);

/// The data set on which the heads of a file were trained, as passed to attach(); nullopt when the file does not name
/// it.
[[nodiscard]] std::optional<std::string> training_source(const model::Graph& graph);

}  // namespace exitscope::exits
