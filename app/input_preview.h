// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "app/input_picture.h"
#include "widgets/common/latest.h"

class QLabel;
class QSpinBox;

namespace exitscope::app {

/// One image of a data set, as it is stored and as the network sees it; computed in a worker thread.
class InputPreview : public QWidget {
    Q_OBJECT
public:
    /// `images` may be null: then it says how to get a picture.
    explicit InputPreview(dataset::DatasetPtr images, QWidget* parent = nullptr);

    /// Nothing is shown but the sentence when there is a `problem`.
    void show(const dataset::Preprocessing& how, const QString& problem);

private:
    void refresh();
    void present(const InputPicture& picture);

    dataset::DatasetPtr images_;
    dataset::Preprocessing how_;
    QSpinBox* index_ = nullptr;
    QLabel* stored_ = nullptr;
    QLabel* seen_ = nullptr;
    QLabel* caption_ = nullptr;
    gui::Latest<InputPicture> work_;
};

}  // namespace exitscope::app
