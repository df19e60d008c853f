// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "widgets/budget/mark_strip.h"
#include "widgets/common/operating_point.h"

class QDoubleSpinBox;
class QLabel;
class QSlider;
class QToolButton;

namespace exitscope::gui {

class BudgetSweep;
class ShareStrip;

/// The budget as slider and exact value, and the accuracy and cost that it gives on the test split. The budget is a
/// mean relative cost, met on the fit split.
class BudgetBar : public QWidget {
    Q_OBJECT
public:
    explicit BudgetBar(QWidget* parent = nullptr);

    /// Sets the lowest budget of the slider, a relative cost; the highest is 1.
    void setRange(double cheapest);
    /// Moves slider and value without a signal.
    void setBudget(double budget);
    /// `fullAccuracy` is the full model's accuracy on the same split (unused on unlabelled data).
    void setPoint(const OperatingPoint& point, double fullAccuracy);
    /// Budgets worth looking at, marked under the slider.
    void setMarks(const std::vector<BudgetMark>& marks);
    void clear();
    /// Starts and stops sweeping the budget up and down.
    void toggleSweep();

signals:
    void budgetChanged(double budget);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Figure {
        QWidget* box = nullptr;
        QLabel* value = nullptr;
        QLabel* caption = nullptr;
    };
    [[nodiscard]] QLayout* makeScale();
    void makeValue();
    void makeSweep();
    [[nodiscard]] QWidget* makeExits();
    Figure makeFigure(const QString& name, const QString& caption, const QString& widest);

    QSlider* slider_ = nullptr;
    QDoubleSpinBox* value_ = nullptr;
    MarkStrip* marks_ = nullptr;
    BudgetSweep* sweep_ = nullptr;
    QToolButton* sweepButton_ = nullptr;
    Figure accuracy_;
    Figure cost_;
    Figure saved_;
    Figure drop_;
    Figure speed_;
    ShareStrip* exits_ = nullptr;
};

}  // namespace exitscope::gui
