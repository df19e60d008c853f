// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QByteArray>

#include "core/base/error.h"

class QCustomPlot;

namespace exitscope::plots {

/// Size of an exported drawing in logical pixels (1/96 inch) and the resolution of bitmaps: a PNG has
/// width * dpi / 96 by height * dpi / 96 pixels and says `dpi` in its header.
struct ExportSize {
    int width = 720;
    int height = 480;
    int dpi = 192;
};

/// Draws `plot` as it stands into a PNG, SVG or PDF file, by the file's ending, through a temporary name.
/// Needs a QGuiApplication. Errors: usage (another ending, impossible size), cannot_write.
[[nodiscard]] Expected<void> export_plot(QCustomPlot& plot, const std::filesystem::path& path,
                                         const ExportSize& size = {});

/// The drawing as one SVG document that can be placed inside HTML (no XML declaration).
[[nodiscard]] QByteArray to_inline_svg(QCustomPlot& plot, const ExportSize& size = {});

}  // namespace exitscope::plots
