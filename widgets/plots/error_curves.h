// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "core/analysis/predict/roc.h"
#include "core/analysis/predict/wilson.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

namespace exitscope::plots {

/// Share of wrong answers that a threshold on the predicted error catches, against its false alarms, in per cent.
/// `auroc` is the interval of the area. None of these functions replots.
void draw_roc(QCustomPlot& plot, const predict::Roc& roc, const predict::Interval& auroc, const QString& note,
              const Theme& theme);

/// Histograms of the predicted errors of right answers (upwards) and wrong answers (downwards), each as shares of its
/// kind.
void draw_scores(QCustomPlot& plot, const predict::ScoreHistogram& scores, const QString& note, const Theme& theme);

/// Actual against predicted error, one disc per group of samples, sized by the number of samples; Wilson intervals.
void draw_error_clusters(QCustomPlot& plot, const std::vector<predict::ReliabilityBin>& clusters, const QString& note,
                         const Theme& theme);

}  // namespace exitscope::plots
