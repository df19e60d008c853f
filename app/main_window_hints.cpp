// SPDX-License-Identifier: GPL-3.0-or-later
#include <QKeyEvent>
#include <QSettings>
#include <QSlider>
#include <QToolBar>

#include "app/first_steps.h"
#include "app/main_window.h"
#include "app/session.h"
#include "app/welcome_page.h"
#include "widgets/budget/budget_bar.h"
#include "widgets/common/hint_bar.h"
#include "widgets/common/spotlight.h"
#include "widgets/samples/sample_view.h"
#include "widgets/tradeoff/trade_off_view.h"

namespace exitscope::app {
namespace {

constexpr QLatin1String hintsKey("window/hintsSeen");

// in the order in which makeHints() adds them
enum Step { openStep, evaluateStep, budgetStep, inspectStep, exportStep };

}  // namespace

void MainWindow::makeHints()
{
    addToolBarBreak();
    QToolBar* row = addToolBar(tr("Hints"));
    row->setObjectName(QStringLiteral("hintToolBar"));
    row->setMovable(false);
    row->toggleViewAction()->setVisible(false);
    auto* bar = new gui::HintBar(row);
    bar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    row->addWidget(bar);
    row->hide();
    firstSteps_ = new FirstSteps(*bar, *new gui::Spotlight(this), this);
    connect(firstSteps_, &FirstSteps::shown, row, &QWidget::setVisible);

    const auto always = [] { return true; };
    const auto decided = [this] { return session_.point()->decided(); };
    const bool sample = !options_.sample.isEmpty();
    firstSteps_->add({sample ? tr("Open the sample: a small network for Fashion-MNIST with its images. Or open a model "
                                  "and data of your own.")
                             : tr("Open a model, and data to fit and to test on."),
                      sample ? welcome_->sampleButton() : mainBar_->widgetForAction(actions_.openModel), always});
    firstSteps_->add({tr("Evaluate (F5): every exit runs at every precision. Progress stands at the bottom; Esc "
                         "cancels."),
                      mainBar_->widgetForAction(actions_.evaluate), [this] { return actions_.evaluate->isEnabled(); }});
    firstSteps_->add({tr("Drag the budget: what an image may cost on average. Curves, exits and samples follow."),
                      budget_->findChild<QSlider*>(), decided});
    firstSteps_->add(
        {tr("Click a sample to see its way through the exits, and why it left where it did."), samples_, decided});
    firstSteps_->add({tr("Export the plot in front here; samples, curves, a report and a bundle to deploy are in the "
                         "menu Export."),
                      mainBar_->widgetForAction(actions_.exportPlot), decided});

    connect(&session_, &Session::modelChanged, this, [this] { firstSteps_->done(openStep); });
    connect(&session_, &Session::dataChanged, this, [this] { firstSteps_->done(openStep); });
    connect(&session_, &Session::runChanged, this, [this] { skipKnownSteps(); });
    connect(&session_.jobs(), &Jobs::statusChanged, this, [this] {
        if (session_.jobs().busy(runLane))
            firstSteps_->done(evaluateStep);
    });
    const auto moved = [this] { firstSteps_->done(budgetStep); };
    connect(budget_, &gui::BudgetBar::budgetChanged, this, moved);
    connect(tradeOff_, &gui::TradeOffView::budgetPicked, this, moved);
    connect(samples_, &gui::SampleView::sampleSelected, this, [this] { firstSteps_->done(inspectStep); });
    for (QAction* action : {actions_.exportPlot, actions_.copyPlot, actions_.exportTable, actions_.exportCurves,
                            actions_.exportReport, actions_.exportBundle})
        connect(action, &QAction::triggered, this, [this] { firstSteps_->done(exportStep); });
    connect(actions_.showHints, &QAction::triggered, this, &MainWindow::showHints);

    if (options_.hints && !settings_.value(hintsKey).toBool())
        showHints();
}

void MainWindow::showHints()
{
    settings_.setValue(hintsKey, true);
    firstSteps_->start();
    skipKnownSteps();
}

/// What is open needs no hint.
void MainWindow::skipKnownSteps()
{
    if (session_.model() || session_.run())
        firstSteps_->done(openStep);
    if (session_.run())
        firstSteps_->done(evaluateStep);
}

void MainWindow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && firstSteps_->active())
        firstSteps_->stop();
    else
        QMainWindow::keyPressEvent(event);
}

}  // namespace exitscope::app
