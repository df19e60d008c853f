// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QFileInfo>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QStatusBar>
#include <QTime>
#include <QToolBar>
#include <QToolButton>

#include "app/job_bar.h"
#include "app/main_window.h"
#include "app/session.h"
#include "app/session_panel.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/registry.h"
#include "widgets/budget/budget_bar.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"
#include "widgets/error/error_view.h"
#include "widgets/exits/exit_shares_view.h"
#include "widgets/filters/filter_bar.h"
#include "widgets/inspector/inspector_view.h"
#include "widgets/plots/content.h"
#include "widgets/plots/core_text.h"
#include "widgets/samples/sample_view.h"
#include "widgets/samples/thumbnails.h"
#include "widgets/tradeoff/trade_off_view.h"

namespace exitscope::app {

using gui::percent;
using gui::text;

void MainWindow::connectViews()
{
    // what the user does
    connect(budget_, &gui::BudgetBar::budgetChanged, &session_, &Session::setBudget);
    connect(tradeOff_, &gui::TradeOffView::budgetPicked, &session_, &Session::setBudget);
    connect(tradeOff_, &gui::TradeOffView::statePicked, this, [this](StateIndex state) {
        if (const AnalysisPtr& analysis = session_.analysis())
            session_.addFilters(
                {{.kind = gui::Filter::Kind::state, .text = analysis->run().states[state.at()].name()}});
    });
    connect(tradeOff_, &gui::TradeOffView::curveToggled, this,
            [this](const QString& policy, bool shown) { session_.showCurve(policy.toStdString(), shown); });
    connect(exits_, &gui::ExitSharesView::filtersPicked, &session_, &Session::addFilters);
    connect(error_, &gui::ErrorView::filtersPicked, &session_, &Session::addFilters);
    connect(error_, &gui::ErrorView::rangePicked, this, [this](float low, float high) {
        session_.addFilters({{gui::Filter::Kind::predicted_error, 0, low, high}});
    });
    connect(samples_, &gui::SampleView::sampleSelected, this, [this](SampleIndex sample) { session_.select(sample); });
    gui::FilterBar* filters = panel_->filterBar();
    connect(filters, &gui::FilterBar::addRequested, this,
            [this](const gui::Filter& filter) { session_.addFilters({filter}); });
    connect(filters, &gui::FilterBar::removeRequested, &session_, &Session::removeFilter);
    connect(filters, &gui::FilterBar::clearRequested, &session_, &Session::clearFilters);
    connect(policyBox_, &QComboBox::currentIndexChanged, this,
            [this] { session_.setPolicy(policyBox_->currentData().toString().toStdString()); });
    connect(costBox_, &QComboBox::currentIndexChanged, this,
            [this] { session_.setCostKind(static_cast<cost::Kind>(costBox_->currentData().toInt())); });
    connect(scheduleBox_, &QComboBox::currentIndexChanged, this,
            [this] { session_.setSchedule(static_cast<run::Schedule>(scheduleBox_->currentData().toInt())); });
    connect(pooledBox_, &QToolButton::toggled, &session_, &Session::setPooled);
    for (gui::Plot* plot : plots()) {
        connect(plot, &gui::Plot::exportRequested, this, [this, plot] { exportPlot(plot); });
        connect(plot, &gui::Plot::printRequested, this, [this, plot] { printPlot(plot); });
        connect(plot, &gui::Plot::copyRequested, this, [this, plot] { copyPlot(plot); });
    }

    // what changes in the session
    connect(&session_, &Session::outlineChanged, this, &MainWindow::showOutline);
    connect(&session_, &Session::runChanged, this, &MainWindow::showRun);
    connect(&session_, &Session::analysisChanged, this, &MainWindow::showAnalysis);
    connect(&session_, &Session::curvesChanged, this, &MainWindow::showCurves);
    connect(&session_, &Session::decided, this, &MainWindow::showDecision);
    connect(&session_, &Session::passingChanged, this, &MainWindow::showPassing);
    connect(&session_, &Session::selectionChanged, this, &MainWindow::showSelection);
    connect(&session_, &Session::filtersChanged, this, [this] {
        panel_->filterBar()->setFilters(session_.filters(), session_.run().get());
        enableActions();
    });
    connect(&session_.undoStack(), &QUndoStack::indexChanged, this, &MainWindow::enableActions);
    connect(&session_, &Session::modelChanged, this, &MainWindow::enableActions);
    connect(&session_, &Session::dataChanged, this, &MainWindow::enableActions);
    connect(&session_, &Session::imagesChanged, thumbnails_, &gui::Thumbnails::setDataset);
    connect(&session_, &Session::opened, &recent_, &RecentFiles::add);
    connect(&session_, &Session::saved, this, [this](const QString& path) {
        recent_.add(path);
        refreshTitle();
    });
    connect(&session_, &Session::problem, message_, &gui::MessageBar::showError);
    connect(&session_, &Session::notice, message_, &gui::MessageBar::showNotice);
    connect(thumbnails_, &gui::Thumbnails::failed, message_, &gui::MessageBar::showNotice);
    connect(&session_, &Session::note, this, [this](const QString& sentence) {
        log_->appendPlainText(QTime::currentTime().toString(QStringLiteral("HH:mm:ss  ")) + sentence);
        statusBar()->showMessage(sentence, 6000);
    });
    connect(&session_.jobs(), &Jobs::statusChanged, this, [this](const JobStatus& status) {
        jobs_->setStatus(status);
        enableActions();
    });
}

/// A large run shows what it can before it is read and fitted: its fixed models and the full model's answers.
void MainWindow::showOutline()
{
    const std::shared_ptr<const Outline> outline = session_.outline();
    const bool decided = session_.point()->decided();
    if (outline && !decided) {
        const gui::OperatingPoint& point = *outline->point;
        std::vector<SampleIndex> all(point.run->test.samples);
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = SampleIndex(i);
        samples_->setSamples(outline->point, all);
        if (!outline->fixed.empty())
            tradeOff_->setContent(plots::trade_off_content(*point.run, point.costs, {}, outline->fixed), false);
        enterWorkspace();
    } else if (!decided) {
        samples_->clear();
        tradeOff_->clear(tr("The run was not read to its end. Open a run, or a model and data."));
    }
}

void MainWindow::showRun()
{
    if (!session_.outline()) {
        samples_->clear();
        tradeOff_->clear(tr("Fitting predictors of error on the fit split..."));
    }
    exits_->setPoint(nullptr);
    error_->setPoint(nullptr);
    inspector_->setPoint(nullptr);
    budget_->clear();
    panel_->filterBar()->setFilters(session_.filters(), session_.run().get());
    message_->dismiss();
    showSchedules();
    enterWorkspace();
    refreshTitle();
    enableActions();
}

void MainWindow::showAnalysis()
{
    budget_->setRange(session_.cheapestBudget());
    {
        const QSignalBlocker blockPooled(pooledBox_);
        pooledBox_->setChecked(session_.pooled());
        pooledBox_->setEnabled(!session_.run() || session_.canPool());
    }
    showSchedules();
    const QSignalBlocker block(costBox_);
    costBox_->setCurrentIndex(costBox_->findData(static_cast<int>(session_.costKind())));
    if (session_.results().empty() && !session_.outline())
        tradeOff_->clear(tr("Fitting policies..."));
}

void MainWindow::showCurves()
{
    const QSignalBlocker block(policyBox_);
    policyBox_->setCurrentIndex(policyBox_->findData(text(session_.policy())));
    showMarks();
    if (!session_.analysis())
        return;
    const std::vector<analyse::Curve> curves = session_.curves();
    if (curves.empty())
        return;
    std::vector<gui::TradeOffView::Choice> choices;
    for (const policy::Info& info : policy::registry()) {
        const auto& shown = session_.curvesShown();
        choices.push_back({std::string(info.name), text(info.title), plots::core_text(info.description),
                           std::find(shown.begin(), shown.end(), info.name) != shown.end()});
    }
    tradeOff_->setContent(
        plots::trade_off_content(session_.analysis()->run(), session_.costs(), curves, session_.fixedModels()),
        !session_.point()->labelled());
    tradeOff_->setChoices(choices);
}

void MainWindow::showDecision()
{
    const gui::OperatingPoint& point = *session_.point();
    exits_->setPoint(session_.point());
    error_->setPoint(session_.point());
    inspector_->setPoint(session_.point());
    budget_->setBudget(session_.budget());
    budget_->setPoint(point, session_.fullAccuracy());
    const analyse::Outcome& outcome = point.decisions.outcome;
    const double quality = point.labelled() ? outcome.accuracy.value : outcome.agreement;
    const policy::Info* info = policy::find(session_.policy());
    tradeOff_->setOperatingPoint(plots::OperatingPoint{
        outcome.relative_cost, quality,
        tr("%1: %2 at %3")
            .arg(info ? text(info->title) : QString(), percent(quality), percent(outcome.relative_cost))});
    if (!actions_.exportPlot->isEnabled())
        enableActions();
}

void MainWindow::showPassing()
{
    samples_->setSamples(session_.point(), session_.passing());
    panel_->filterBar()->setCounts(session_.passing().size(), session_.point()->decisions.state.size());
}

void MainWindow::showSelection()
{
    samples_->setSelected(session_.selected());
    inspector_->setSample(session_.selected());
}

void MainWindow::refreshTitle()
{
    if (!session_.run()) {
        setWindowTitle(tr("Exitscope"));
        return;
    }
    const QString name = session_.runPath().isEmpty()
                             ? QFileInfo(text(session_.run()->provenance.model_path)).completeBaseName()
                             : QFileInfo(session_.runPath()).fileName();
    setWindowTitle(tr("%1%2 - Exitscope").arg(name, session_.runIsSaved() ? QString() : QStringLiteral(" *")));
}

}  // namespace exitscope::app
