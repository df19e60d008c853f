// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_form.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QRadioButton>

#include "app/reading_form.h"
#include "app/source_edit.h"
#include "widgets/common/decimal_box.h"
#include "widgets/inspector/section.h"

namespace exitscope::app {

DataForm::DataForm(Prompts& chooser, const DataRequest& start, const dataset::OpenOptions& reading, QWidget* parent)
    : QWidget(parent), chooser_(chooser)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    together_ = new QRadioButton(tr("One source: its own splits, or split at random"), this);
    together_->setObjectName(QStringLiteral("dataTogether"));
    apart_ = new QRadioButton(tr("Two sources"), this);
    apart_->setObjectName(QStringLiteral("dataApart"));

    grid->addWidget(together_, 0, 0, 1, 2);
    auto* wholeLabel = new QLabel(tr("Source"), this);
    whole_ = makeSource(QStringLiteral("dataWhole"), tr("Source of both splits"), grid, 1, wholeLabel);
    auto* fractionLabel = new QLabel(tr("Fit share"), this);
    fraction_ = new gui::DecimalBox(this);
    fraction_->setObjectName(QStringLiteral("dataFraction"));
    fraction_->setAccessibleName(tr("Share of the samples to fit on, in per cent"));
    fraction_->setRange(1, 99);
    fraction_->setDecimals(0);
    fraction_->setSuffix(tr(" %"));
    fraction_->setToolTip(tr("Only for a source without splits of its own"));
    auto* fractionRow = new QHBoxLayout;
    fractionRow->addWidget(fraction_);
    fractionRow->addStretch(1);
    grid->addWidget(fractionLabel, 2, 0);
    grid->addLayout(fractionRow, 2, 1);
    grid->addWidget(apart_, 3, 0, 1, 2);
    auto* fitLabel = new QLabel(tr("Fit"), this);
    fit_ = makeSource(QStringLiteral("dataFit"), tr("Data to fit on"), grid, 4, fitLabel);
    auto* testLabel = new QLabel(tr("Test"), this);
    test_ = makeSource(QStringLiteral("dataTest"), tr("Data to test on"), grid, 5, testLabel);
    auto* hint =
        new QLabel(tr("A folder, a file, or a name such as fashion-mnist:fit. Fit on images that the model was "
                      "not trained on, or predicted errors will be too low."),
                   this);
    hint->setProperty("role", "caption");
    hint->setWordWrap(true);
    hint->setMinimumHeight(3 * hint->fontMetrics().lineSpacing());  // a grid asks no label for its wrapped height
    grid->addWidget(hint, 6, 0, 1, 2);
    reading_ = new ReadingForm(chooser, reading, this);
    connect(reading_, &ReadingForm::changed, this, &DataForm::changed);
    grid->addWidget(new gui::Section(QStringLiteral("readingSection"), tr("Labels and damaged images"),
                                     tr("How labels are read where the files leave a choice"), reading_, this),
                    7, 0, 1, 2);

    (start.together ? together_ : apart_)->setChecked(true);
    whole_->setSource(start.whole);
    fit_->setSource(start.fit);
    test_->setSource(start.test);
    fraction_->setValue(100 * start.fitFraction);
    const auto enable = [this, wholeLabel, fractionLabel, fitLabel, testLabel] {
        const bool one = together_->isChecked();
        for (QWidget* widget : {static_cast<QWidget*>(whole_), static_cast<QWidget*>(fraction_),
                                static_cast<QWidget*>(wholeLabel), static_cast<QWidget*>(fractionLabel)})
            widget->setEnabled(one);
        for (QWidget* widget : {static_cast<QWidget*>(fit_), static_cast<QWidget*>(test_),
                                static_cast<QWidget*>(fitLabel), static_cast<QWidget*>(testLabel)})
            widget->setEnabled(!one);
        emit changed();
    };
    connect(together_, &QRadioButton::toggled, this, enable);
    for (SourceEdit* edit : {whole_, fit_, test_}) {
        connect(edit, &SourceEdit::changed, this, &DataForm::changed);
        connect(edit, &SourceEdit::picked, this,
                [this, edit] { (edit == whole_ ? together_ : apart_)->setChecked(true); });
    }
    connect(fraction_, &QDoubleSpinBox::valueChanged, this, &DataForm::changed);
    enable();
}

DataRequest DataForm::request() const
{
    return {together_->isChecked(), whole_->source(), fraction_->value() / 100, fit_->source(), test_->source()};
}

dataset::OpenOptions DataForm::reading() const
{
    return reading_->options();
}

SourceEdit* DataForm::makeSource(const QString& name, const QString& accessibleName, QGridLayout* grid, int row,
                                 QWidget* label)
{
    auto* edit = new SourceEdit(chooser_, name, accessibleName, this);
    edit->setMinimumWidth(370);
    grid->addWidget(label, row, 0);
    grid->addWidget(edit, row, 1);
    return edit;
}

}  // namespace exitscope::app
