// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/analysis/report/exit_shares.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

namespace exitscope::plots {

/// Two stacked bars per exit, in per cent of the test split: right and wrong answers, and the precision of the last
/// stage run. Unlabelled splits show only the share. `note` names the operating point. Does not replot.
void draw_exit_shares(QCustomPlot& plot, const report::ExitShares& shares, const QString& note, const Theme& theme);

}  // namespace exitscope::plots
