// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QWidget>

#include "app/tasks.h"
#include "core/network/dataset/preprocessing_choice.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace exitscope::app {

class InputPreview;

/// How images become the network's input: a preset, and what is to differ from it or from what the model says. A field
/// that is left alone shows what holds without it.
class PreprocessingForm : public QWidget {
    Q_OBJECT
public:
    /// `model` may be null (none is open yet), as may `images` (no picture is shown).
    PreprocessingForm(const dataset::PreprocessingChoice& start, ModelPtr model, dataset::DatasetPtr images,
                      QWidget* parent = nullptr);

    /// What the fields say. Error: a field that cannot be read, named.
    [[nodiscard]] Expected<dataset::PreprocessingChoice> choice() const;
    /// Error: the fields cannot be read, or make no sense for the model.
    [[nodiscard]] Expected<dataset::Preprocessing> preprocessing() const;

signals:
    void changed();

private:
    /// Shows in a field that is left alone what holds without it.
    using Inherit = std::function<void(const dataset::Preprocessing&)>;

    template <class Value>
    QComboBox* addChoice(QFormLayout& rows, const char* name, const QString& title,
                         const std::vector<std::pair<Value, QString>>& values, const std::optional<Value>& chosen,
                         Value dataset::Preprocessing::*said);
    QLineEdit* addText(QFormLayout& rows, const char* name, const QString& title, const QString& start,
                       const QString& toolTip, std::function<QString(const dataset::Preprocessing&)> said);
    void addPreset(QFormLayout& rows, const dataset::PreprocessingChoice& start);
    void addSizes(QFormLayout& rows, const dataset::PreprocessingChoice& start);
    void addValues(QFormLayout& rows, const dataset::PreprocessingChoice& start);
    [[nodiscard]] dataset::Preprocessing base() const;
    /// What a field shows that is left alone.
    [[nodiscard]] QString inherited(const QString& words) const;
    void refresh();

    ModelPtr model_;
    std::vector<Inherit> inherit_;
    QComboBox* preset_ = nullptr;
    QLineEdit* resize_ = nullptr;
    QLineEdit* crop_ = nullptr;
    QComboBox* fit_ = nullptr;
    QComboBox* filter_ = nullptr;
    QComboBox* antialias_ = nullptr;
    QComboBox* order_ = nullptr;
    QComboBox* range_ = nullptr;
    QComboBox* exif_ = nullptr;
    QLineEdit* mean_ = nullptr;
    QLineEdit* std_ = nullptr;
    QLabel* source_ = nullptr;
    QLabel* problem_ = nullptr;
    InputPreview* preview_ = nullptr;
};

}  // namespace exitscope::app
