// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/budget/budget_sweep.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QEvent>

namespace exitscope::gui {
namespace {

constexpr double secondsOneWay = 6;
constexpr int frameMilliseconds = 16;

}  // namespace

BudgetSweep::BudgetSweep(QObject* parent) : QObject(parent)
{
    timer_.setInterval(frameMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &BudgetSweep::step);
}

void BudgetSweep::setRange(double low, double high)
{
    low_ = low;
    high_ = std::max(low, high);
}

void BudgetSweep::start(double from)
{
    if (running() || high_ <= low_)
        return;
    const double share = std::clamp((from - low_) / (high_ - low_), 0.0, 1.0);
    phase_ = share < 1 ? share : 1.0;
    clock_.start();
    timer_.start();
    QCoreApplication::instance()->installEventFilter(this);
    emit runningChanged(true);
}

void BudgetSweep::stop()
{
    if (!running())
        return;
    timer_.stop();
    QCoreApplication::instance()->removeEventFilter(this);
    emit runningChanged(false);
}

void BudgetSweep::step()
{
    phase_ = std::fmod(phase_ + double(clock_.restart()) / 1000.0 / secondsOneWay, 2.0);
    emit moved(low_ + (high_ - low_) * (phase_ < 1 ? phase_ : 2.0 - phase_));
}

bool BudgetSweep::eventFilter(QObject* watched, QEvent* event)
{
    if (!watched->isWidgetType() && !watched->isWindowType())
        return false;  // such as what threads post
    switch (event->type()) {
    case QEvent::KeyPress: stop(); return true;  // the key that stops it has no other effect
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
        if (watched != toggle_ && watched->isWidgetType())
            stop();
        break;
    default: break;
    }
    return false;
}

}  // namespace exitscope::gui
