// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <QString>

#include "core/analysis/analyse/stage_flow.h"
#include "widgets/plots/theme.h"

class QCustomPlot;
class QPointF;

namespace exitscope::plots {

/// What one ribbon or bar of the flow stands for.
struct FlowPart {
    QString title;  ///< "stage 2 at w8a8, after w4a4"
    std::size_t count = 0;
    std::size_t right = 0;
    std::size_t wrong = 0;
    std::vector<StateIndex> states;  ///< decided states of its samples
    std::optional<bool> good;        ///< of a stream that is split: the right or the wrong ones alone
};

/// The flow as a Sankey diagram: a column of nodes a stage, one node a precision; ribbons as wide as the samples they
/// carry, in the colour of the precision that they run next; at each exit the samples that leave, split into right and
/// wrong. A second pass follows on the right of the first. Does not replot.
void draw_flow(QCustomPlot& plot, const run::Run& run, const analyse::StageFlow& flow, const QString& note,
               const Theme& theme);

/// What the parts of a drawn flow stand for.
[[nodiscard]] std::vector<FlowPart> flow_parts(const QCustomPlot& plot);

/// Position in flow_parts() of what lies under a pixel.
[[nodiscard]] std::optional<std::size_t> flow_part_at(QCustomPlot& plot, const QPointF& pixel);

/// Emphasises one part, or none. True if that changed the drawing.
bool highlight_flow_part(QCustomPlot& plot, std::optional<std::size_t> part);

}  // namespace exitscope::plots
