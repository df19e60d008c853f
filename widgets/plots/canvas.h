// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <qcustomplot.h>

#include "widgets/plots/theme.h"

namespace exitscope::plots {

/// Name of the buffered layer on which the operating point lies: `plot.layer(cursor_layer)->replot()` redraws it
/// without touching the curves.
inline constexpr const char* cursor_layer = "cursor";

/// Empties the drawing (plottables, items, legend) and applies the theme to background, axes and legend. The axes and
/// the axis rectangle stay the same objects, so connections to them survive.
void prepare(QCustomPlot& plot, const Theme& theme);

/// The background colour set by prepare(); QCustomPlot cannot be asked for it.
[[nodiscard]] QColor ground(const QCustomPlot& plot);

/// A footnote under the axes, wrapped to the drawing's width ("Chosen on fit (5,000), scored on test (10,000)").
void set_note(QCustomPlot& plot, const QString& note, const Theme& theme);

/// A sentence in the middle of an otherwise empty drawing.
void set_message(QCustomPlot& plot, const QString& message, const Theme& theme);

/// Shows the legend, if it has items, in a corner of the axes, or below them with Theme::legend_below.
void show_legend(QCustomPlot& plot, Qt::Alignment corner, const Theme& theme);

/// Shows the legend below the axes in every theme, for drawings with content in the corners.
void show_legend_below(QCustomPlot& plot);

/// Sets a range that contains [low, high] with a margin; widens degenerate or non-finite ranges.
void set_range(QCPAxis& axis, double low, double high, double margin = 0.04);

/// Integer with thousands separators: "10,000".
[[nodiscard]] QString count_text(std::size_t count);

}  // namespace exitscope::plots
