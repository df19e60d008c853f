// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/open_run.h"

#include <QFileInfo>

#include "core/analysis/run/run_file.h"
#include "widgets/common/format.h"

namespace exitscope::app {

OpenRun::OpenRun(Jobs& jobs, const Inputs& inputs, QObject* parent) : QObject(parent), jobs_(jobs), inputs_(inputs)
{
    connect(&jobs_, &Jobs::failed, this, [this] {
        evaluateWhenReady_ = false;
        if (!run_)
            setOutline(nullptr);
    });
    connect(&jobs_, &Jobs::finished, this, &OpenRun::evaluateIfReady);
}

void OpenRun::writeTo(SessionState& state) const
{
    state.run = path_.isEmpty() ? QString() : QFileInfo(path_).absoluteFilePath();
    state.runId = run_ ? runIdentity(*run_) : QString();
}

void OpenRun::read(const QString& path, cost::Kind kind, std::function<void(run::RunPtr)> done)
{
    jobs_.stream<RunPart>(
        runLane, tr("Opening %1").arg(QFileInfo(path).fileName()),
        [file = path.toStdString(), kind](Progress& progress, const auto& deliver) {
            return app::readRun(file, kind, progress, deliver);
        },
        [this, done = std::move(done)](RunPart part) {
            if (part.whole)
                done(std::move(part.whole));
            else if (!run_)
                setOutline(std::move(part.outline));
        });
}

void OpenRun::open(const QString& path, cost::Kind kind)
{
    read(path, kind, [this, path](run::RunPtr run) {
        setRun(std::move(run), path, true);
        emit opened(path);
        findImages();
    });
}

void OpenRun::restore(const SessionState& state, const QString& path, cost::Kind kind)
{
    if (state.run.isEmpty())
        return;
    read(state.run, kind, [this, state, path](run::RunPtr run) {
        if (!state.runId.isEmpty() && runIdentity(*run) != state.runId)
            emit notice(tr("%1 is not the run that this session was saved with").arg(state.run));
        setRun(std::move(run), path, !path.isEmpty(), state);
        findImages();
    });
}

void OpenRun::setRun(run::RunPtr run, const QString& path, bool isSaved, const std::optional<SessionState>& restored)
{
    setNotices({});
    run_ = std::move(run);
    path_ = path;
    saved_ = isSaved;
    emit arrived(restored);
}

/// Says them in the log as well, where they stay.
void OpenRun::setNotices(Notices notices)
{
    if (notices == notices_)
        return;
    notices_ = std::move(notices);
    for (const Notice& one : notices_)
        emit note(tr("Notice: %1").arg(gui::text(one.text)));
    emit noticesChanged();
}

void OpenRun::setOutline(std::shared_ptr<const Outline> outline)
{
    if (outline == outline_)
        return;
    outline_ = std::move(outline);
    emit outlineChanged();
}

void OpenRun::findImages()
{
    jobs_.start<dataset::DatasetPtr>(
        testDataLane, tr("Looking for the images"),
        [run = run_](Progress& progress) { return imagesOf(run, progress); },
        [this](dataset::DatasetPtr images) { emit imagesChanged(std::move(images)); },
        [this](const Error& error) {
            emit notice(tr("No images: %1").arg(gui::text(error.message())));
            evaluateIfReady();
        });
}

void OpenRun::evaluateIfReady()
{
    if (evaluateWhenReady_ && !inputs_.loading())
        evaluate();
}

void OpenRun::evaluate()
{
    evaluateWhenReady_ = inputs_.loading();
    if (evaluateWhenReady_ || !inputs_.complete())
        return;
    setNotices({});
    jobs_.stream<EvaluationPart>(
        runLane, tr("Evaluating"),
        [model = inputs_.model(), data = inputs_.data(), settings = inputs_.settings(),
         reading = inputs_.reading()](Progress& progress, const auto& deliver) {
            return evaluateModel(model, data, settings, reading, progress, deliver);
        },
        // images that no specification names again are shown from the set at hand
        [this, images = inputs_.data().testSpec.empty() ? inputs_.data().test : nullptr](EvaluationPart part) {
            if (!part.run) {
                setNotices(std::move(part.notices));
                return;
            }
            setRun(std::move(part.run), {}, false);
            if (images)
                emit imagesChanged(images);
            else
                findImages();
        });
}

void OpenRun::save(const QString& path, std::function<void()> then)
{
    if (!run_)
        return;
    jobs_.queue(
        writeLane, tr("Saving %1").arg(QFileInfo(path).fileName()),
        [run = run_, file = path.toStdString()](Progress& progress) {
            progress.begin("Writing the run", 0);
            return run::save(*run, file);
        },
        [this, path, written = run_, then = std::move(then)] {
            if (run_ == written) {  // another one may have been opened meanwhile
                saved_ = true;
                path_ = path;
            }
            emit saved(path);
            if (then)
                then();
        });
}

}  // namespace exitscope::app
