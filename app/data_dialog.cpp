// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_dialog.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/preprocessing_form.h"
#include "widgets/inspector/section.h"

namespace exitscope::app {

DataDialog::DataDialog(Prompts& chooser, const DataRequest& start, const dataset::OpenOptions& reading,
                       const dataset::PreprocessingChoice& preprocessing, ModelPtr model, dataset::DatasetPtr images,
                       QWidget* parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("dataDialog"));
    setWindowTitle(tr("Open data set"));
    form_ = new DataForm(chooser, start, reading, this);
    preprocessing_ = new PreprocessingForm(preprocessing, std::move(model), std::move(images), this);
    auto* section = new gui::Section(QStringLiteral("preprocessingSection"), tr("Preprocessing"),
                                     tr("How images become the network's input"), preprocessing_, this);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(14);
    layout->addWidget(form_);
    layout->addWidget(section);
    layout->addStretch(1);
    layout->addWidget(buttons);
    const auto check = [this, buttons] {
        buttons->button(QDialogButtonBox::Open)
            ->setEnabled(form_->request().complete() && preprocessing_->choice().has_value());
    };
    connect(form_, &DataForm::changed, this, check);
    connect(preprocessing_, &PreprocessingForm::changed, this, check);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

dataset::PreprocessingChoice DataDialog::preprocessing() const
{
    return preprocessing_->choice().value_or(dataset::PreprocessingChoice());
}

}  // namespace exitscope::app
