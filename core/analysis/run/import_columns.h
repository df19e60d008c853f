// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/run/import.h"

/// What both kinds of import share.
namespace exitscope::run {

/// Where a sample of the source goes.
struct Place {
    bool test = false;
    SampleIndex position;
};

/// A run of one state an exit with its splits laid out and its columns empty, and where every sample goes, [samples].
struct Layout {
    std::shared_ptr<Run> run;
    std::vector<Place> places;
};

/// Errors: a label beyond the classes, a fit split without labels, a fraction that leaves a split empty.
[[nodiscard]] Expected<Layout> lay_out(const std::string& source, std::size_t classes,
                                       const std::vector<std::int32_t>& labels, const std::vector<StageCost>& costs,
                                       const ImportOptions& options);

}  // namespace exitscope::run
