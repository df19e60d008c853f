// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QByteArray>

#include "core/base/error.h"
#include "widgets/plots/theme.h"

class QCustomPlot;

namespace exitscope::plots {

/// Size of an exported drawing: it is laid out in `width` x `height` logical pixels, which are `scale` / 96 inch each.
/// A PNG has width * scale * dpi / 96 by height * scale * dpi / 96 pixels and `dpi` in its header.
struct ExportSize {
    int width = 720;
    int height = 480;
    int dpi = 192;
    double scale = 1;
};

/// Style of a drawing for print: a theme without footnotes and with the legend below the axes, and the size.
struct PaperStyle {
    Theme theme;
    ExportSize size;
};

/// The style for a drawing of the given size with a font size of `points`. The layout uses a whole number of pixels for
/// the font and is then scaled, so that both sizes are exact.
[[nodiscard]] PaperStyle paper_style(double width_mm, double height_mm, double points, int dpi);

/// Draws the current content of `plot` into a PNG, SVG or PDF file, or writes its numbers as CSV, depending on the
/// extension; through a temporary name. Needs a QGuiApplication. Errors: usage (another extension, impossible size),
/// cannot_write, those of plot_csv().
[[nodiscard]] Expected<void> export_plot(QCustomPlot& plot, const std::filesystem::path& path,
                                         const ExportSize& size = {});

/// The drawing as one SVG document that can be placed inside HTML (no XML declaration).
[[nodiscard]] QByteArray to_inline_svg(QCustomPlot& plot, const ExportSize& size = {});

}  // namespace exitscope::plots
