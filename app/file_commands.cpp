// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_commands.h"

#include <QPointer>

#include "app/data_dialog.h"
#include "app/exporter.h"
#include "app/model_dialog.h"
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
    if (!request.run.isEmpty() || !request.session.isEmpty())
        replaceRun([this, request] { openNow(request); });
    else if (!request.empty())
        openNow(request);
}

void FileCommands::openNow(const OpenRequest& request)
{
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

void FileCommands::modelOptions()
{
    ModelRequest start = session_.modelRequest();
    start.how.preprocessing = session_.settings().preprocessing;
    ModelDialog dialog(prompts_, start, session_.model(), &window_);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const ModelRequest request = dialog.request();
    session_.openModel(request.path, request.how);
    emit opening();
}

void FileCommands::openData()
{
    DataDialog dialog(prompts_, data(), session_.reading(), session_.settings().preprocessing, session_.model(),
                      session_.data().test, &window_);
    if (dialog.exec() != QDialog::Accepted)
        return;
    session_.setReading(dialog.reading());
    EvaluateSettings settings = session_.settings();
    settings.preprocessing = dialog.preprocessing();
    session_.setSettings(settings);
    openData(dialog.request());
    emit opening();
}

void FileCommands::openRun()
{
    const QString path = prompts_.openFile(&window_, tr("Open run"), tr("Runs (*.exr);;All files (*)"));
    if (path.isEmpty())
        return;
    replaceRun([this, path] {
        session_.openRun(path);
        emit opening();
    });
}

void FileCommands::openSession()
{
    const QString path = prompts_.openFile(&window_, tr("Open session"), tr("Sessions (*.exs);;All files (*)"));
    if (!path.isEmpty())
        replaceRun([this, path] { sessions_.open(path); });
}

void FileCommands::saveRun(const std::function<void()>& then)
{
    const QString path = prompts_.saveFile(
        &window_, tr("Save run"), exporter_.suggestedName(QString(), QStringLiteral("exr")), tr("Runs (*.exr)"));
    if (!path.isEmpty())
        session_.saveRun(path, [alive = QPointer(this), then] {
            if (alive && then)
                then();
        });
}

void FileCommands::saveSession()
{
    if (!session_.runIsSaved()) {
        saveRun([this] { saveSession(); });
        return;
    }
    const QString path =
        prompts_.saveFile(&window_, tr("Save session"), exporter_.suggestedName(QString(), QStringLiteral("exs")),
                          tr("Sessions (*.exs)"));
    if (!path.isEmpty())
        sessions_.save(path);
}

bool FileCommands::mayReplaceRun(const std::function<void()>& whenSaved)
{
    if (!session_.run() || session_.runIsSaved())
        return true;
    switch (prompts_.askUnsaved(&window_)) {
    case Prompts::Unsaved::discard: return true;
    case Prompts::Unsaved::stay: return false;
    case Prompts::Unsaved::save: break;
    }
    saveRun([this, whenSaved] {
        if (session_.runIsSaved())  // another may have been evaluated meanwhile
            whenSaved();
    });
    return false;
}

void FileCommands::replaceRun(const std::function<void()>& how)
{
    if (mayReplaceRun(how))
        how();
}

DataRequest FileCommands::data() const
{
    DataRequest request;
    const QString fit = QString::fromStdString(session_.data().fitSpec);
    const QString test = QString::fromStdString(session_.data().testSpec);
    request.together = fit == test;
    (request.together ? request.whole : request.fit) = fit;
    request.test = request.together ? QString() : test;
    request.fitFraction = session_.fitFraction();
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
