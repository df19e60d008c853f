// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/analysis/report/material.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

namespace exitscope::print {

/// The kinds of plot that draw_plot() knows.
[[nodiscard]] std::vector<std::string> plot_kinds();

/// Draws one kind of plot; false where there is no such kind. Needs a QApplication and runs in its thread.
[[nodiscard]] bool draw_plot(QCustomPlot& plot, const std::string& kind, const report::Material& material,
                             const plots::Theme& theme);

/// The report's figures as inline SVG, light and dark. Needs a QApplication and runs in its thread.
[[nodiscard]] std::vector<report::Figure> report_figures(const report::Material& material);

}  // namespace exitscope::print
