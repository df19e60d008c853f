// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace exitscope::gui {

/// Moves a value up and down between two bounds at constant speed. The value follows the clock, so that slow steps skip
/// values instead of slowing down.
/// Stops by itself at the first key, button or wheel anywhere in the program.
class BudgetSweep : public QObject {
    Q_OBJECT
public:
    explicit BudgetSweep(QObject* parent = nullptr);

    void setRange(double low, double high);
    /// Presses of a mouse button on this object do not stop it: it toggles the sweep itself.
    void setToggle(QObject* toggle) { toggle_ = toggle; }
    [[nodiscard]] bool running() const { return timer_.isActive(); }
    void start(double from);
    void stop();

signals:
    void moved(double value);
    void runningChanged(bool running);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void step();

    QTimer timer_;
    QElapsedTimer clock_;
    QObject* toggle_ = nullptr;
    double low_ = 0;
    double high_ = 1;
    double phase_ = 0;  ///< [0,1) on the way up, [1,2) on the way down
};

}  // namespace exitscope::gui
