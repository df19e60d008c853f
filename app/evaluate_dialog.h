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

/// How to evaluate: precisions, schedule, calibration, sizes, data; says how many states that makes.
class EvaluateDialog : public QDialog {
    Q_OBJECT
public:
    /// `exits` is 0 when no model is open yet.
    EvaluateDialog(Prompts& chooser, const EvaluateSettings& settings, const DataRequest& data, std::size_t exits,
                   QWidget* parent = nullptr);

    [[nodiscard]] EvaluateSettings settings() const;
    [[nodiscard]] DataRequest data() const { return form_->request(); }

private:
    void estimate();

    EvaluateSettings start_;
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
    QLabel* states_ = nullptr;
    QDialogButtonBox* buttons_ = nullptr;
};

}  // namespace exitscope::app
