// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QObject>
#include <QPointer>
#include <QString>
#include <QWidget>

namespace exitscope::gui {
class HintBar;
class Spotlight;
}  // namespace exitscope::gui

namespace exitscope::app {

/// Hints for new users, one at a time: a sentence in a bar and a frame around the control that it is about. A hint
/// disappears as soon as its step has been done, in any order.
class FirstSteps : public QObject {
    Q_OBJECT
public:
    struct Step {
        QString sentence;
        QPointer<QWidget> target;
        std::function<bool()> ready;  ///< the hint is not shown before this returns true
        bool done = false;
    };
    /// Both must outlive this object.
    FirstSteps(gui::HintBar& bar, gui::Spotlight& spotlight, QObject* parent);

    void add(Step step) { steps_.push_back(std::move(step)); }
    /// Starts with the first step.
    void start();
    void stop();
    [[nodiscard]] bool active() const { return active_; }
    /// Marks a step, counted from 0, as done: its hint is no longer needed.
    void done(std::size_t step);
    /// Asks ready() again.
    void refresh();

signals:
    /// The bar is to be shown or hidden.
    void shown(bool visible);

private:
    void next();

    gui::HintBar& bar_;
    gui::Spotlight& spotlight_;
    std::vector<Step> steps_;
    std::size_t presented_ = 0;  ///< a step's number, from 1; 0 = none
    bool active_ = false;
};

}  // namespace exitscope::app
