// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "core/analysis/analyse/neighbours.h"
#include "widgets/common/operating_point.h"

class QLabel;
class QToolButton;

namespace exitscope::gui {

class Thumbnails;

/// The test samples whose answers are most alike, as images that select their sample.
class NeighbourStrip : public QWidget {
    Q_OBJECT
public:
    static constexpr std::size_t shown = 8;

    NeighbourStrip(Thumbnails* thumbnails, QWidget* parent = nullptr);

    /// `state` is where the answers are compared.
    void setNeighbours(std::vector<analyse::Neighbour> neighbours, const OperatingPoint& point, StateIndex state);

signals:
    void picked(exitscope::SampleIndex sample);

private:
    void refreshImages();

    Thumbnails* thumbnails_ = nullptr;
    QLabel* space_ = nullptr;
    std::vector<QToolButton*> buttons_;
    std::vector<analyse::Neighbour> neighbours_;
    run::RunPtr run_;
};

}  // namespace exitscope::gui
