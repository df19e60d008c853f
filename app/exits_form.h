// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "app/exits_task.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace exitscope::app {

class Prompts;
class SourceEdit;

/// Settings of the training of heads: kind, data, preprocessing, effort. Choices and defaults are those of the core.
class ExitsForm : public QWidget {
    Q_OBJECT
public:
    /// `source` is the training data that the form starts with, may be empty.
    ExitsForm(Prompts& chooser, const model::MultiExitModel& backbone, const QString& source,
              QWidget* parent = nullptr);

    /// All settings but the cut points. Error: mean or standard deviation are not numbers.
    [[nodiscard]] Expected<ExitsSettings> settings() const;
    [[nodiscard]] bool hasData() const;

signals:
    void changed();

private:
    void makeData(Prompts& chooser, const model::MultiExitModel& backbone, const QString& source, QWidget* group);
    void makeTraining(const model::MultiExitModel& backbone, QWidget* group);

    SourceEdit* data_ = nullptr;
    QSpinBox* limit_ = nullptr;
    QSpinBox* heldOut_ = nullptr;
    SourceEdit* heldOutData_ = nullptr;
    QLineEdit* mean_ = nullptr;
    QLineEdit* std_ = nullptr;
    QCheckBox* resize_ = nullptr;
    QComboBox* head_ = nullptr;
    QComboBox* precision_ = nullptr;
    QComboBox* augmentation_ = nullptr;
    QSpinBox* epochs_ = nullptr;
    QSpinBox* threads_ = nullptr;
    QSpinBox* seed_ = nullptr;
};

}  // namespace exitscope::app
