// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>

#include <QString>

#include "core/network/calibrate/layer_study.h"
#include "widgets/plots/theme.h"

class QCustomPlot;
class QPointF;

namespace exitscope::plots {

/// The quantity per layer in a drawing of layers, in dB.
enum class LayerMeasure {
    alone,   ///< SQNR at the exit that suffers most when this layer alone is quantized
    output,  ///< SQNR of the layer's output when the whole network is quantized
    weight,  ///< SQNR of its integer weights
    input,   ///< SQNR of its input rounded to its grid
};

/// The value drawn; nullopt where the layer stays in float or was not measured. Infinite without any noise.
[[nodiscard]] std::optional<double> layer_value(const calibrate::LayerAtPrecision& layer, LayerMeasure measure);

/// Layers from left to right in the order in which they run, one line per precision. `selected` is marked.
void draw_layers(QCustomPlot& plot, const calibrate::LayerStudy& study, LayerMeasure measure,
                 std::optional<std::size_t> selected, const QString& note, const Theme& theme);
/// The layer nearest to a position on the drawing; nullopt outside the axes.
[[nodiscard]] std::optional<std::size_t> layer_at(const QCustomPlot& plot, const calibrate::LayerStudy& study,
                                                  const QPointF& position);

/// Histogram of the float network's inputs of one layer, with the ends of the grids of all precisions.
void draw_layer_inputs(QCustomPlot& plot, const calibrate::LayerStudy& study, std::size_t layer, const QString& note,
                       const Theme& theme);

/// Relative error of every layer's output for the images of a study, in per cent, one line per precision.
void draw_layer_drift(QCustomPlot& plot, const calibrate::LayerStudy& study, const QString& note, const Theme& theme);

}  // namespace exitscope::plots
