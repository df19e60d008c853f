// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reading_form.h"

#include <tuple>

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QSpinBox>

#include "widgets/common/accessible.h"

namespace exitscope::app {
namespace {

constexpr int largestOffset = 65'535;

}  // namespace

bool sameReading(const dataset::OpenOptions& a, const dataset::OpenOptions& b)
{
    const auto facts = [](const dataset::OpenOptions& one) {
        return std::tie(one.class_order, one.classes_file, one.class_map, one.labels_file, one.image_root,
                        one.label_offset, one.unreadable);
    };
    return facts(a) == facts(b);
}

ReadingForm::ReadingForm(Prompts& chooser, const dataset::OpenOptions& start, QWidget* parent)
    : QWidget(parent), start_(start)
{
    auto* rows = new QFormLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    order_ = new QComboBox(this);
    order_->setObjectName(QStringLiteral("classOrder"));
    gui::nameBox(*order_, tr("Numbers of class folders"));
    const std::pair<dataset::ClassOrder, QString> orders[] = {
        {dataset::ClassOrder::automatic, tr("automatic: by the model's names, else as text")},
        {dataset::ClassOrder::text, tr("as text: 1, 10, 2 (as torchvision)")},
        {dataset::ClassOrder::natural, tr("by their numbers: 1, 2, 10")},
        {dataset::ClassOrder::names, tr("by the model's class names")}};
    for (const auto& [order, title] : orders) {
        order_->addItem(title, static_cast<int>(order));
        if (order == start.class_order)
            order_->setCurrentIndex(order_->count() - 1);
    }
    connect(order_, &QComboBox::currentIndexChanged, this, &ReadingForm::changed);
    rows->addRow(tr("Class order"), order_);
    classes_ = makeSource(chooser, "classesFile", tr("Class names"), start.classes_file,
                          tr("one name per line, in order; those beside data or model are found"));
    rows->addRow(tr("Class names"), classes_);
    map_ = makeSource(chooser, "classMap", tr("Class map"), start.class_map, tr("CSV of lines from,to"));
    rows->addRow(tr("Class map"), map_);
    labels_ = makeSource(chooser, "labelsFile", tr("Labels"), start.labels_file,
                         tr("one label per image, instead of the data's own"));
    rows->addRow(tr("Labels"), labels_);
    root_ =
        makeSource(chooser, "imageRoot", tr("Folder of a list's images"), start.image_root,
                   tr("where the file names in a list start from; looked for near the list"), SourceEdit::Kind::folder);
    rows->addRow(tr("Images in"), root_);
    offset_ = new QSpinBox(this);
    offset_->setObjectName(QStringLiteral("labelOffset"));
    offset_->setAccessibleName(tr("Added to every label"));
    offset_->setRange(-largestOffset, largestOffset);
    offset_->setValue(static_cast<int>(start.label_offset));
    offset_->setToolTip(tr("-1 for labels that start at 1"));
    connect(offset_, &QSpinBox::valueChanged, this, &ReadingForm::changed);
    rows->addRow(tr("Label offset"), offset_);
    skip_ = new QCheckBox(tr("Leave out images that cannot be read, or that the network answers with NaN"), this);
    skip_->setObjectName(QStringLiteral("skipUnreadable"));
    skip_->setChecked(start.unreadable == dataset::Unreadable::skip);
    connect(skip_, &QCheckBox::toggled, this, &ReadingForm::changed);
    rows->addRow(QString(), skip_);
}

SourceEdit* ReadingForm::makeSource(Prompts& chooser, const char* name, const QString& title, const std::string& start,
                                    const QString& hint, SourceEdit::Kind kind)
{
    auto* edit = new SourceEdit(chooser, QLatin1String(name), title, this, kind);
    edit->setSource(QString::fromStdString(start));
    edit->setHint(hint);
    connect(edit, &SourceEdit::changed, this, &ReadingForm::changed);
    return edit;
}

dataset::OpenOptions ReadingForm::options() const
{
    dataset::OpenOptions options = start_;
    options.class_order = static_cast<dataset::ClassOrder>(order_->currentData().toInt());
    options.classes_file = classes_->source().toStdString();
    options.class_map = map_->source().toStdString();
    options.labels_file = labels_->source().toStdString();
    options.image_root = root_->source().toStdString();
    options.label_offset = offset_->value();
    options.unreadable = skip_->isChecked() ? dataset::Unreadable::skip : dataset::Unreadable::refuse;
    return options;
}

}  // namespace exitscope::app
