// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "widgets/common/operating_point.h"

namespace exitscope::app {

/// One line a sample, in the given order: sample,label,prediction,correct,exit,path,relative_cost,predicted_error.
/// The columns of report::decisions_csv(): `sample` is the position in the data set, `exit` counts from 0, label and
/// correct are empty where there is no label.
[[nodiscard]] std::string samplesCsv(const gui::OperatingPoint& point, const std::vector<SampleIndex>& order);

}  // namespace exitscope::app
