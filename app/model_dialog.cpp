// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_dialog.h"

#include <algorithm>
#include <array>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "app/source_edit.h"
#include "widgets/common/accessible.h"
#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

using gui::text;

constexpr std::array kinds{OutputKind::logits, OutputKind::probabilities};

struct Candidate {
    std::string name;  ///< of an exit
    bool chosen = false;
    std::string reason;  ///< why it is no exit now
};

/// What may be an exit: every output, and every part of one that is a stack.
std::vector<Candidate> candidates(const model::MultiExitModel& model)
{
    std::vector<Candidate> found;
    for (const model::FileOutput& output : model.outputs) {
        const auto add = [&](const std::string& name) {
            const bool chosen = std::find(output.exits.begin(), output.exits.end(), name) != output.exits.end();
            found.push_back({name, chosen, chosen ? std::string() : output.reason});
        };
        if (!output.stack_axis) {
            add(output.name);
            continue;
        }
        for (std::int64_t part = 1; part <= output.shape[*output.stack_axis]; ++part)
            add(output.name + "." + std::to_string(part));
    }
    return found;
}

QString joinedNames(const std::vector<std::string>& names)
{
    QStringList words;
    for (const std::string& name : names)
        words << text(name);
    return words.join(QStringLiteral(", "));
}

}  // namespace

ModelDialog::ModelDialog(Prompts& chooser, const ModelRequest& start, ModelPtr open, QWidget* parent)
    : QDialog(parent), start_(start), open_(std::move(open))
{
    setObjectName(QStringLiteral("modelDialog"));
    setWindowTitle(tr("Model options"));
    auto* rows = new QFormLayout;
    file_ = new SourceEdit(chooser, QStringLiteral("modelFile"), tr("Model"), this, SourceEdit::Kind::model);
    file_->setMinimumWidth(460);
    file_->setSource(start.path);
    rows->addRow(tr("Model"), file_);
    rows->addRow(tr("Exits"), makeExits());
    kind_ = new QComboBox(this);
    kind_->setObjectName(QStringLiteral("outputKind"));
    gui::nameBox(*kind_, tr("What the exits hold"));
    kind_->addItem(tr("automatic: by the network's end, else by their values"));
    kind_->addItem(tr("logits: softmax makes them probabilities"));
    kind_->addItem(tr("probabilities"));
    for (std::size_t k = 0; k < kinds.size(); ++k)
        if (start.how.outputs == kinds[k])
            kind_->setCurrentIndex(static_cast<int>(k) + 1);
    rows->addRow(tr("Outputs hold"), kind_);
    size_ = new QLineEdit(this);
    size_->setObjectName(QStringLiteral("inputSize"));
    size_->setAccessibleName(tr("Height and width of the input"));
    size_->setPlaceholderText(tr("224x224: height and width, where the file leaves them open"));
    if (start.how.input_size)
        size_->setText(QStringLiteral("%1x%2").arg(start.how.input_size->height).arg(start.how.input_size->width));
    rows->addRow(tr("Input size"), size_);
    training_ = new QCheckBox(tr("Take a model in training mode, and run it in inference mode"), this);
    training_->setObjectName(QStringLiteral("allowTrainingMode"));
    training_->setChecked(start.how.allow_training_mode);
    rows->addRow(QString(), training_);
    problem_ = new QLabel(this);
    problem_->setProperty("role", "error");
    problem_->setWordWrap(true);
    buttons_ = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addLayout(rows);
    layout->addWidget(problem_);
    layout->addWidget(buttons_);
    connect(file_, &SourceEdit::changed, this, &ModelDialog::listOutputs);
    connect(file_, &SourceEdit::changed, this, &ModelDialog::check);
    connect(size_, &QLineEdit::textChanged, this, &ModelDialog::check);
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    listOutputs();
    check();
}

/// The names, and beside them the outputs of the open model to tick.
QWidget* ModelDialog::makeExits()
{
    auto* parts = new QWidget(this);
    auto* column = new QVBoxLayout(parts);
    column->setContentsMargins(0, 0, 0, 0);
    exits_ = new QLineEdit(joinedNames(start_.how.exits), parts);
    exits_->setObjectName(QStringLiteral("exitNames"));
    exits_->setAccessibleName(tr("Outputs that are exits"));
    exits_->setPlaceholderText(tr("outputs, separated by commas; left empty they are chosen by their form"));
    outputs_ = new QListWidget(parts);
    outputs_->setObjectName(QStringLiteral("exitOutputs"));
    outputs_->setAccessibleName(tr("Outputs of the open model"));
    column->addWidget(exits_);
    column->addWidget(outputs_);
    connect(exits_, &QLineEdit::textEdited, this, &ModelDialog::markTicks);
    connect(outputs_, &QListWidget::itemChanged, this, &ModelDialog::takeTicks);
    return parts;
}

void ModelDialog::listOutputs()
{
    const QSignalBlocker quiet(outputs_);
    outputs_->clear();
    const bool same = open_ && QFileInfo(file_->source()) == QFileInfo(text(open_->path.string()));
    if (same)
        for (const Candidate& candidate : candidates(*open_)) {
            auto* item = new QListWidgetItem(text(candidate.name), outputs_);
            item->setData(Qt::UserRole, text(candidate.name));
            if (!candidate.reason.empty())
                item->setText(tr("%1 (%2)").arg(text(candidate.name), text(candidate.reason)));
            item->setCheckState(candidate.chosen ? Qt::Checked : Qt::Unchecked);
        }
    outputs_->setVisible(outputs_->count() > 0);
    constexpr int mostRows = 8;
    outputs_->setFixedHeight(std::min(outputs_->count(), mostRows) * std::max(outputs_->sizeHintForRow(0), 1) +
                             2 * outputs_->frameWidth() + 4);
}

void ModelDialog::takeTicks()
{
    std::vector<std::string> names;
    for (int row = 0; row < outputs_->count(); ++row)
        if (outputs_->item(row)->checkState() == Qt::Checked)
            names.push_back(outputs_->item(row)->data(Qt::UserRole).toString().toStdString());
    exits_->setText(joinedNames(names));
}

void ModelDialog::markTicks()
{
    const QSignalBlocker quiet(outputs_);
    const std::vector<std::string> names = exits();
    for (int row = 0; row < outputs_->count(); ++row) {
        const std::string name = outputs_->item(row)->data(Qt::UserRole).toString().toStdString();
        const bool named = std::find(names.begin(), names.end(), name) != names.end();
        outputs_->item(row)->setCheckState(named ? Qt::Checked : Qt::Unchecked);
    }
}

std::vector<std::string> ModelDialog::exits() const
{
    std::vector<std::string> names;
    for (const QString& name : exits_->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
        if (!name.trimmed().isEmpty())
            names.push_back(name.trimmed().toStdString());
    return names;
}

void ModelDialog::check()
{
    const QString size = size_->text().trimmed();
    const bool readable = size.isEmpty() || model::parse_image_size(size.toStdString());
    problem_->setText(readable ? QString() : tr("The input size is a height and a width in pixels, like 224x224."));
    problem_->setVisible(!readable);
    buttons_->button(QDialogButtonBox::Open)->setEnabled(readable && !file_->source().isEmpty());
}

ModelRequest ModelDialog::request() const
{
    ModelRequest request;
    request.path = file_->source();
    request.how.exits = exits();
    if (kind_->currentIndex() > 0)
        request.how.outputs = kinds[static_cast<std::size_t>(kind_->currentIndex()) - 1];
    request.how.input_size = model::parse_image_size(size_->text().trimmed().toStdString());
    request.how.allow_training_mode = training_->isChecked();
    if (QFileInfo(request.path) == QFileInfo(start_.path))
        request.how.preprocessing = start_.how.preprocessing;
    return request;
}

}  // namespace exitscope::app
