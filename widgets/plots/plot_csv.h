// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/error.h"

class QCustomPlot;

namespace exitscope::plots {

/// The numbers of a drawing's curves, points and bars as "series,x,y,low,high": low and high are the ends of error
/// bars, empty without. The header names the axes. Error unsupported: a drawing without series, such as a flow.
[[nodiscard]] Expected<std::string> plot_csv(QCustomPlot& plot);

}  // namespace exitscope::plots
