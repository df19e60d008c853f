// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_keeper.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLocale>
#include <QTimer>

#include "app/docks.h"
#include "app/recent_files.h"
#include "app/saved_filters.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "core/base/file.h"
#include "widgets/common/format.h"
#include "widgets/samples/sample_view.h"

namespace exitscope::app {
namespace {

constexpr Lane autosaveLane{"autosave"};

}  // namespace

SessionKeeper::SessionKeeper(const Parts& parts, const QString& directory, int milliseconds, QObject* parent)
    : QObject(parent), parts_(parts), autosave_(directory)
{
    if (!autosave_.enabled())
        return;
    auto* timer = new QTimer(this);
    timer->setInterval(milliseconds);
    connect(timer, &QTimer::timeout, this, &SessionKeeper::keep);
    timer->start();
}

QString SessionKeeper::recoverable() const
{
    const QString left = autosave_.enabled() ? autosave_.abandoned() : QString();
    return left.isEmpty() ? left : QLocale().toString(QFileInfo(left).lastModified(), QLocale::ShortFormat);
}

SessionState SessionKeeper::state() const
{
    SessionState state = parts_.session.state();
    state.savedFilters = parts_.savedFilters.filters();
    state.grid = parts_.samples.showsGrid();
    state.layout = parts_.docks.layout();
    return state;
}

void SessionKeeper::open(const QString& path)
{
    read(path, false);
}

void SessionKeeper::recover()
{
    if (const QString left = autosave_.abandoned(); !left.isEmpty())
        read(left, true);
}

void SessionKeeper::read(const QString& path, bool abandoned)
{
    const Expected<SessionState> state = readSession(path);
    if (!state) {
        emit problem(gui::text(state.error().message()));
        return;
    }
    emit opening();
    parts_.savedFilters.add(state->savedFilters);
    if (!state->layout.isEmpty())
        parts_.docks.restore(state->layout);
    emit gridChosen(state->grid);
    // a run that lies beside an abandoned session is one that the user never saved
    const bool unsaved = abandoned && QFileInfo(state->run).path() == QFileInfo(path).path();
    parts_.session.restore(*state, unsaved ? QString() : state->run);
    if (abandoned)
        recovered_ = path;
    else
        parts_.recent.add(path);
}

void SessionKeeper::save(const QString& path)
{
    parts_.session.writeFile(path, [written = sessionText(state())] { return written; });
    parts_.recent.add(path);
}

void SessionKeeper::keep()
{
    Session& session = parts_.session;
    if (!session.run() || session.jobs().busy(autosaveLane))
        return;
    SessionState now = state();
    const run::RunPtr unsaved = session.runIsSaved() ? nullptr : session.run();
    if (unsaved)
        now.run = autosave_.runPath();
    std::string written = sessionText(now);
    if (written == kept_)
        return;
    kept_ = written;
    const bool writeRun = unsaved && unsaved != keptRun_;
    keptRun_ = unsaved;
    session.jobs().queue(autosaveLane, QString(),
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

void SessionKeeper::end()
{
    autosave_.discardOwn();
    if (!recovered_.isEmpty())
        Autosave::discard(recovered_);
}

}  // namespace exitscope::app
