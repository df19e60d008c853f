// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/static_points.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

namespace exitscope::plots {

/// One operating point in the trade-off plane, both as fractions.
struct OperatingPoint {
    double relative_cost = 0;
    double accuracy = 0;
    QString label;  ///< "QuEE at 31.4 %"; may be empty
};

/// One curve and what the legend calls it.
struct TradeOffSeries {
    QString title;
    analyse::Curve curve;
};

/// What the trade-off drawing shows. Axes are in per cent: x = 100 * relative cost, y = 100 * accuracy.
struct TradeOff {
    std::vector<TradeOffSeries> series;
    std::vector<analyse::StaticPoint> fixed_models;
    std::optional<OperatingPoint> operating_point;
    QString cost_title;  ///< "BOPs"
    QString reference;   ///< the full model's precision, "w8a8"
    QString note;        ///< small print under the axes: what was chosen and scored where
    bool bands = true;   ///< 95 % intervals as fills
};

/// Curves, bands, fixed models, operating point, legend; ranges that show all of it. Each curve's graph is named as its
/// title, and only those graphs are in the legend. Does not replot.
void draw_trade_off(QCustomPlot& plot, const TradeOff& content, const Theme& theme);

/// Replaces the operating point alone (on the buffered layer `cursor_layer`, which the caller replots).
void draw_operating_point(QCustomPlot& plot, const std::optional<OperatingPoint>& point, const Theme& theme);

}  // namespace exitscope::plots
