// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QDialog>

#include "app/data_form.h"
#include "app/tasks.h"

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace exitscope::app {

/// Settings of an evaluation: precisions, schedule, calibration, sizes, data; shows the resulting number of states.
class EvaluateDialog : public QDialog {
    Q_OBJECT
public:
    /// `model` is null when none is open yet.
    EvaluateDialog(Prompts& chooser, const EvaluateSettings& settings, const DataRequest& data, ModelPtr model,
                   QWidget* parent = nullptr);

    [[nodiscard]] EvaluateSettings settings() const;
    [[nodiscard]] DataRequest data() const { return form_->request(); }

private:
    [[nodiscard]] QWidget* makeTree(const evaluate::EvaluateOptions& options);
    [[nodiscard]] QWidget* makePrecisions(const evaluate::EvaluateOptions& options, QWidget* parent);
    [[nodiscard]] QWidget* makeData(Prompts& chooser, const EvaluateSettings& settings, const DataRequest& data);
    [[nodiscard]] QWidget* makeWork(const EvaluateSettings& settings);
    [[nodiscard]] QLayout* makeSizes(const evaluate::EvaluateOptions& options, QWidget* parent);
    QWidget* makeInput(const EvaluateSettings& settings);
    void estimate();

    EvaluateSettings start_;
    ModelPtr model_;
    std::size_t exits_;
    std::vector<std::pair<Precision, QCheckBox*>> precisions_;
    QComboBox* schedule_ = nullptr;
    QComboBox* range_ = nullptr;
    QSpinBox* calibrationSamples_ = nullptr;
    QSpinBox* limit_ = nullptr;
    QSpinBox* batch_ = nullptr;
    QSpinBox* threads_ = nullptr;
    QSpinBox* seed_ = nullptr;
    DataForm* form_ = nullptr;
    QLineEdit* mean_ = nullptr;
    QLineEdit* std_ = nullptr;
    QLabel* inputProblem_ = nullptr;
    QLabel* states_ = nullptr;
    QDialogButtonBox* buttons_ = nullptr;
};

}  // namespace exitscope::app
