// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window_hints.h"

#include <QAction>
#include <QMainWindow>
#include <QSettings>
#include <QToolBar>

#include "app/first_steps.h"
#include "app/session.h"
#include "widgets/common/hint_bar.h"
#include "widgets/common/spotlight.h"

namespace exitscope::app {
namespace {

constexpr QLatin1String seenKey("window/hintsSeen");

// in the order in which addSteps() adds them
enum Step { openStep, evaluateStep, budgetStep, inspectStep, exportStep };

}  // namespace

WindowHints::WindowHints(QMainWindow& window, Session& session, QSettings& settings, const Actions& actions,
                         const Targets& targets, bool sampleInstalled)
    : QObject(&window), session_(session), settings_(settings)
{
    window.addToolBarBreak();
    QToolBar* row = window.addToolBar(tr("Hints"));
    row->setObjectName(QStringLiteral("hintToolBar"));
    row->setMovable(false);
    row->toggleViewAction()->setVisible(false);
    auto* bar = new gui::HintBar(row);
    bar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    row->addWidget(bar);
    row->hide();
    steps_ = new FirstSteps(*bar, *new gui::Spotlight(&window), this);
    connect(steps_, &FirstSteps::shown, row, &QWidget::setVisible);
    addSteps(actions, targets, sampleInstalled);
    watch(actions);
}

void WindowHints::addSteps(const Actions& actions, const Targets& targets, bool sampleInstalled)
{
    const auto always = [] { return true; };
    const auto decided = [this] { return session_.point()->decided(); };
    steps_->add({sampleInstalled ? tr("Open the sample: a small network for Fashion-MNIST with its images. Or open a "
                                      "model and data of your own.")
                                 : tr("Open a model, and data to fit and to test on."),
                 targets.open, always});
    steps_->add({tr("Evaluate (F5): every exit runs at every precision. Progress stands at the bottom; Esc cancels."),
                 targets.evaluate, [evaluate = actions.evaluate] { return evaluate->isEnabled(); }});
    steps_->add({tr("Drag the budget: what an image may cost on average. Curves, exits and samples follow."),
                 targets.budget, decided});
    steps_->add({tr("Click a sample to see its way through the exits, and why it left where it did."), targets.samples,
                 decided});
    steps_->add({tr("Export the plot in front here; samples, curves, a report and a bundle to deploy are in the "
                    "menu Export."),
                 targets.exportPlot, decided});
}

void WindowHints::watch(const Actions& actions)
{
    connect(&session_, &Session::modelChanged, this, [this] { steps_->done(openStep); });
    connect(&session_, &Session::dataChanged, this, [this] { steps_->done(openStep); });
    connect(&session_, &Session::runChanged, this, &WindowHints::skipKnown);
    connect(&session_.jobs(), &Jobs::statusChanged, this, [this] {
        if (session_.jobs().busy(runLane))
            steps_->done(evaluateStep);
    });
    for (QAction* action : {actions.exportPlot, actions.copyPlot, actions.exportTable, actions.exportCurves,
                            actions.exportReport, actions.exportBundle})
        connect(action, &QAction::triggered, this, [this] { steps_->done(exportStep); });
    connect(actions.showHints, &QAction::triggered, this, &WindowHints::start);
}

void WindowHints::startOnce()
{
    if (!settings_.value(seenKey).toBool())
        start();
}

void WindowHints::start()
{
    settings_.setValue(seenKey, true);
    steps_->start();
    skipKnown();
}

/// What is open needs no hint.
void WindowHints::skipKnown()
{
    if (session_.model() || session_.run())
        steps_->done(openStep);
    if (session_.run())
        steps_->done(evaluateStep);
}

bool WindowHints::active() const
{
    return steps_->active();
}

void WindowHints::stop()
{
    steps_->stop();
}

void WindowHints::refresh()
{
    steps_->refresh();
}

void WindowHints::budgetMoved()
{
    steps_->done(budgetStep);
}

void WindowHints::sampleInspected()
{
    steps_->done(inspectStep);
}

}  // namespace exitscope::app
