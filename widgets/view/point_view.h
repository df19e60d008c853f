// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/view/view.h"

namespace exitscope::gui {

class HintStack;

/// A view of the operating point that is computed when somebody can see it: on show, on another decision, and again in
/// other colours when the palette changes. Without a point it shows a hint.
class PointView : public View {
    Q_OBJECT
public:
    void setPoint(OperatingPointPtr point) override;

protected:
    /// `hint` says in one sentence what the view will show and what is missing for it.
    explicit PointView(const QString& hint, QWidget* parent);

    /// Once, by the derived class: what is seen while there is a point.
    void setContent(QWidget* content);
    [[nodiscard]] const OperatingPointPtr& point() const { return point_; }
    [[nodiscard]] bool labelled() const { return point_ && point_->labelled(); }
    [[nodiscard]] HintStack& hint() const { return *hint_; }
    [[nodiscard]] const QString& hintText() const { return hintText_; }
    /// Draws anew, now or when the view is next seen.
    void refresh();
    /// Computes and draws at once, if there is a decided point.
    void redraw();

    /// Another run or analysis, or none: forget what belongs to the old one. point() is the new one.
    virtual void basisChanged() {}
    /// Draws point(), which is decided.
    virtual void drawPoint() = 0;

    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    HintStack* hint_ = nullptr;
    QString hintText_;
    OperatingPointPtr point_;
    bool stale_ = true;
};

}  // namespace exitscope::gui
