// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QByteArray>

#include "core/base/error.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

namespace exitscope::plots {

/// Size of an exported drawing: it is laid out in `width` x `height` logical pixels, which are `scale` / 96 inch each.
/// A PNG has width * scale * dpi / 96 by height * scale * dpi / 96 pixels and says `dpi` in its header.
struct ExportSize {
    int width = 720;
    int height = 480;
    int dpi = 192;
    double scale = 1;
};

/// How a drawing for print looks: the theme, without small print and with the legend below the axes, and the size.
struct PaperStyle {
    Theme theme;
    ExportSize size;
};

/// A drawing of so many millimetres with type of so many points: laid out in whole pixels of type and then scaled, so
/// that both come out exactly.
[[nodiscard]] PaperStyle paper_style(double width_mm, double height_mm, double points, int dpi);

/// Draws `plot` as it stands into a PNG, SVG or PDF file, or writes its numbers as CSV, by the file's ending, through a
/// temporary name. Needs a QGuiApplication. Errors: usage (another ending, impossible size), cannot_write, those of
/// plot_csv().
[[nodiscard]] Expected<void> export_plot(QCustomPlot& plot, const std::filesystem::path& path,
                                         const ExportSize& size = {});

/// The drawing as one SVG document that can be placed inside HTML (no XML declaration).
[[nodiscard]] QByteArray to_inline_svg(QCustomPlot& plot, const ExportSize& size = {});

}  // namespace exitscope::plots
