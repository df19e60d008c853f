// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/curve.h"
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

/// One curve with its name in the legend.
struct TradeOffSeries {
    QString title;
    analyse::Curve curve;
};

/// Content of the trade-off drawing. Axes are in per cent: x = 100 * relative cost, y = 100 * accuracy.
struct TradeOff {
    std::vector<TradeOffSeries> series;
    std::vector<analyse::StaticPoint> fixed_models;
    std::optional<OperatingPoint> operating_point;
    QString cost_title;  ///< "BOPs"
    QString reference;   ///< the full model's precision, "w8a8"
    QString note;        ///< footnote under the axes: the splits used for choosing and for scoring
    bool bands = true;   ///< 95 % intervals as fills
};

/// Draws curves, bands, fixed models, operating point and legend, with axis ranges that contain them. Each curve's
/// graph has its title as name, and only those graphs are in the legend. Does not replot.
void draw_trade_off(QCustomPlot& plot, const TradeOff& content, const Theme& theme);

/// Replaces only the operating point (on the buffered layer `cursor_layer`, which the caller replots).
void draw_operating_point(QCustomPlot& plot, const std::optional<OperatingPoint>& point, const Theme& theme);

}  // namespace exitscope::plots
