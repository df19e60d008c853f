// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <qcustomplot.h>

#include "widgets/plots/theme.h"

namespace exitscope::gui {

/// A drawing that can be zoomed (wheel, + and -), moved (drag, arrow keys), reset (double click, 0 or Home), copied and
/// exported (context menu).
class Plot : public QCustomPlot {
    Q_OBJECT
public:
    Plot(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    /// Fills a canvas, which it empties first; called again for other themes and other canvases than this widget.
    using Drawing = std::function<void(QCustomPlot& canvas, const plots::Theme& theme)>;
    /// Draws in the application's colours and asks for a repaint; reset() goes back to the ranges that this leaves.
    void setDrawing(Drawing drawing);
    /// What setDrawing() was given last, as it is zoomed now, on another canvas. Nothing before the first.
    void drawOn(QCustomPlot& canvas, const plots::Theme& theme) const;
    void reset();

    [[nodiscard]] QSize sizeHint() const override { return {520, 320}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 150}; }

signals:
    void copyRequested();
    void exportRequested();
    void printRequested();
    /// The left button went down and up at one place.
    void clicked(const QPointF& position);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    Drawing drawing_;
    QCPRange x_;
    QCPRange y_;
    QPointF pressedAt_;
};

}  // namespace exitscope::gui
