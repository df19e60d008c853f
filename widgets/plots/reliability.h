// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>

#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

namespace exitscope::plots {

/// One set of bins with its name in the legend ("All exits", "Exit 2").
struct ReliabilitySeries {
    QString title;
    std::vector<predict::ReliabilityBin> bins;
};

struct Reliability {
    std::vector<ReliabilitySeries> series;
    QString note;
};

/// Actual against predicted error, in per cent, with Wilson intervals and the diagonal of a perfect predictor.
/// Does not replot.
void draw_reliability(QCustomPlot& plot, const Reliability& content, const Theme& theme);

}  // namespace exitscope::plots
