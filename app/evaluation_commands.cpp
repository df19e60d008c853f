// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/evaluation_commands.h"

#include "app/evaluate_dialog.h"
#include "app/exits_dialog.h"
#include "app/file_commands.h"
#include "app/prompts.h"
#include "app/reading_form.h"
#include "app/session.h"

namespace exitscope::app {

EvaluationCommands::EvaluationCommands(Session& session, FileCommands& files, Prompts& prompts, QWidget& window)
    : QObject(&window), session_(session), files_(files), prompts_(prompts), window_(window)
{
}

void EvaluationCommands::evaluate()
{
    if (!session_.canEvaluate() && !session_.loading())
        evaluateSettings();
    else
        files_.replaceRun([this] { session_.evaluate(); });
}

void EvaluationCommands::evaluateSettings()
{
    const DataRequest before = files_.data();
    EvaluateDialog dialog(prompts_, session_.settings(), before, session_.reading(), session_.model(),
                          session_.data().test, &window_);
    if (dialog.exec() != QDialog::Accepted)
        return;
    session_.setSettings(dialog.settings());
    const bool readOtherwise = !sameReading(dialog.reading(), session_.reading());
    session_.setReading(dialog.reading());
    if (dialog.data() != before || readOtherwise)
        files_.openData(dialog.data());
    files_.replaceRun([this] { session_.evaluate(); });
}

void EvaluationCommands::addExits()
{
    if (exits_) {
        exits_->raise();
        exits_->activateWindow();
        return;
    }
    // images that are also tested on are none to train on
    const DataRequest chosen = files_.data();
    exits_ = new ExitsDialog(prompts_, session_.model(), chosen.together ? QString() : chosen.fit, &window_);
    model::OpenOptions opening = session_.opening();
    opening.preprocessing = session_.settings().preprocessing;
    exits_->setReading(session_.reading(), opening);
    exits_->setAttribute(Qt::WA_DeleteOnClose);
    connect(exits_, &ExitsDialog::openRequested, &files_,
            [this](const QString& path) { files_.open(classify({path})); });
    exits_->show();
}

bool EvaluationCommands::closeDialogs()
{
    return !exits_ || exits_->close();
}

}  // namespace exitscope::app
