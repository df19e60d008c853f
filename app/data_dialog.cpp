// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_dialog.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/fitting_area.h"
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
    auto* content = new QWidget(this);
    form_ = new DataForm(chooser, start, reading, content);
    preprocessing_ = new PreprocessingForm(preprocessing, std::move(model), std::move(images), content);
    auto* section = new gui::Section(QStringLiteral("preprocessingSection"), tr("Preprocessing"),
                                     tr("How images become the network's input"), preprocessing_, content);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 6, 0);
    column->setSpacing(14);
    column->addWidget(form_);
    column->addWidget(section);
    column->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(14);
    layout->addWidget(new FittingArea(content, this), 1);
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
