// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_commands.h"

#include "app/data_dialog.h"
#include "app/exporter.h"
#include "app/prompts.h"
#include "app/session.h"
#include "app/session_keeper.h"

namespace exitscope::app {

FileCommands::FileCommands(Session& session, SessionKeeper& sessions, const Exporter& exporter, Prompts& prompts,
                           const QString& sample, QWidget& window)
    : QObject(&window), session_(session), sessions_(sessions), exporter_(exporter), prompts_(prompts), sample_(sample),
      window_(window)
{
}

void FileCommands::open(const OpenRequest& request)
{
    if (request.empty())
        return;
    if ((!request.run.isEmpty() || !request.session.isEmpty()) && !mayReplaceRun())
        return;
    if (request.sample) {
        if (sample_.isEmpty()) {
            emit problem(tr("The sample model is not installed."));
            return;
        }
        session_.openModel(sample_ + QStringLiteral("/model.onnx"));
        session_.openFitData(QStringLiteral("fashion-mnist:fit"));
        session_.openTestData(QStringLiteral("fashion-mnist:test"));
    }
    if (!request.model.isEmpty())
        session_.openModel(request.model);
    if (!request.data.isEmpty())
        session_.openData(request.data);
    if (!request.fit.isEmpty())
        session_.openFitData(request.fit);
    if (!request.test.isEmpty())
        session_.openTestData(request.test);
    if (!request.images.isEmpty())
        session_.openTestImages(request.images);
    if (!request.run.isEmpty())
        session_.openRun(request.run);
    if (!request.session.isEmpty())
        sessions_.open(request.session);
    emit opening();
}

void FileCommands::openSample()
{
    OpenRequest request;
    request.sample = true;
    open(request);
}

void FileCommands::openModel()
{
    const QString path = prompts_.openFile(&window_, tr("Open model"), tr("ONNX models (*.onnx);;All files (*)"));
    if (path.isEmpty())
        return;
    session_.openModel(path);
    emit opening();
}

void FileCommands::openData()
{
    DataDialog dialog(prompts_, data(), &window_);
    if (dialog.exec() != QDialog::Accepted)
        return;
    openData(dialog.request());
    emit opening();
}

void FileCommands::openRun()
{
    const QString path = prompts_.openFile(&window_, tr("Open run"), tr("Runs (*.exr);;All files (*)"));
    if (path.isEmpty() || !mayReplaceRun())
        return;
    session_.openRun(path);
    emit opening();
}

void FileCommands::openSession()
{
    const QString path = prompts_.openFile(&window_, tr("Open session"), tr("Sessions (*.exs);;All files (*)"));
    if (!path.isEmpty() && mayReplaceRun())
        sessions_.open(path);
}

void FileCommands::saveRun()
{
    const QString path = prompts_.saveFile(
        &window_, tr("Save run"), exporter_.suggestedName(QString(), QStringLiteral("exr")), tr("Runs (*.exr)"));
    if (!path.isEmpty())
        session_.saveRun(path);
}

void FileCommands::saveSession()
{
    if (!session_.runIsSaved() && !saveRunNow())
        return;
    const QString path =
        prompts_.saveFile(&window_, tr("Save session"), exporter_.suggestedName(QString(), QStringLiteral("exs")),
                          tr("Sessions (*.exs)"));
    if (!path.isEmpty())
        sessions_.save(path);
}

bool FileCommands::saveRunNow()
{
    saveRun();
    session_.jobs().waitFor(Jobs::Lane::write);
    return session_.runIsSaved();
}

bool FileCommands::mayReplaceRun()
{
    if (!session_.run() || session_.runIsSaved())
        return true;
    switch (prompts_.askUnsaved(&window_)) {
    case Prompts::Unsaved::discard: return true;
    case Prompts::Unsaved::stay: return false;
    case Prompts::Unsaved::save: return saveRunNow();
    }
    return false;
}

DataRequest FileCommands::data() const
{
    DataRequest request;
    const QString fit = QString::fromStdString(session_.data().fitSpec);
    const QString test = QString::fromStdString(session_.data().testSpec);
    request.together = fit == test;
    (request.together ? request.whole : request.fit) = fit;
    request.test = request.together ? QString() : test;
    return request;
}

void FileCommands::openData(const DataRequest& request)
{
    if (request.together) {
        session_.openData(request.whole, request.fitFraction);
    } else {
        session_.openFitData(request.fit);
        session_.openTestData(request.test);
    }
}

}  // namespace exitscope::app
