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

/// A new exit as it goes into the metadata.
struct HeadRecord {
    std::string output;
    std::string tensor;
    const TrainedHead* trained = nullptr;
};

/// What attach() writes into a file's metadata_props (docs/formats.md): preprocessing where it is known, class names,
/// the heads, and on what they were trained; `complete` is false after a cancelled training.
[[nodiscard]] std::map<std::string, std::string> attach_metadata(const model::MultiExitModel& backbone,
                                                                 const std::vector<HeadRecord>& heads,
                                                                 const dataset::Dataset& data,
                                                                 const AttachOptions& options, bool complete);

/// The data set on which the heads of a file were trained, as attach() was given it; nothing when the file does not
/// say.
[[nodiscard]] std::optional<std::string> training_source(const model::Graph& graph);

}  // namespace exitscope::exits
