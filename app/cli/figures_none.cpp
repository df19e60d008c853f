// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/figures.h"

namespace exitscope::cli {
namespace {

constexpr const char* without_qt = "this exitscope-cli was built without Qt 6 and QCustomPlot and cannot draw";

}  // namespace

std::vector<std::string> plot_kinds()
{
    return {};
}

Expected<void> write_plot(const report::Material&, const PlotRequest&, const std::filesystem::path& path)
{
    return unsupported(path.string(), without_qt);
}

std::vector<report::Figure> report_figures(const report::Material&)
{
    return {};
}

std::vector<std::string> paper_sizes()
{
    return {};
}

Expected<std::string> report_pdf(const report::Document& document, const std::string&)
{
    return unsupported(document.title, without_qt);
}

}  // namespace exitscope::cli
