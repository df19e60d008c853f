// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/analysis/report/material.h"

/// Everything of the command line that draws. Built with Qt, or as a stand-in that says what is missing.
namespace exitscope::cli {

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
[[nodiscard]] Expected<void> write_plot(const report::Material& material, const PlotRequest& request,
                                        const std::filesystem::path& path);

/// The report's figures as inline SVG, light and dark; none in a build without Qt.
[[nodiscard]] std::vector<report::Figure> report_figures(const report::Material& material);

/// The sizes of paper that report_pdf() knows; empty in a build without Qt.
[[nodiscard]] std::vector<std::string> paper_sizes();

/// The report as a PDF document on "a4" or "letter". Errors: cannot_write; unsupported in a build without Qt.
[[nodiscard]] Expected<std::string> report_pdf(const report::Document& document, const std::string& paper);

}  // namespace exitscope::cli
