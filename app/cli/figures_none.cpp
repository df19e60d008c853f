// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/figures.h"

namespace exitscope::cli {

std::vector<std::string> plot_kinds()
{
    return {};
}

Expected<void> write_plot(const FigureInput&, const PlotRequest&, const std::filesystem::path& path)
{
    return unsupported(path.string(), "this exitscope-cli was built without Qt 6 and QCustomPlot and cannot draw");
}

std::vector<report::Figure> report_figures(const FigureInput&)
{
    return {};
}

}  // namespace exitscope::cli
