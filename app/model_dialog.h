// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "app/inputs.h"

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QListWidget;

namespace exitscope::app {

class Prompts;
class SourceEdit;

/// "Model options": a model file and how it is read, where the file leaves a choice or is refused without one.
class ModelDialog : public QDialog {
    Q_OBJECT
public:
    /// `start` is the model that was asked for last; `open` the one that is open, whose outputs are listed while the
    /// file is the same; it may be null.
    ModelDialog(Prompts& chooser, const ModelRequest& start, ModelPtr open, QWidget* parent = nullptr);

    /// With the preprocessing that the dialog started with, if the file is the same.
    [[nodiscard]] ModelRequest request() const;

private:
    [[nodiscard]] QWidget* makeExits();
    void listOutputs();
    void takeTicks();
    void markTicks();
    [[nodiscard]] std::vector<std::string> exits() const;
    void check();

    ModelRequest start_;
    ModelPtr open_;
    SourceEdit* file_ = nullptr;
    QLineEdit* exits_ = nullptr;
    QListWidget* outputs_ = nullptr;
    QComboBox* kind_ = nullptr;
    QLineEdit* size_ = nullptr;
    QCheckBox* training_ = nullptr;
    QLabel* problem_ = nullptr;
    QDialogButtonBox* buttons_ = nullptr;
};

}  // namespace exitscope::app
