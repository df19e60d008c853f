// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/tasks.h"
#include "widgets/common/operating_point.h"

namespace exitscope::app {

/// One line a sample, in the given order: sample,label,prediction,correct,exit,path,relative_cost,predicted_error.
/// Labels and predictions are class numbers; empty where there is no label.
[[nodiscard]] std::string samplesCsv(const gui::OperatingPoint& point, const std::vector<SampleIndex>& order);

/// One line a point: policy,knob,budget,relative_cost,accuracy,accuracy_low,accuracy_high,samples.
[[nodiscard]] std::string curvesCsv(const std::vector<evaluate::PolicyResult>& results);

}  // namespace exitscope::app
