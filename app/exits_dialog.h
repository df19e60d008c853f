// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QDialog>

#include "app/exits_task.h"
#include "app/jobs.h"
#include "app/tasks.h"

class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableView;

namespace exitscope::gui {
class AttachedModel;
class CutPointModel;
class CutPointTable;
class MessageBar;
class NetworkStrip;
class TrainingView;
}  // namespace exitscope::gui

namespace exitscope::app {

class ExitsForm;
class JobBar;
class Prompts;

/// "Add exits": a picture of the network in which cut points are chosen, the settings of the training, its progress,
/// and the network with exits, to be saved and opened. Does not block the window. Closing while heads are trained
/// ends the training and keeps the best heads so far; an unsaved network is closed only at the second attempt.
class ExitsDialog : public QDialog {
    Q_OBJECT
public:
    /// `trainingData` is what the form starts with, may be empty. `chooser` outlives the dialog.
    ExitsDialog(Prompts& chooser, ModelPtr backbone, const QString& trainingData, QWidget* parent = nullptr);
    ~ExitsDialog() override;

    [[nodiscard]] Jobs& jobs() { return jobs_; }
    /// How images and network are read; the form's numbers go over `opening.preprocessing`.
    void setReading(const dataset::OpenOptions& reading, const model::OpenOptions& opening);

public slots:
    void reject() override;

signals:
    /// The user wants to open the saved network.
    void openRequested(const QString& path);

private:
    enum class Step { choose, train, keep };

    // exits_dialog.cpp: actions of the user
    void suggest(int exits);
    void refreshChoice();
    void train();
    void arrived(TrainingEvent event);
    void present(exits::Attached attached);
    void jobsChanged(const JobStatus& status);
    void stopTraining();
    void save();
    void setStep(Step step);

    // exits_dialog_layout.cpp: parts
    void makePicture(QWidget* parent);
    QWidget* makeChoosePage(const QString& trainingData);
    QWidget* makeTrainingPage();
    QWidget* makeButtons();

    Prompts& chooser_;
    ModelPtr backbone_;
    Step step_ = Step::choose;
    std::optional<exits::Attached> attached_;
    dataset::OpenOptions reading_;
    model::OpenOptions opening_;
    QString saved_;  ///< path of the file with `attached_`
    bool warned_ = false;

    gui::CutPointModel* cuts_ = nullptr;
    gui::AttachedModel* exits_ = nullptr;
    gui::NetworkStrip* strip_ = nullptr;
    gui::CutPointTable* table_ = nullptr;
    gui::MessageBar* message_ = nullptr;
    gui::TrainingView* training_ = nullptr;
    ExitsForm* form_ = nullptr;
    JobBar* jobBar_ = nullptr;
    QSpinBox* count_ = nullptr;
    QLabel* caption_ = nullptr;
    QLabel* outcome_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    QTableView* summary_ = nullptr;
    QPushButton* close_ = nullptr;
    QPushButton* back_ = nullptr;
    QPushButton* train_ = nullptr;
    QPushButton* stop_ = nullptr;
    QPushButton* save_ = nullptr;
    QPushButton* open_ = nullptr;
    Jobs jobs_;  ///< last: its threads end before anything they might touch
};

}  // namespace exitscope::app
