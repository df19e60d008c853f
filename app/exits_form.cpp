// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exits_form.h"

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

#include "app/number_list.h"
#include "app/source_edit.h"
#include "widgets/common/accessible.h"
#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

using gui::text;

constexpr exits::Augmentation augmentations[] = {exits::Augmentation::none, exits::Augmentation::flip,
                                                 exits::Augmentation::flip_shift};

/// What the box of precisions offers: the core's own choice, then single ones.
std::vector<std::vector<Precision>> precisionChoices()
{
    return {exits::AttachRequest().precisions, {fp32}, {{8, 8}}, {{6, 6}}, {{4, 4}}};
}

QString headTitle(exits::HeadKind kind)
{
    QString name = text(exits::name(kind));
    switch (kind) {
    case exits::HeadKind::linear: return ExitsForm::tr("%1: mean, classes").arg(name);
    case exits::HeadKind::mlp: return ExitsForm::tr("%1: mean, hidden layer").arg(name);
    case exits::HeadKind::grid2: return ExitsForm::tr("%1: 2 × 2 means, hidden layer").arg(name);
    case exits::HeadKind::grid4: return ExitsForm::tr("%1: 4 × 4 means, hidden layer").arg(name);
    case exits::HeadKind::conv: return ExitsForm::tr("%1: convolution, 4 × 4 means, hidden layer").arg(name);
    }
    return name;
}

QSpinBox* makeCount(const QString& name, const QString& accessibleName, int low, int high, int value, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(accessibleName);
    box->setRange(low, high);
    box->setValue(value);
    return box;
}

QLabel* makeCaption(const QString& words, QWidget* parent)
{
    auto* label = new QLabel(words, parent);
    label->setProperty("role", "caption");
    return label;
}

}  // namespace

ExitsForm::ExitsForm(Prompts& chooser, const model::MultiExitModel& backbone, const QString& source, QWidget* parent)
    : QWidget(parent)
{
    auto* dataGroup = new QGroupBox(tr("Images"), this);
    auto* trainingGroup = new QGroupBox(tr("Heads"), this);
    makeData(chooser, backbone, source, dataGroup);
    makeTraining(backbone, trainingGroup);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(dataGroup);
    layout->addWidget(trainingGroup);
    layout->addStretch(1);
}

void ExitsForm::makeData(Prompts& chooser, const model::MultiExitModel& backbone, const QString& source, QWidget* group)
{
    const exits::AttachRequest usual;
    auto* form = new QFormLayout(group);
    data_ = new SourceEdit(chooser, QStringLiteral("exitsData"), tr("Images to train on"), group);
    data_->setSource(source);
    data_->setHint(tr("labelled: a folder, a file, or a name such as fashion-mnist:train"));
    connect(data_, &SourceEdit::changed, this, &ExitsForm::changed);
    form->addRow(tr("&Train on"), data_);

    limit_ = makeCount(QStringLiteral("exitsLimit"), tr("First images to train on"), 0, 10'000'000, 0, group);
    limit_->setSpecialValueText(tr("all"));
    limit_->setSingleStep(1000);
    limit_->setGroupSeparatorShown(true);
    heldOut_ = makeCount(QStringLiteral("exitsHeldOut"), tr("Share of the images that is held out, in per cent"), 1, 99,
                         static_cast<int>(std::lround(100 * usual.held_out)), group);
    heldOut_->setSuffix(tr(" %"));
    heldOut_->setToolTip(tr("On these heads are chosen and training is stopped"));
    auto* sizes = new QHBoxLayout;
    sizes->addWidget(limit_);
    sizes->addSpacing(12);
    sizes->addWidget(new QLabel(tr("Held out"), group));
    sizes->addWidget(heldOut_);
    sizes->addStretch(1);
    form->addRow(tr("&First images"), sizes);
    if (auto* label = qobject_cast<QLabel*>(form->labelForField(sizes)))
        label->setBuddy(limit_);

    heldOutData_ =
        new SourceEdit(chooser, QStringLiteral("exitsHeldOutData"), tr("Held-out images of their own"), group);
    heldOutData_->setHint(tr("better: other images, which the network was not trained on"));
    connect(heldOutData_, &SourceEdit::changed, this,
            [this] { heldOut_->setEnabled(heldOutData_->source().isEmpty()); });
    form->addRow(tr("Hel&d-out set"), heldOutData_);

    const dataset::Preprocessing& input = backbone.preprocessing;
    const auto makeNumbers = [&](const QString& name, const QString& accessibleName, const std::vector<float>& known,
                                 const QString& otherwise) {
        auto* edit = new QLineEdit(group);
        edit->setObjectName(name);
        edit->setAccessibleName(accessibleName);
        edit->setPlaceholderText(backbone.preprocessing_known && !known.empty() ? joined(known) : otherwise);
        edit->setToolTip(tr("One number per channel, separated by commas, for pixels from 0 to 1"));
        return edit;
    };
    mean_ = makeNumbers(QStringLiteral("exitsMean"), tr("Mean per channel"), input.mean, QStringLiteral("0"));
    std_ =
        makeNumbers(QStringLiteral("exitsStd"), tr("Standard deviation per channel"), input.std, QStringLiteral("1"));
    auto* normalisation = new QHBoxLayout;
    normalisation->addWidget(mean_, 1);
    normalisation->addWidget(new QLabel(tr("Std"), group));
    normalisation->addWidget(std_, 1);
    form->addRow(tr("&Mean"), normalisation);
    if (auto* label = qobject_cast<QLabel*>(form->labelForField(normalisation)))
        label->setBuddy(mean_);
    resize_ = new QCheckBox(tr("Scale images of another size to %1 × %2").arg(input.height).arg(input.width), group);
    resize_->setObjectName(QStringLiteral("exitsResize"));
    resize_->setChecked(input.resize);
    resize_->setEnabled(!input.resize);  // the file's word cannot be taken back
    form->addRow(QString(), resize_);
    form->addRow(QString(),
                 makeCaption(backbone.preprocessing_known
                                 ? tr("Mean and std: the file states them; leave them empty to use these.")
                                 : tr("Mean and std: the file does not state how its images were normalised."),
                             group));
}

void ExitsForm::makeTraining(const model::MultiExitModel& backbone, QWidget* group)
{
    const exits::AttachRequest usual;
    auto* form = new QFormLayout(group);
    const auto makeBox = [&](const QString& name, const QString& accessibleName) {
        auto* box = new QComboBox(group);
        box->setObjectName(name);
        gui::nameBox(*box, accessibleName);
        return box;
    };
    head_ = makeBox(QStringLiteral("exitsHead"), tr("Kind of the heads"));
    head_->addItem(tr("auto: tries every kind at each exit"));
    for (const exits::HeadKind kind : exits::all_head_kinds)
        head_->addItem(headTitle(kind));
    form->addRow(tr("&Kind"), head_);

    precision_ = makeBox(QStringLiteral("exitsPrecision"), tr("Precision of the features"));
    for (const std::vector<Precision>& choice : precisionChoices()) {
        QStringList names;
        for (const Precision precision : choice)
            names << text(precision.name());
        precision_->addItem(names.size() > 1 ? tr("%1 in turn, as they will be met").arg(names.join(tr(" and ")))
                                             : names.front());
    }
    form->addRow(tr("Feat&ures"), precision_);

    augmentation_ = makeBox(QStringLiteral("exitsAugmentation"), tr("Augmentation"));
    augmentation_->addItem(tr("auto: %1").arg(text(exits::name(exits::usual_augmentation(backbone)))));
    for (const exits::Augmentation how : augmentations)
        augmentation_->addItem(text(exits::name(how)));
    form->addRow(tr("Au&gmentation"), augmentation_);

    epochs_ =
        makeCount(QStringLiteral("exitsEpochs"), tr("Passes over the images"), 1, 10000, usual.training.epochs, group);
    threads_ =
        makeCount(QStringLiteral("exitsThreads"), tr("Threads"), 0, 1024, static_cast<int>(usual.threads), group);
    threads_->setSpecialValueText(tr("all cores"));
    seed_ = makeCount(QStringLiteral("exitsSeed"), tr("Seed"), 0, std::numeric_limits<int>::max(),
                      static_cast<int>(usual.seed), group);
    auto* work = new QHBoxLayout;
    work->addWidget(epochs_);
    work->addSpacing(12);
    work->addWidget(new QLabel(tr("Threads"), group));
    work->addWidget(threads_);
    work->addSpacing(12);
    work->addWidget(new QLabel(tr("Seed"), group));
    work->addWidget(seed_);
    work->addStretch(1);
    form->addRow(tr("&Epochs"), work);
    if (auto* label = qobject_cast<QLabel*>(form->labelForField(work)))
        label->setBuddy(epochs_);
}

bool ExitsForm::hasData() const
{
    return !data_->source().isEmpty();
}

Expected<ExitsSettings> ExitsForm::settings() const
{
    ExitsSettings settings;
    settings.data = data_->source().toStdString();
    settings.heldOutData = heldOutData_->source().toStdString();
    settings.limit = static_cast<std::size_t>(limit_->value());
    auto mean = parseNumbers(tr("Mean"), mean_->text());
    if (!mean)
        return forward(mean);
    auto deviation = parseNumbers(tr("Standard deviation"), std_->text());
    if (!deviation)
        return forward(deviation);
    settings.open.preprocessing.mean = std::move(*mean);
    settings.open.preprocessing.std = std::move(*deviation);
    if (resize_->isChecked() && resize_->isEnabled())
        settings.open.preprocessing.resize = dataset::Resize();
    exits::AttachRequest& request = settings.request;
    request.held_out = heldOut_->value() / 100.0;
    if (head_->currentIndex() > 0)
        request.head = exits::all_head_kinds[head_->currentIndex() - 1];
    request.precisions = precisionChoices()[static_cast<std::size_t>(precision_->currentIndex())];
    if (augmentation_->currentIndex() > 0)
        request.augmentation = augmentations[augmentation_->currentIndex() - 1];
    request.training.epochs = epochs_->value();
    request.threads = static_cast<unsigned>(threads_->value());
    request.seed = static_cast<std::uint64_t>(seed_->value());
    return settings;
}

}  // namespace exitscope::app
