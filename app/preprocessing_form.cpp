// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/preprocessing_form.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "app/input_preview.h"
#include "app/number_list.h"
#include "core/network/dataset/preprocessing_text.h"
#include "widgets/common/accessible.h"
#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

using dataset::Preprocessing;
using gui::text;

template <class Value>
std::optional<Value> chosenIn(const QComboBox& box)
{
    if (box.currentIndex() == 0)
        return std::nullopt;
    return static_cast<Value>(box.currentData().toInt());
}

QString sizeText(const Preprocessing& how)
{
    if (!how.resize)
        return QStringLiteral("none");
    if (how.box == dataset::Extent())
        return QStringLiteral("input");
    const bool shorter = how.fit == dataset::Fit::crop && how.box.width == how.box.height;
    return shorter ? QString::number(how.box.width) : text(dataset::to_text(how.box));
}

QString numbersText(const std::vector<float>& numbers, const char* otherwise)
{
    return numbers.empty() ? QLatin1String(otherwise) : joined(numbers);
}

/// What the model says; without one a usual input, so that the fields can show something.
Preprocessing saidBy(const ModelPtr& model)
{
    if (model)
        return model->preprocessing;
    Preprocessing usual;
    usual.channels = 3;
    usual.height = usual.width = 224;
    return usual;
}

}  // namespace

PreprocessingForm::PreprocessingForm(const dataset::PreprocessingChoice& start, ModelPtr model,
                                     dataset::DatasetPtr images, QWidget* parent)
    : QWidget(parent), model_(std::move(model))
{
    setObjectName(QStringLiteral("preprocessingForm"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(18);
    auto* geometry = new QFormLayout;
    auto* values = new QFormLayout;
    addPreset(*geometry, start);
    addSizes(*geometry, start);
    addValues(*values, start);
    columns->addLayout(geometry, 1);
    columns->addLayout(values, 1);
    layout->addLayout(columns);
    source_ = new QLabel(this);
    source_->setObjectName(QStringLiteral("preprocessingSource"));
    source_->setProperty("role", "caption");
    source_->setWordWrap(true);
    layout->addWidget(source_);
    problem_ = new QLabel(this);
    problem_->setObjectName(QStringLiteral("inputProblem"));
    problem_->setProperty("role", "error");
    problem_->setWordWrap(true);
    layout->addWidget(problem_);
    preview_ = new InputPreview(std::move(images), this);
    layout->addWidget(preview_);
    refresh();
}

template <class Value>
QComboBox* PreprocessingForm::addChoice(QFormLayout& rows, const char* name, const QString& title,
                                        const std::vector<std::pair<Value, QString>>& values,
                                        const std::optional<Value>& chosen, Value Preprocessing::*said)
{
    auto* box = new QComboBox(this);
    box->setObjectName(QLatin1String(name));
    gui::nameBox(*box, QString(title).remove(QLatin1Char('&')));
    box->addItem(QString());
    for (const auto& [value, words] : values) {
        box->addItem(words, static_cast<int>(value));
        if (chosen == value)
            box->setCurrentIndex(box->count() - 1);
    }
    inherit_.emplace_back([this, box, values, said](const Preprocessing& base) {
        for (const auto& [value, words] : values)
            if (value == base.*said)
                box->setItemText(0, inherited(words));
    });
    connect(box, &QComboBox::currentIndexChanged, this, &PreprocessingForm::refresh);
    rows.addRow(title, box);
    return box;
}

QLineEdit* PreprocessingForm::addText(QFormLayout& rows, const char* name, const QString& title, const QString& start,
                                      const QString& toolTip, std::function<QString(const Preprocessing&)> said)
{
    auto* edit = new QLineEdit(start, this);
    edit->setObjectName(QLatin1String(name));
    edit->setAccessibleName(QString(title).remove(QLatin1Char('&')));
    edit->setToolTip(toolTip);
    inherit_.emplace_back([this, edit, said = std::move(said)](const Preprocessing& base) {
        edit->setPlaceholderText(inherited(said(base)));
    });
    connect(edit, &QLineEdit::textChanged, this, &PreprocessingForm::refresh);
    rows.addRow(title, edit);
    return edit;
}

void PreprocessingForm::addPreset(QFormLayout& rows, const dataset::PreprocessingChoice& start)
{
    preset_ = new QComboBox(this);
    preset_->setObjectName(QStringLiteral("presetBox"));
    gui::nameBox(*preset_, tr("Preset"));
    preset_->addItem(model_ && model_->preprocessing_known ? tr("none: as the model says")
                                                           : tr("none: nothing is known"));
    for (const dataset::Preset& preset : dataset::presets()) {
        preset_->addItem(text(std::string(preset.name)), text(std::string(preset.name)));
        preset_->setItemData(preset_->count() - 1, text(std::string(preset.title)), Qt::ToolTipRole);
        if (start.preset == preset.name)
            preset_->setCurrentIndex(preset_->count() - 1);
    }
    connect(preset_, &QComboBox::currentIndexChanged, this, &PreprocessingForm::refresh);
    rows.addRow(tr("&Preset"), preset_);
}

void PreprocessingForm::addSizes(QFormLayout& rows, const dataset::PreprocessingChoice& start)
{
    using enum dataset::Fit;
    using enum dataset::Filter;
    QString resize;
    if (start.resize)
        resize = !start.resize->on                        ? QStringLiteral("none")
                 : start.resize->box == dataset::Extent() ? QStringLiteral("input")
                 : start.resize->shorter_side             ? QString::number(start.resize->box.width)
                                                          : text(dataset::to_text(start.resize->box));
    resize_ = addText(rows, "resizeEdit", tr("Scale &to"), resize,
                      tr("256: the shorter side; 320x256: width x height; input: the network's input; none"), sizeText);
    crop_ = addText(rows, "cropEdit", tr("&Crop to"), start.crop ? text(dataset::to_text(*start.crop)) : QString(),
                    tr("224 or 320x224: the middle of the scaled image, of the size of the network's input"),
                    [](const Preprocessing& base) { return text(dataset::to_text(base.input())); });
    fit_ = addChoice<dataset::Fit>(rows, "fitBox", tr("&Other proportions"),
                                   {{stretch, tr("stretch")}, {crop, tr("crop")}, {pad, tr("pad with black")}},
                                   start.fit, &Preprocessing::fit);
    filter_ = addChoice<dataset::Filter>(rows, "filterBox", tr("&Filter"),
                                         {{bilinear, tr("bilinear")},
                                          {bicubic, tr("bicubic")},
                                          {nearest, tr("nearest")},
                                          {area, tr("area")},
                                          {lanczos, tr("Lanczos")}},
                                         start.filter, &Preprocessing::filter);
    antialias_ = addChoice<bool>(rows, "antialiasBox", tr("&Antialiasing"),
                                 {{true, tr("yes, as Pillow")}, {false, tr("no, as OpenCV")}}, start.antialias,
                                 &Preprocessing::antialias);
}

void PreprocessingForm::addValues(QFormLayout& rows, const dataset::PreprocessingChoice& start)
{
    using enum dataset::ChannelOrder;
    using enum dataset::ValueRange;
    order_ = addChoice<dataset::ChannelOrder>(rows, "channelsBox", tr("C&hannels"),
                                              {{rgb, tr("RGB")}, {bgr, tr("BGR")}, {gray, tr("grey")}}, start.order,
                                              &Preprocessing::order);
    range_ = addChoice<dataset::ValueRange>(
        rows, "rangeOfValues", tr("&Range"),
        {{unit, QStringLiteral("0..1")}, {bytes, QStringLiteral("0..255")}, {symmetric, QStringLiteral("-1..1")}},
        start.range, &Preprocessing::range);
    const QString toolTip = tr("One number, or one per channel separated by commas, in units of the range");
    mean_ = addText(rows, "inputMean", tr("&Mean"), start.mean ? joined(*start.mean) : QString(), toolTip,
                    [](const Preprocessing& base) { return numbersText(base.mean, "0"); });
    std_ = addText(rows, "inputStd", tr("Standard de&viation"), start.std ? joined(*start.std) : QString(), toolTip,
                   [](const Preprocessing& base) { return numbersText(base.std, "1"); });
    exif_ = addChoice<bool>(rows, "exifBox", tr("&EXIF orientation"), {{true, tr("apply")}, {false, tr("ignore")}},
                            start.upright, &Preprocessing::upright);
}

Expected<dataset::PreprocessingChoice> PreprocessingForm::choice() const
{
    dataset::PreprocessingChoice choice;
    if (preset_->currentIndex() > 0)
        choice.preset = preset_->currentData().toString().toStdString();
    const auto read = [](const QLineEdit& edit, const auto& parse, const QString& form, auto& into) -> Expected<void> {
        const QString words = edit.text().trimmed();
        if (words.isEmpty())
            return {};
        into = parse(words.toStdString());
        if (!into)
            return bad_input(edit.accessibleName().toStdString(), form.toStdString());
        return {};
    };
    if (auto done = read(*resize_, dataset::parse_resize, tr("is 256, 320x256, input or none"), choice.resize); !done)
        return forward(done);
    if (auto done = read(*crop_, dataset::parse_extent, tr("is 224 or 320x224"), choice.crop); !done)
        return forward(done);
    choice.fit = chosenIn<dataset::Fit>(*fit_);
    choice.filter = chosenIn<dataset::Filter>(*filter_);
    choice.antialias = chosenIn<bool>(*antialias_);
    choice.order = chosenIn<dataset::ChannelOrder>(*order_);
    choice.range = chosenIn<dataset::ValueRange>(*range_);
    choice.upright = chosenIn<bool>(*exif_);
    auto mean = parseNumbers(mean_->accessibleName(), mean_->text());
    if (!mean)
        return forward(mean);
    auto deviation = parseNumbers(std_->accessibleName(), std_->text());
    if (!deviation)
        return forward(deviation);
    choice.mean = std::move(*mean);
    choice.std = std::move(*deviation);
    return choice;
}

QString PreprocessingForm::inherited(const QString& words) const
{
    const bool said = preset_->currentIndex() > 0 || (model_ && model_->preprocessing_known);
    return said ? tr("as said: %1").arg(words) : tr("assumed: %1").arg(words);
}

dataset::Preprocessing PreprocessingForm::base() const
{
    const Preprocessing said = saidBy(model_);
    dataset::PreprocessingChoice preset;
    if (preset_->currentIndex() > 0)
        preset.preset = preset_->currentData().toString().toStdString();
    return dataset::apply(preset, said).value_or(said);
}

Expected<dataset::Preprocessing> PreprocessingForm::preprocessing() const
{
    auto chosen = choice();
    if (!chosen)
        return forward(chosen);
    return dataset::apply(*chosen, saidBy(model_));
}

void PreprocessingForm::refresh()
{
    if (!preview_)
        return;  // still being built
    const Preprocessing without = base();
    for (const Inherit& inherit : inherit_)
        inherit(without);
    const Expected<Preprocessing> how = preprocessing();
    const QString problem = how ? QString() : text(how.error().message());
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    QString source = tr("Fields that are left alone hold what the preset, else the model says.");
    if (model_ && !model_->preprocessing_source.empty())
        source = tr("Said by %1. ").arg(text(model_->preprocessing_source)) + source;
    source_->setText(source);
    preview_->show(how.value_or(without), problem);
    emit changed();
}

}  // namespace exitscope::app
