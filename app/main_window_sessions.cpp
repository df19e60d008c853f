// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDateTime>
#include <QFileInfo>
#include <QTimer>

#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"
#include "app/session_panel.h"
#include "app/top_dock_share.h"
#include "app/welcome_page.h"
#include "core/base/file.h"
#include "core/analysis/analyse/default_budget.h"
#include "core/analysis/run/run_file.h"
#include "widgets/budget/budget_bar.h"
#include "widgets/common/format.h"
#include "widgets/filters/filter_bar.h"
#include "widgets/filters/search_field.h"
#include "widgets/samples/sample_view.h"

namespace exitscope::app {
namespace {

constexpr Lane autosaveLane{"autosave"};

}  // namespace

using gui::percent;
using gui::text;

void MainWindow::connectSessions()
{
    connect(actions_.openSession, &QAction::triggered, this, [this] {
        const QString path = prompts_.openFile(this, tr("Open session"), tr("Sessions (*.exs);;All files (*)"));
        if (!path.isEmpty())
            replaceRun([this, path] { openSession(path, false); });
    });
    connect(actions_.saveSession, &QAction::triggered, this, &MainWindow::saveSession);
    connect(actions_.animateBudget, &QAction::triggered, budget_, &gui::BudgetBar::toggleSweep);
    connect(welcome_, &WelcomePage::recoveryRequested, this, &MainWindow::recover);
    if (!autosave_.enabled())
        return;
    auto* timer = new QTimer(this);
    timer->setInterval(options_.autosaveMilliseconds);
    connect(timer, &QTimer::timeout, this, &MainWindow::autosave);
    timer->start();
    if (const QString left = autosave_.abandoned(); !left.isEmpty())
        welcome_->offerRecovery(QLocale().toString(QFileInfo(left).lastModified(), QLocale::ShortFormat));
}

SessionState MainWindow::sessionState() const
{
    SessionState state = session_.state();
    state.savedFilters = savedFilters_.filters();
    state.grid = samples_->showsGrid();
    state.layout = saveState(layoutVersion);
    return state;
}

void MainWindow::openSession(const QString& path, bool abandoned)
{
    const Expected<SessionState> state = readSession(path);
    if (!state) {
        emit session_.problem(text(state.error().message()));
        return;
    }
    enterWorkspace();
    savedFilters_.add(state->savedFilters);
    if (!state->layout.isEmpty() && restoreState(state->layout, layoutVersion))
        topShare_->learn();
    actions_.showGrid->setChecked(state->grid);
    // a run that lies beside an abandoned session is one that the user never saved
    const bool unsaved = abandoned && QFileInfo(state->run).path() == QFileInfo(path).path();
    session_.restore(*state, unsaved ? QString() : state->run);
    if (abandoned)
        recovered_ = path;
    else
        recent_.add(path);
}

void MainWindow::saveSession()
{
    if (!session_.runIsSaved()) {
        saveRun([this] { saveSession(); });
        return;
    }
    const QString path = prompts_.saveFile(this, tr("Save session"), suggestedName(QString(), QStringLiteral("exs")),
                                           tr("Sessions (*.exs)"));
    if (path.isEmpty())
        return;
    session_.writeFile(path, [written = sessionText(sessionState())] { return written; });
    recent_.add(path);
}

void MainWindow::autosave()
{
    if (!session_.run() || session_.jobs().busy(autosaveLane))
        return;
    SessionState state = sessionState();
    const run::RunPtr unsaved = session_.runIsSaved() ? nullptr : session_.run();
    if (unsaved)
        state.run = autosave_.runPath();
    std::string written = sessionText(state);
    if (written == autosaved_)
        return;
    autosaved_ = written;
    const bool writeRun = unsaved && unsaved != autosavedRun_;
    autosavedRun_ = unsaved;
    session_.jobs().queue(
        autosaveLane, QString(),
        [written = std::move(written), run = writeRun ? unsaved : nullptr,
         session = autosave_.sessionPath().toStdString(),
         runFile = autosave_.runPath().toStdString()](Progress&) -> Expected<void> {
            if (run)
                if (Expected<void> saved = run::save(*run, runFile); !saved)
                    return saved;
            return write_file(session, written);
        },
        {});
}

void MainWindow::recover()
{
    if (const QString left = autosave_.abandoned(); !left.isEmpty())
        openSession(left, true);
}

void MainWindow::connectFilters()
{
    gui::SearchField* search = samples_->search();
    search->setCount([this](const std::string& typed) { return session_.countMatching(typed); });
    connect(search, &gui::SearchField::submitted, this, [this](const QString& typed) {
        session_.addFilters({{gui::Filter::Kind::query, 0, 0, 1, typed.toStdString()}});
    });
    connect(actions_.search, &QAction::triggered, search, &gui::SearchField::focusField);
    gui::FilterBar* bar = panel_->filterBar();
    const auto showSaved = [this, bar] {
        std::vector<std::pair<QString, QString>> saved;
        for (const SavedFilter& filter : savedFilters_.filters())
            saved.emplace_back(filter.name, filter.text);
        bar->setSaved(saved);
    };
    showSaved();
    connect(&savedFilters_, &SavedFilters::changed, this, showSaved);
    connect(bar, &gui::FilterBar::saveRequested, this, [this](const QString& name) {
        if (session_.point()->run)
            savedFilters_.save(name, text(session_.filters().queryText(*session_.point()->run)));
    });
    connect(bar, &gui::FilterBar::removeSavedRequested, &savedFilters_, &SavedFilters::remove);
}

void MainWindow::showMarks()
{
    const analyse::PolicyResult* result = session_.result(session_.policy());
    if (!result) {
        budget_->setMarks({});
        return;
    }
    const auto mark = [](double budget, const QString& name, const QString& meaning) {
        return gui::BudgetMark{budget, name,
                               tr("%1: %2 at %3, chosen on the fit split").arg(name, meaning, percent(budget))};
    };
    budget_->setMarks({mark(analyse::knee_budget(*result), tr("Knee"), tr("the curve flattens here")),
                       mark(analyse::default_budget(*result, 0.005), tr("Half a point"),
                            tr("cheapest that loses at most 0.5 points")),
                       mark(analyse::default_budget(*result, 0), tr("No loss"),
                            tr("cheapest that is as accurate as the full model"))});
}

}  // namespace exitscope::app
