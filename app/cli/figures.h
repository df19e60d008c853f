// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/report/report.h"

/// Everything of the command line that draws. Built twice: with Qt, and as a stand-in that says what is missing.
namespace exitscope::cli {

struct FigureInput {
    const analyse::Analysis& analysis;
    const cost::Costs& costs;
    std::vector<analyse::Curve> curves;
    const analyse::Analysis& decided;  ///< what the decisions' states are numbered in
    analyse::Decisions decisions;
    bool curves_asked_for = false;             ///< the user named the policies to show
    const report::Promise* promise = nullptr;  ///< the guarantee, for reports
};

struct PlotRequest {
    std::string kind = "trade-off";
    bool paper = false;  ///< type of `points`, no small print, legend below the axes
    std::string theme = "paper";
    double width_mm = 0;
    double height_mm = 0;
    double points = 8;
    int dpi = 192;
};

/// The kinds of plot that exist; empty in a build without Qt.
[[nodiscard]] std::vector<std::string> plot_kinds();

/// Draws one plot into a file. Errors: usage, cannot_write; unsupported in a build without Qt.
[[nodiscard]] Expected<void> write_plot(const FigureInput& input, const PlotRequest& request,
                                        const std::filesystem::path& path);

/// The report's figures as inline SVG, light and dark; none in a build without Qt.
[[nodiscard]] std::vector<report::Figure> report_figures(const FigureInput& input);

/// The sizes of paper that report_pdf() knows; empty in a build without Qt.
[[nodiscard]] std::vector<std::string> paper_sizes();

/// The report as a PDF document on "a4" or "letter". Errors: cannot_write; unsupported in a build without Qt.
[[nodiscard]] Expected<std::string> report_pdf(const report::Document& document, const std::string& paper);

}  // namespace exitscope::cli
