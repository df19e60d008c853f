// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/cli/figures.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

/// What figures.h takes with Qt.
namespace exitscope::cli {

/// Drawing needs an application object, and no display: made for the first plot only.
void need_application();

/// Draws one kind of plot; false where there is no such kind.
[[nodiscard]] bool draw_plot(QCustomPlot& plot, const std::string& kind, const FigureInput& input,
                             const plots::Theme& theme);

}  // namespace exitscope::cli
