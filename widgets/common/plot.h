// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <qcustomplot.h>

namespace exitscope::gui {

/// A drawing that can be zoomed (wheel, + and -), moved (drag, arrow keys), reset (double click, 0 or Home), copied and
/// exported (context menu).
class Plot : public QCustomPlot {
    Q_OBJECT
public:
    Plot(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    /// The ranges that reset() goes back to are those of the axes now.
    void keepRanges();
    void reset();

    [[nodiscard]] QSize sizeHint() const override { return {520, 320}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 150}; }

signals:
    void copyRequested();
    void exportRequested();
    /// The left button went down and up at one place.
    void clicked(const QPointF& position);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QCPRange x_;
    QCPRange y_;
    QPointF pressedAt_;
};

}  // namespace exitscope::gui
