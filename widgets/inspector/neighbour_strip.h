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

/// The test samples with the most similar answers, as images; a click selects the sample.
class NeighbourStrip : public QWidget {
    Q_OBJECT
public:
    static constexpr std::size_t shown = 8;

    NeighbourStrip(Thumbnails* thumbnails, QWidget* parent = nullptr);

    /// `state` is the state whose answers were compared.
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
