// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QTimer>
#include <QWidget>

#include "core/network/exits/train.h"

class QCustomPlot;

namespace exitscope::plots {
struct Theme;
}

namespace exitscope::gui {

class Plot;

/// Progress of the training of new heads: loss and held-out accuracy after every epoch, one line per exit.
class TrainingView : public QWidget {
    Q_OBJECT
public:
    explicit TrainingView(QWidget* parent = nullptr);

    /// Empties the drawings; `exits` heads will report `epochs` times each.
    void start(std::size_t exits, int epochs);
    void add(const exits::EpochReport& report);
    /// Text of the empty drawings.
    void setHint(const QString& hint);

protected:
    void changeEvent(QEvent* event) override;

private:
    void redraw();
    void drawLoss(QCustomPlot& canvas, const plots::Theme& theme) const;
    void drawAccuracy(QCustomPlot& canvas, const plots::Theme& theme) const;

    Plot* loss_ = nullptr;
    Plot* accuracy_ = nullptr;
    QString hint_;
    int epochs_ = 1;
    std::vector<std::vector<exits::EpochReport>> reports_;  ///< [exits]
    QTimer soon_;                                           ///< limits redrawing: small heads report very often
};

}  // namespace exitscope::gui
