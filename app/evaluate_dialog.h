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
class QSpinBox;

namespace exitscope::app {

class PreprocessingForm;

/// Settings of an evaluation: precisions, schedule, calibration, sizes, data; shows the resulting number of states.
class EvaluateDialog : public QDialog {
    Q_OBJECT
public:
    /// `model` is null when none is open yet, as are `images`, of which one is shown as the network sees it.
    EvaluateDialog(Prompts& chooser, const EvaluateSettings& settings, const DataRequest& data,
                   const dataset::OpenOptions& reading, ModelPtr model, dataset::DatasetPtr images,
                   QWidget* parent = nullptr);

    [[nodiscard]] EvaluateSettings settings() const;
    [[nodiscard]] DataRequest data() const { return form_->request(); }
    [[nodiscard]] dataset::OpenOptions reading() const { return form_->reading(); }

private:
    [[nodiscard]] QWidget* makeTree(const evaluate::EvaluateOptions& options);
    [[nodiscard]] QWidget* makePrecisions(const evaluate::EvaluateOptions& options, QWidget* parent);
    [[nodiscard]] QWidget* makeData(Prompts& chooser, const DataRequest& data, const dataset::OpenOptions& reading);
    [[nodiscard]] QWidget* makePreprocessing(const EvaluateSettings& settings, dataset::DatasetPtr images);
    [[nodiscard]] QWidget* makeWork(const EvaluateSettings& settings);
    [[nodiscard]] QLayout* makeSizes(const evaluate::EvaluateOptions& options, QWidget* parent);
    void estimate();

    EvaluateSettings start_;
    ModelPtr model_;
    std::size_t exits_;
    std::vector<std::pair<Precision, QCheckBox*>> precisions_;
    QComboBox* schedule_ = nullptr;
    QComboBox* range_ = nullptr;
    QComboBox* weights_ = nullptr;
    QSpinBox* calibrationSamples_ = nullptr;
    QSpinBox* limit_ = nullptr;
    QSpinBox* batch_ = nullptr;
    QSpinBox* threads_ = nullptr;
    QSpinBox* seed_ = nullptr;
    DataForm* form_ = nullptr;
    PreprocessingForm* preprocessing_ = nullptr;
    QLabel* states_ = nullptr;
    QDialogButtonBox* buttons_ = nullptr;
};

}  // namespace exitscope::app
