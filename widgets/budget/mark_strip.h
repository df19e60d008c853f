// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>
#include <QWidget>

class QSlider;

namespace exitscope::gui {

/// A budget worth looking at.
struct BudgetMark {
    double budget = 0;  ///< relative cost
    QString name;       ///< "no loss"
    QString toolTip;
};

/// Marks below a slider, each at the position of its budget; a click on a mark sets that budget.
class MarkStrip : public QWidget {
    Q_OBJECT
public:
    /// `slider` counts budgets in steps of 1 / `stepsPerUnit`.
    MarkStrip(QSlider* slider, double stepsPerUnit, QWidget* parent = nullptr);

    void setMarks(const std::vector<BudgetMark>& marks);
    [[nodiscard]] QSize sizeHint() const override;
    /// Horizontal position of a budget on the strip, in pixels.
    [[nodiscard]] double position(double budget) const;

signals:
    void picked(double budget);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// The mark at a horizontal position; null when none is near.
    [[nodiscard]] const BudgetMark* markAt(double x) const;

    QSlider* slider_ = nullptr;
    double stepsPerUnit_;
    std::vector<BudgetMark> marks_;
};

}  // namespace exitscope::gui
