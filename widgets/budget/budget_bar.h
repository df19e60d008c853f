// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "widgets/common/operating_point.h"

class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace exitscope::gui {

class ShareStrip;

/// The budget as slider and exact value, and what it buys on the test split. The budget is a mean relative cost, met
/// on the fit split.
class BudgetBar : public QWidget {
    Q_OBJECT
public:
    explicit BudgetBar(QWidget* parent = nullptr);

    /// The cheapest budget that makes sense; the dearest is 1.
    void setRange(double cheapest);
    /// Moves slider and value without a signal.
    void setBudget(double budget);
    /// `fullAccuracy` is the full model's accuracy on the same split (unused on unlabelled data).
    void show(const OperatingPoint& point, double fullAccuracy);
    void clear();

signals:
    void budgetChanged(double budget);

private:
    struct Figure {
        QWidget* box = nullptr;
        QLabel* value = nullptr;
        QLabel* caption = nullptr;
    };
    Figure makeFigure(const QString& name, const QString& caption, const QString& widest);

    QSlider* slider_ = nullptr;
    QDoubleSpinBox* value_ = nullptr;
    Figure accuracy_;
    Figure cost_;
    Figure saved_;
    Figure drop_;
    Figure speed_;
    ShareStrip* exits_ = nullptr;
};

}  // namespace exitscope::gui
