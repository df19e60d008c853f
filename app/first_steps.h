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

/// Hints for somebody who has never seen the window, one at a time: a sentence in a bar and a frame around the control
/// that it is about. A hint goes as soon as what it asks for has been done, in whatever order that happens.
class FirstSteps : public QObject {
    Q_OBJECT
public:
    struct Step {
        QString sentence;
        QPointer<QWidget> target;
        std::function<bool()> ready;  ///< until then nothing is shown
        bool done = false;
    };
    /// Both outlive this object.
    FirstSteps(gui::HintBar& bar, gui::Spotlight& spotlight, QObject* parent);

    void add(Step step) { steps_.push_back(std::move(step)); }
    /// From the first step on.
    void start();
    void stop();
    [[nodiscard]] bool active() const { return active_; }
    /// Step `step`, from 0, needs no hint any more.
    void done(std::size_t step);
    /// What ready() depends on may have changed.
    void refresh();

signals:
    /// The bar has something to say, or nothing any more.
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
