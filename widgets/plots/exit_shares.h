// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>

#include <QString>

#include "core/analysis/report/exit_shares.h"
#include "widgets/plots/theme.h"

class QCustomPlot;
class QPointF;

namespace exitscope::plots {

/// Two stacked bars per exit, in per cent of the test split: right and wrong answers, and the precision of the last
/// stage run. Unlabelled splits show only the share. `note` names the operating point. Does not replot.
void draw_exit_shares(QCustomPlot& plot, const report::ExitShares& shares, const QString& note, const Theme& theme);

/// What one segment of a bar stands for: answers that leave at an exit, of one outcome or of one precision.
struct ExitShareSegment {
    std::size_t exit = 0;
    std::optional<bool> good;              ///< right or wrong; empty for the other bar and without labels
    std::optional<std::size_t> precision;  ///< position in report::ExitShares::precisions
};
/// The segment under a pixel of what draw_exit_shares() has drawn from `shares`.
[[nodiscard]] std::optional<ExitShareSegment> exit_share_at(QCustomPlot& plot, const report::ExitShares& shares,
                                                            const QPointF& pixel);

}  // namespace exitscope::plots
