// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/analysis/risk/guarantee.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

namespace exitscope::plots {

/// Risk of every setting of a policy against its cost: on the calibration samples, on the held-out ones, and the
/// procedure's bound; the level eps, and the setting chosen. Axes in per cent. Does not replot.
void draw_risk_path(QCustomPlot& plot, const risk::Guarantee& guarantee, const QString& risk_title, const QString& note,
                    const Theme& theme);

/// Histogram of the held-out risk over repeated splits; risks above eps have the colour of errors. Does not replot.
void draw_trials(QCustomPlot& plot, const risk::Guarantee& guarantee, const QString& risk_title, const QString& note,
                 const Theme& theme);

}  // namespace exitscope::plots
