// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "app/data_form.h"
#include "app/tasks.h"

namespace exitscope::app {

class PreprocessingForm;

/// "Open data set": asks for a DataRequest, how it is read, and how its images become the network's input.
class DataDialog : public QDialog {
    Q_OBJECT
public:
    /// `images` are those that are open now, for the picture of what the network sees; `model` and `images` may be
    /// null.
    DataDialog(Prompts& chooser, const DataRequest& start, const dataset::OpenOptions& reading,
               const dataset::PreprocessingChoice& preprocessing, ModelPtr model, dataset::DatasetPtr images,
               QWidget* parent = nullptr);

    [[nodiscard]] DataRequest request() const { return form_->request(); }
    [[nodiscard]] dataset::OpenOptions reading() const { return form_->reading(); }
    /// Nothing where the fields cannot be read; then the dialog cannot be accepted.
    [[nodiscard]] dataset::PreprocessingChoice preprocessing() const;

private:
    DataForm* form_ = nullptr;
    PreprocessingForm* preprocessing_ = nullptr;
};

}  // namespace exitscope::app
