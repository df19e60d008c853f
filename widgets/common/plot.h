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

    /// Empties a canvas and draws on it; called again for other themes, and for canvases other than this widget.
    using Drawing = std::function<void(QCustomPlot& canvas, const plots::Theme& theme)>;
    /// Draws in the application's colours and schedules a repaint; reset() restores the axis ranges of this drawing.
    void setDrawing(Drawing drawing);
    /// Draws the last setDrawing() on another canvas with the current zoom. No effect before the first setDrawing().
    void drawOn(QCustomPlot& canvas, const plots::Theme& theme) const;
    void reset();

    [[nodiscard]] QSize sizeHint() const override { return {520, 320}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 150}; }

signals:
    void copyRequested();
    void exportRequested();
    void printRequested();
    /// The left button was pressed and released without moving.
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
