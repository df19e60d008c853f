// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_dialog.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace exitscope::app {

DataDialog::DataDialog(Prompts& chooser, const DataRequest& start, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("dataDialog"));
    setWindowTitle(tr("Open data set"));
    form_ = new DataForm(chooser, start, this);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(14);
    layout->addWidget(form_);
    layout->addWidget(buttons);
    const auto check = [this, buttons] {
        buttons->button(QDialogButtonBox::Open)->setEnabled(form_->request().complete());
    };
    connect(form_, &DataForm::changed, this, check);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

}  // namespace exitscope::app
