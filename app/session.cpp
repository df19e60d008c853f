// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"

#include <utility>

#include <QFileInfo>

#include "app/remedies.h"
#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/familiarity.h"
#include "core/analysis/report/familiarity.h"
#include "core/base/file.h"
#include "widgets/common/format.h"

namespace exitscope::app {

Session::Session(QObject* parent) : QObject(parent), inputs_(jobs_), run_(jobs_, inputs_), study_(jobs_, inputs_)
{
    connect(&jobs_, &Jobs::failed, this, [this](const QString& title, const Error& error) {
        emit problem(withPlaceInWindow(gui::text(error.message())));
        emit note(tr("%1 failed: %2").arg(title, gui::text(error.message())));
    });
    connect(&jobs_, &Jobs::finished, this, [this](const QString& title, double seconds) {
        emit note(tr("%1: done in %2 s").arg(title).arg(seconds, 0, 'f', 1));
    });
    connect(&inputs_, &Inputs::modelChanged, this, &Session::modelChanged);
    connect(&inputs_, &Inputs::dataChanged, this, &Session::dataChanged);
    connect(&inputs_, &Inputs::checksChanged, this, &Session::checksChanged);
    connect(&inputs_, &Inputs::opened, this, &Session::opened);
    connect(&inputs_, &Inputs::notice, this, &Session::notice);
    connect(&inputs_, &Inputs::note, this, &Session::note);
    connect(&run_, &OpenRun::outlineChanged, this, &Session::outlineChanged);
    connect(&run_, &OpenRun::arrived, this, &Session::takeRun);
    connect(&run_, &OpenRun::imagesChanged, this, &Session::imagesChanged);
    connect(&run_, &OpenRun::opened, this, &Session::opened);
    connect(&run_, &OpenRun::saved, this, &Session::saved);
    connect(&run_, &OpenRun::notice, this, &Session::notice);
    connect(&run_, &OpenRun::note, this, &Session::note);
    connect(&run_, &OpenRun::noticesChanged, this, &Session::runNoticesChanged);
    connect(&study_, &Study::analysisChanged, this, &Session::analysisChanged);
    connect(this, &Session::analysisChanged, this, &Session::runNoticesChanged);
    connect(this, &Session::runChanged, this, &Session::runNoticesChanged);
    connect(&study_, &Study::curvesChanged, this, &Session::curvesChanged);
    connect(&study_, &Study::decided, this, &Session::decided);
    connect(&study_, &Study::decided, &run_, &OpenRun::endOutline);
    connect(&study_, &Study::filtersChanged, this, &Session::filtersChanged);
    connect(&study_, &Study::passingChanged, this, &Session::passingChanged);
    connect(&study_, &Study::selectionChanged, this, &Session::selectionChanged);
    connect(&study_, &Study::problem, this, &Session::problem);
    connect(&study_, &Study::note, this, &Session::note);
}

Session::~Session()
{
    jobs_.cancelAndWait();
}

std::vector<analyse::Curve> Session::curves() const
{
    std::vector<analyse::Curve> list;
    for (const analyse::PolicyResult& fit : results())
        list.push_back(fit.curve);
    return list;
}

Notices Session::runNotices() const
{
    if (!run_.notices().empty())
        return run_.notices();
    Notices notices = run() ? run()->provenance.notices : Notices();
    if (analysis())
        add_notices(notices, analysis()->notices());
    if (run())
        if (const Familiarity seen = analyse::familiarity(*run()); seen.suspicious())
            add_notices(notices, {{"familiar", report::to_sentence(seen)}});
    return notices;
}

SessionState Session::state() const
{
    SessionState state;
    inputs_.writeTo(state);
    run_.writeTo(state);
    study_.writeTo(state);
    return state;
}

void Session::restore(const SessionState& state, const QString& runPath)
{
    run_.restore(state, runPath, costKind());
    inputs_.open(state);
}

void Session::takeRun(const std::optional<SessionState>& restored)
{
    study_.setRun(run(), restored);
    emit imagesChanged(nullptr);
    emit runChanged();
    study_.analyse();
}

void Session::writeFile(const QString& path, std::function<Expected<std::string>()> make)
{
    jobs_.queue(
        writeLane, tr("Writing %1").arg(QFileInfo(path).fileName()),
        [file = path.toStdString(), make = std::move(make)](Progress& progress) -> Expected<void> {
            progress.begin("Writing", 0);
            Expected<std::string> text = make();
            if (!text)
                return forward(text);
            return write_file(file, *text);
        },
        [this, path] { emit note(tr("Exported %1").arg(path)); });
}

void Session::cancel()
{
    run_.forgetToEvaluate();
    if (!jobs_.busy())
        return;
    jobs_.cancelAll();
    run_.endOutline();
    emit note(tr("Cancelled"));
}

}  // namespace exitscope::app
