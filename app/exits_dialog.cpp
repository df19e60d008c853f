// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exits_dialog.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableView>

#include "app/exits_form.h"
#include "app/prompts.h"
#include "app/remedies.h"
#include "core/analysis/report/familiarity.h"
#include "core/base/file.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"
#include "widgets/network/attached_model.h"
#include "widgets/network/cut_point_model.h"
#include "widgets/network/cut_point_table.h"
#include "widgets/network/network_strip.h"
#include "widgets/network/training_view.h"

namespace exitscope::app {
namespace {

constexpr Lane trainLane{"train"};
constexpr Lane saveLane{"save"};

using gui::text;

QString sentencesOf(const Notices& notices)
{
    QStringList sentences;
    for (const Notice& notice : notices)
        sentences << withPlaceInWindow(text(notice.text)) + QLatin1Char('.');
    return sentences.join(QLatin1Char(' '));
}

}  // namespace

void ExitsDialog::setReading(const dataset::OpenOptions& reading, const model::OpenOptions& opening)
{
    reading_ = reading;
    opening_ = opening;
}

void ExitsDialog::suggest(int exits)
{
    exits::AttachRequest request;
    request.exits = static_cast<std::size_t>(exits);
    const Expected<std::vector<model::CutPoint>> points = exits::chosen_cut_points(request, *backbone_);
    if (!points) {
        message_->showError(text(points.error().message()));
        refreshChoice();
        return;
    }
    std::vector<bool> chosen(cuts_->chosen().size(), false);
    for (int row = 0; exits > 1 && row < cuts_->rowCount(); ++row) {
        const QString tensor = cuts_->index(row, gui::CutPointModel::tensor).data().toString();
        chosen[static_cast<std::size_t>(row)] = std::any_of(
            points->begin(), points->end(), [&](const auto& point) { return text(point.tensor) == tensor; });
    }
    cuts_->setChosen(chosen);
    refreshChoice();
}

void ExitsDialog::refreshChoice()
{
    const std::vector<bool>& chosen = cuts_->chosen();
    const auto exits = static_cast<int>(std::count(chosen.begin(), chosen.end(), true));
    strip_->setChosen(chosen);
    const QSignalBlocker quiet(count_);
    count_->setValue(exits + 1);
    if (!train_)
        return;  // still being built
    train_->setEnabled(exits > 0 && form_->hasData());
    QString hint = tr("Width: MACs, %1MAC in all. Height: values handed on.")
                       .arg(gui::quantity(double(backbone_->cumulative_macs(ExitIndex(backbone_->exit_count() - 1)))));
    if (step_ == Step::choose && !chosen.empty()) {
        if (exits == 0)
            hint = tr("Choose at least one cut point: click its mark, or use arrow keys and Space.");
        else if (!form_->hasData())
            hint += tr(" Name the images to train on below.");
        else
            hint += tr(" Click a mark, or use arrow keys and Space.");
    }
    caption_->setText(hint);
}

void ExitsDialog::setStep(Step step)
{
    step_ = step;
    pages_->setCurrentIndex(step == Step::choose ? 0 : 1);
    strip_->setEnabled(step == Step::choose);
    summary_->setVisible(step == Step::keep);
    outcome_->setVisible(step == Step::keep && !outcome_->text().isEmpty());
    train_->setVisible(step == Step::choose);
    stop_->setVisible(step == Step::train);
    back_->setVisible(step == Step::keep);
    save_->setVisible(step == Step::keep);
    open_->setVisible(step == Step::keep);
    stop_->setEnabled(true);
    save_->setEnabled(true);
    open_->setEnabled(!saved_.isEmpty());
    close_->setVisible(step != Step::train);
    train_->setDefault(step == Step::choose);
    save_->setDefault(step == Step::keep);
    warned_ = false;
    refreshChoice();
}

void ExitsDialog::train()
{
    Expected<ExitsSettings> settings = form_->settings();
    if (!settings) {
        message_->showError(text(settings.error().message()));
        return;
    }
    settings->reading = reading_;
    dataset::PreprocessingChoice formed = std::move(settings->open.preprocessing);
    settings->open = opening_;
    dataset::PreprocessingChoice& preprocessing = settings->open.preprocessing;
    if (formed.mean)
        preprocessing.mean = std::move(formed.mean);
    if (formed.std)
        preprocessing.std = std::move(formed.std);
    if (formed.resize)
        preprocessing.resize = formed.resize;
    const std::vector<bool>& chosen = cuts_->chosen();
    const std::vector<model::CutPoint> points = model::cut_points(backbone_->graph);
    for (std::size_t c = 0; c < chosen.size(); ++c)
        if (chosen[c])
            settings->request.tensors.push_back(points[c].tensor);
    message_->dismiss();
    attached_.reset();
    saved_.clear();
    training_->start(settings->request.tensors.size(), settings->request.training.epochs);
    training_->setHint(settings->request.head
                           ? tr("The frozen network's features are computed once;\nthen the curves follow.")
                           : tr("The frozen network's features are computed once, kinds of heads are\n"
                                "compared briefly; then the curves of the chosen ones follow."));
    setStep(Step::train);
    stop_->setFocus();
    jobs_.stream<TrainingEvent>(
        trainLane, tr("Adding exits"),
        [path = backbone_->path, how = std::move(*settings)](Progress& progress,
                                                             const std::function<void(TrainingEvent)>& deliver) {
            return trainExits(path, how, progress, deliver);
        },
        [this](TrainingEvent event) { arrived(std::move(event)); }, {});
}

void ExitsDialog::arrived(TrainingEvent event)
{
    if (const auto* report = std::get_if<exits::EpochReport>(&event))
        training_->add(*report);
    else if (const auto* notices = std::get_if<Notices>(&event))
        message_->showNotice(sentencesOf(*notices));
    else
        present(std::move(std::get<exits::Attached>(event)));
}

void ExitsDialog::present(exits::Attached attached)
{
    QStringList sentences;
    if (!attached.complete)
        sentences << tr("Training was stopped: every exit has its best head so far, and the file records this.");
    if (!attached.left_out.empty()) {
        QStringList tensors;
        for (const std::string& tensor : attached.left_out)
            tensors << text(tensor);
        sentences << tr("Left out, because its head had not finished an epoch: %1.").arg(tensors.join(tr(", ")));
    }
    if (!attached.notices.empty())
        sentences << sentencesOf(attached.notices);
    if (attached.familiarity.suspicious())
        sentences << tr("Note: %1.").arg(text(report::to_sentence(attached.familiarity)));
    outcome_->setText(sentences.join(QLatin1Char(' ')));
    exits_->setExits(attached.exits);
    const int rows = std::min(exits_->rowCount(), 8);
    summary_->setFixedHeight((rows + 1) * (summary_->fontMetrics().height() + 8) + 12);
    attached_ = std::move(attached);
    setStep(Step::keep);
    save_->setFocus();
}

/// A training that failed, or was stopped before there was anything to keep, leads back to the choice.
void ExitsDialog::jobsChanged(const JobStatus& status)
{
    if (status.running > 0)
        return;
    save_->setEnabled(true);
    if (step_ != Step::train)
        return;
    setStep(Step::choose);
    if (message_->message().isEmpty() || !message_->isError())
        message_->showNotice(tr("Stopped before a head had finished an epoch: there is no result to keep."));
}

void ExitsDialog::stopTraining()
{
    jobs_.finishEarly(trainLane);
    stop_->setEnabled(false);
}

void ExitsDialog::save()
{
    const QFileInfo backbone(QString::fromStdString(backbone_->path.string()));
    const QString suggestion = backbone.dir().filePath(backbone.completeBaseName() + QStringLiteral("_exits.onnx"));
    const QString path = chooser_.saveFile(this, tr("Save the network with exits"), suggestion,
                                           tr("ONNX models (*.onnx);;All files (*)"));
    if (path.isEmpty())
        return;
    message_->dismiss();
    const auto bytes = std::make_shared<const std::vector<std::byte>>(attached_->model);
    save_->setEnabled(false);
    jobs_.start<QString>(
        saveLane, tr("Saving"),
        [path, bytes](Progress&) -> Expected<QString> {
            if (Expected<void> written = write_file(path.toStdString(), *bytes); !written)
                return forward(written);
            return path;
        },
        [this](const QString& written) {
            saved_ = written;
            setStep(Step::keep);
            message_->showNotice(tr("Saved %1.").arg(written));
            open_->setFocus();
        });
}

void ExitsDialog::reject()
{
    if (step_ == Step::train) {
        stopTraining();
        return;
    }
    if (attached_ && saved_.isEmpty() && !warned_) {
        message_->showNotice(tr("The network with exits has not been saved. Close again to discard it."));
        warned_ = true;
        return;
    }
    QDialog::reject();
}

}  // namespace exitscope::app
