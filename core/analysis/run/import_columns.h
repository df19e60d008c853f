// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/run/import.h"

/// Shared by import_logits() and import_table().
namespace exitscope::run {

/// Split and position in it that a sample of the source gets.
struct Place {
    bool test = false;
    SampleIndex position;
};

/// A run with one state per exit, splits of their final size and empty columns; and the place of every sample,
/// [samples].
struct Layout {
    std::shared_ptr<Run> run;
    std::vector<Place> places;
};

/// Errors: a label beyond the classes, a fit split without labels, a fraction that leaves a split empty.
[[nodiscard]] Expected<Layout> lay_out(const std::string& source, std::size_t classes,
                                       const std::vector<std::int32_t>& labels, const std::vector<StageCost>& costs,
                                       const ImportOptions& options);

}  // namespace exitscope::run
