// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/base/index.h"
#include "widgets/plots/trade_off.h"
#include "widgets/view/view.h"

class QAction;
class QMenu;
class QToolButton;

namespace exitscope::gui {

class HintStack;

/// Accuracy against cost: curves with bands, fixed models, and the operating point, which can be dragged. A click on a
/// fixed model picks its state; a click elsewhere picks the budget there.
class TradeOffView : public View {
    Q_OBJECT
public:
    explicit TradeOffView(QWidget* parent = nullptr);

    /// Shows curves and fixed models; the operating point is set by setOperatingPoint(). `agreement`: the vertical axis
    /// is agreement with the full model instead of accuracy.
    void setContent(const plots::TradeOff& content, bool agreement);
    void setPoint(OperatingPointPtr point) override;
    void clear(const QString& hint);

    /// One entry of the menu of curves.
    struct Choice {
        QString policy;  ///< name
        QString title;
        QString description;
        bool shown = false;
    };
    /// Entries are added and changed, none is taken away.
    void setChoices(const std::vector<Choice>& choices);
    [[nodiscard]] std::vector<Plot*> plots() const override { return {plot_}; }

signals:
    void budgetPicked(double budget);
    void statePicked(exitscope::StateIndex state);
    void curveToggled(const QString& policy, bool shown);

protected:
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] QAction* choiceOf(const QString& policy);
    void redraw();
    void redrawOperatingPoint();
    void pressed(QMouseEvent* event);
    void moved(QMouseEvent* event);
    void released(QMouseEvent* event);
    [[nodiscard]] std::optional<std::size_t> fixedModelAt(const QPointF& position) const;
    [[nodiscard]] QString hoverText(const QPointF& position) const;

    HintStack* hint_ = nullptr;
    Plot* plot_ = nullptr;
    QToolButton* curves_ = nullptr;
    QMenu* menu_ = nullptr;
    QAction* separator_ = nullptr;  ///< between the curves, whose data() is the policy, and the bands
    QAction* bands_ = nullptr;
    plots::TradeOff content_;
    std::optional<plots::OperatingPoint> point_;
    bool agreement_ = false;
    bool dragging_ = false;
    QPointF pressedAt_;
};

}  // namespace exitscope::gui
