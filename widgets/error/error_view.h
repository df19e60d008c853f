// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include <QTimer>
#include <QWidget>

#include "widgets/error/error_data.h"

class QComboBox;
class QLabel;

namespace exitscope::gui {

class HintStack;
class Plot;

/// Can the predicted error be trusted: reliability diagram of one exit, one state, or the operating point.
class ErrorView : public QWidget {
    Q_OBJECT
public:
    explicit ErrorView(QWidget* parent = nullptr);

    /// `point` stays alive and at its place as long as the view; null = hint.
    void setPoint(const OperatingPoint* point, std::shared_ptr<const evaluate::Analysis> analysis);
    /// Another operating point was decided. Large splits are redrawn when the budget rests.
    void update();
    [[nodiscard]] Plot* plot() const { return plot_; }

signals:
    /// A bin was clicked: samples with a predicted error in [low, high].
    void rangePicked(float low, float high);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void clicked(QMouseEvent* event);

    HintStack* hint_ = nullptr;
    Plot* plot_ = nullptr;
    QComboBox* scope_ = nullptr;
    QLabel* quality_ = nullptr;
    const OperatingPoint* point_ = nullptr;
    std::shared_ptr<const evaluate::Analysis> analysis_;
    std::vector<ErrorScope> scopes_;
    std::vector<error::ReliabilityBin> bins_;
    QTimer rest_;
    bool stale_ = true;
};

}  // namespace exitscope::gui
