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

/// One ribbon or bar of the flow: its title and its samples.
struct FlowPart {
    QString title;  ///< "stage 2 at w8a8, after w4a4"
    std::size_t count = 0;
    std::size_t right = 0;
    std::size_t wrong = 0;
    std::vector<StateIndex> states;  ///< decided states of its samples
    std::optional<bool> good;        ///< of a stream split into right and wrong: only the right or only the wrong ones
};

/// The flow as a Sankey diagram: one column of nodes per stage, one node per precision; the width of a ribbon is its
/// number of samples, its colour the precision that they run next; at each exit the samples that leave, split into
/// right and wrong. A second pass follows on the right of the first. Returns the parts drawn. Does not replot.
[[nodiscard]] std::vector<FlowPart> draw_flow(QCustomPlot& plot, const run::Run& run, const analyse::StageFlow& flow,
                                              const QString& note, const Theme& theme);

/// Position in draw_flow()'s result of the part under a pixel; nullopt if there is none.
[[nodiscard]] std::optional<std::size_t> flow_part_at(QCustomPlot& plot, const QPointF& pixel);

/// Emphasises one part, or none. True if that changed the drawing.
bool highlight_flow_part(QCustomPlot& plot, std::optional<std::size_t> part);

}  // namespace exitscope::plots
