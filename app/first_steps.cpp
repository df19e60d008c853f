// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/first_steps.h"

#include <algorithm>

#include "widgets/common/hint_bar.h"
#include "widgets/common/spotlight.h"

namespace exitscope::app {

FirstSteps::FirstSteps(gui::HintBar& bar, gui::Spotlight& spotlight, QObject* parent)
    : QObject(parent), bar_(bar), spotlight_(spotlight)
{
    connect(&bar_, &gui::HintBar::nextRequested, this, &FirstSteps::next);
    connect(&bar_, &gui::HintBar::closeRequested, this, &FirstSteps::stop);
}

void FirstSteps::start()
{
    for (Step& step : steps_)
        step.done = false;
    active_ = true;
    refresh();
}

void FirstSteps::stop()
{
    active_ = false;
    refresh();
}

void FirstSteps::done(std::size_t step)
{
    if (!active_ || steps_[step].done)
        return;
    steps_[step].done = true;
    refresh();
}

void FirstSteps::next()
{
    if (presented_ > 0)
        done(presented_ - 1);
}

void FirstSteps::refresh()
{
    const auto step = std::find_if(steps_.begin(), steps_.end(), [](const Step& each) { return !each.done; });
    active_ = active_ && step != steps_.end();
    const bool visible = active_ && step->ready();
    const std::size_t number = visible ? static_cast<std::size_t>(step - steps_.begin()) + 1 : 0;
    if (number == presented_)
        return;
    presented_ = number;
    spotlight_.setTarget(visible ? step->target.data() : nullptr);
    if (visible)
        bar_.present(step->sentence, static_cast<int>(number), static_cast<int>(steps_.size()));
    emit shown(visible);
}

}  // namespace exitscope::app
