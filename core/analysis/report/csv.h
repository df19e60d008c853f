// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/query/predicate.h"

namespace exitscope::report {

/// Tables as RFC 4180 text with a head line, for files and the clipboard. Numbers are written with as many digits as
/// they need to be read back unchanged.

/// policy,knob,budget,relative_cost,accuracy,accuracy_low,accuracy_high
[[nodiscard]] std::string curves_csv(const std::vector<analyse::Curve>& curves);

/// sample,label,prediction,correct,exit,path,relative_cost,predicted_error: one line per sample, in the given order.
/// `sample` is its position in the data set, `exit` counts from 0; label and correct are empty where there is no label.
[[nodiscard]] std::string decisions_csv(const query::Rows& rows, std::span<const SampleIndex> samples);

}  // namespace exitscope::report
