// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "widgets/common/operating_point.h"

namespace exitscope::gui {

/// Columns of the sample table, in their order on screen.
enum class SampleColumn { image, number, label, prediction, verdict, exit, path, cost, predicted_error };
inline constexpr int sampleColumns = 9;

/// Sorts ascending samples by one column; equal keys stay in ascending order in both directions.
void sortSamples(std::vector<SampleIndex>& samples, const OperatingPoint& point, SampleColumn by, bool descending);

}  // namespace exitscope::gui
