// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "widgets/network/network_picture.h"

namespace exitscope::gui {

/// A network drawn from its input on the left to its answer on the right, along an axis of cumulative cost: a block's
/// width is its MACs, its height (logarithmic) the number of values in its output. A click on the mark of a cut point,
/// or Space after moving with the arrow keys, adds or removes an exit there; blocks of one stage have one colour.
class NetworkStrip : public QWidget {
    Q_OBJECT
public:
    explicit NetworkStrip(QWidget* parent = nullptr);

    void setPicture(const NetworkPicture& picture);
    /// [cut points] whether each gets an exit.
    void setChosen(const std::vector<bool>& chosen);
    void setCurrent(int cut);
    [[nodiscard]] int current() const { return current_; }
    /// Position of the mark of a cut point, for clicks.
    [[nodiscard]] QPoint markAt(int cut) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void toggled(int cut);
    void currentChanged(int cut);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Rows {
        double flags;   ///< centre line of the exits' names
        double top;     ///< of the tallest block
        double bottom;  ///< of the tallest block
        double marks;   ///< centre line of the cut points
        double axis;    ///< top of the axis' numbers
    };
    [[nodiscard]] Rows rows() const;
    [[nodiscard]] double x(double share) const;
    [[nodiscard]] int cutAt(const QPointF& position) const;
    [[nodiscard]] QString describe(int cut) const;
    void moveTo(int cut);
    void announce();
    void drawBlocks(QPainter& painter) const;
    void drawMarks(QPainter& painter) const;
    void drawFlags(QPainter& painter) const;
    void drawAxis(QPainter& painter) const;

    NetworkPicture picture_;
    std::vector<bool> chosen_;
    int current_ = -1;
    int hovered_ = -1;
};

}  // namespace exitscope::gui
