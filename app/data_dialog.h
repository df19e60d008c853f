// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "app/data_form.h"

namespace exitscope::app {

/// "Open data set": asks for a DataRequest.
class DataDialog : public QDialog {
    Q_OBJECT
public:
    DataDialog(Prompts& chooser, const DataRequest& start, QWidget* parent = nullptr);

    [[nodiscard]] DataRequest request() const { return form_->request(); }

private:
    DataForm* form_ = nullptr;
};

}  // namespace exitscope::app
