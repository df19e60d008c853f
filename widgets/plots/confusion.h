// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/analysis/analyse/confusion.h"
#include "widgets/plots/theme.h"

class QCustomPlot;
class QPointF;

namespace exitscope::plots {

/// Content of the confusion drawing.
struct ConfusionContent {
    analyse::Confusion counts;
    std::optional<analyse::Confusion> reference;  ///< if set, the difference to it is drawn
    bool shares = false;                          ///< shares of each row instead of counts
    std::vector<std::uint32_t> order;             ///< [classes] class of each row and column
    QStringList names;                            ///< [classes]
    QString truth;                                ///< title of the rows: "Label"
    QString note;
};

/// One square per pair of classes. Errors are emphasised: they are shaded by their share of the largest error, the
/// diagonal only lightly. In a difference the colours mean better or worse than the reference. Does not replot.
void draw_confusion(QCustomPlot& plot, const ConfusionContent& content, const Theme& theme);

/// Class and answer of the cell under a pixel.
[[nodiscard]] std::optional<std::pair<std::uint32_t, std::uint32_t>>
confusion_cell_at(QCustomPlot& plot, const ConfusionContent& content, const QPointF& pixel);

}  // namespace exitscope::plots
