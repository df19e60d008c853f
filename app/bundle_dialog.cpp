// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bundle_dialog.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/job_bar.h"
#include "app/prompts.h"
#include "core/deploy/evaluate/reopen.h"
#include "widgets/common/accessible.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"

namespace exitscope::app {
namespace {

constexpr int leastWidth = 620;
constexpr Lane writeLane{"write"};

Expected<bundle::Written> writeBundle(const BundleDialog::Point& point, const std::string& model,
                                      const std::string& folder, bundle::Form form, Progress& progress)
{
    progress.begin("Reading the model", 0);
    const Expected<model::MultiExitModel> opened = evaluate::reopen_model(point.policy.analysis->measured(), model);
    if (!opened)
        return tl::unexpected<Error>(opened.error());
    return bundle::write_bundle(*opened, point.policy, point.decisions, folder, form, &progress);
}

}  // namespace

BundleDialog::BundleDialog(Prompts& chooser, Point point, QWidget* parent)
    : QDialog(parent), chooser_(chooser), point_(std::move(point))
{
    setObjectName(QStringLiteral("bundleDialog"));
    setWindowTitle(tr("Export the operating point"));
    setMinimumWidth(leastWidth);
    auto* title = new QLabel(point_.title, this);
    title->setProperty("role", "figure");
    auto* what = new QLabel(tr("Written are: an ONNX file for every stage and precision in use, policy.json with its "
                               "schema, a driver for Node.js (run.js), one in C++ on this program's engine (run.cpp) "
                               "and a README. With run.js the folder runs in ONNX Runtime without this program."),
                            this);
    what->setWordWrap(true);
    what->setProperty("role", "caption");
    auto* form = new QFormLayout;
    form->addRow(tr("&Model of the run"),
                 makeField(model_, "bundleModel", tr("Model of the run"), point_.model, false));
    form->addRow(tr("New &folder"), makeField(folder_, "bundleFolder", tr("New folder"), point_.folder, true));
    for (QLineEdit* edit : {model_, folder_})
        if (auto* label = qobject_cast<QLabel*>(form->labelForField(edit->parentWidget())))
            label->setBuddy(edit);
    exact_ = new QCheckBox(tr("&The same answers in every runtime"), this);
    exact_->setObjectName(QStringLiteral("bundleExact"));
    exact_->setToolTip(tr("Layers are written as whole numbers, which every runtime rounds exactly like this program; "
                          "other programs then run them in float. Else as quantized layers (QDQ), which they can run "
                          "on integers, with a few answers in a hundred that differ in deep networks."));
    form->addRow(QString(), exact_);
    message_ = new gui::MessageBar(this);
    message_->hide();
    connect(message_, &gui::MessageBar::presented, message_, &QWidget::show);
    connect(message_, &gui::MessageBar::dismissed, message_, &QWidget::hide);
    result_ = new QLabel(this);
    result_->setObjectName(QStringLiteral("bundleResult"));
    result_->setWordWrap(true);
    gui::makeSelectable(*result_);
    jobBar_ = new JobBar(nullptr, this);
    write_ = new QPushButton(tr("Write"), this);
    write_->setObjectName(QStringLiteral("bundleWrite"));
    write_->setProperty("primary", true);
    write_->setDefault(true);
    close_ = new QPushButton(tr("Close"), this);
    close_->setObjectName(QStringLiteral("bundleClose"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(jobBar_, 1);
    buttons->addStretch(1);
    buttons->addWidget(close_);
    buttons->addWidget(write_);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(title);
    layout->addWidget(what);
    layout->addLayout(form);
    layout->addWidget(message_);
    layout->addWidget(result_);
    layout->addStretch(1);
    layout->addLayout(buttons);

    connect(write_, &QPushButton::clicked, this, &BundleDialog::write);
    connect(close_, &QPushButton::clicked, this, [this] {
        if (jobs_.busy())
            jobs_.cancelAll();
        else
            reject();
    });
    connect(&jobs_, &Jobs::statusChanged, this, [this](const JobStatus& status) {
        jobBar_->setStatus(status);
        refresh();
    });
    connect(&jobs_, &Jobs::failed, this,
            [this](const QString&, const Error& error) { message_->showError(gui::text(error.message())); });
    refresh();
}

BundleDialog::~BundleDialog()
{
    jobs_.cancelAndWait();
}

QWidget* BundleDialog::makeField(QLineEdit*& edit, const char* name, const QString& accessibleName,
                                 const QString& value, bool folder)
{
    auto* field = new QWidget(this);
    edit = new QLineEdit(value, field);
    edit->setObjectName(QLatin1String(name));
    edit->setAccessibleName(accessibleName);
    auto* choose = new QToolButton(field);
    choose->setText(tr("Choose..."));
    choose->setAccessibleName(tr("%1: choose").arg(accessibleName));
    auto* row = new QHBoxLayout(field);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(edit, 1);
    row->addWidget(choose);
    connect(choose, &QToolButton::clicked, this, [this, edit, accessibleName, folder] {
        const QString path = folder
                                 ? chooser_.openDirectory(this, accessibleName)
                                 : chooser_.openFile(this, accessibleName, tr("ONNX models (*.onnx);;All files (*)"));
        if (!path.isEmpty())
            edit->setText(path);
    });
    connect(edit, &QLineEdit::textChanged, this, &BundleDialog::refresh);
    return field;
}

void BundleDialog::refresh()
{
    if (!write_)
        return;  // still being built
    const bool busy = jobs_.busy();
    write_->setEnabled(!busy && !model_->text().trimmed().isEmpty() && !folder_->text().trimmed().isEmpty());
    close_->setText(busy ? tr("Cancel") : tr("Close"));
    model_->setEnabled(!busy);
    folder_->setEnabled(!busy);
    exact_->setEnabled(!busy);
}

void BundleDialog::write()
{
    message_->dismiss();
    result_->clear();
    const QString folder = folder_->text().trimmed();
    jobs_.start<bundle::Written>(
        writeLane, tr("Writing the bundle"),
        [point = point_, model = model_->text().trimmed().toStdString(), path = folder.toStdString(),
         form = exact_->isChecked() ? bundle::Form::exact : bundle::Form::qdq](Progress& progress) {
            return writeBundle(point, model, path, form, progress);
        },
        [this, folder](const bundle::Written& done) {
            QStringList files;
            for (const std::string& file : done.files)
                files << gui::text(file);
            result_->setText(tr("%1 files, %2 bytes in %3:\n%4")
                                 .arg(files.size())
                                 .arg(gui::count(done.bytes), folder, files.join(QStringLiteral(", "))));
            emit written(folder);
        });
}

}  // namespace exitscope::app
