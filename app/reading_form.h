// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "app/source_edit.h"
#include "core/network/dataset/dataset.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace exitscope::app {

class Prompts;

/// Whether data is read in the same way; the model whose classes number the labels does not count.
[[nodiscard]] bool sameReading(const dataset::OpenOptions& a, const dataset::OpenOptions& b);

/// How labels and class names of a data set are read where its files leave a choice, and what happens to images that
/// cannot be read.
class ReadingForm : public QWidget {
    Q_OBJECT
public:
    ReadingForm(Prompts& chooser, const dataset::OpenOptions& start, QWidget* parent = nullptr);

    /// The options that the form started with, with what its fields say.
    [[nodiscard]] dataset::OpenOptions options() const;

signals:
    void changed();

private:
    SourceEdit* makeSource(Prompts& chooser, const char* name, const QString& title, const std::string& start,
                           const QString& hint, SourceEdit::Kind kind = SourceEdit::Kind::table);

    dataset::OpenOptions start_;
    QComboBox* order_ = nullptr;
    SourceEdit* classes_ = nullptr;
    SourceEdit* map_ = nullptr;
    SourceEdit* labels_ = nullptr;
    SourceEdit* root_ = nullptr;
    QSpinBox* offset_ = nullptr;
    QCheckBox* skip_ = nullptr;
};

}  // namespace exitscope::app
