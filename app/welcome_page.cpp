// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/welcome_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace exitscope::app {
namespace {

constexpr int pageWidth = 760;
constexpr int iconSide = 56;

QPushButton* makeButton(const QString& label, const QString& name, const QString& what, QWidget* parent)
{
    auto* button = new QPushButton(label, parent);
    button->setObjectName(name);
    button->setAccessibleDescription(what);
    button->setToolTip(what);
    button->setMinimumHeight(34);
    return button;
}

QLabel* makeLabel(const QString& text, const char* role, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", role);
    return label;
}

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("welcomePage"));
    auto* columns = new QHBoxLayout;
    columns->setSpacing(28);
    columns->addLayout(makeStart(), 2);
    columns->addLayout(makeRecent(), 3);
    auto* drop = makeLabel(tr("Drop a model (.onnx), a run (.exr), a folder or images anywhere in this window."),
                           "caption", this);
    drop->setObjectName(QStringLiteral("dropZone"));
    drop->setAlignment(Qt::AlignCenter);
    drop->setMinimumHeight(72);

    auto* page = new QWidget(this);
    page->setMaximumWidth(pageWidth);
    page->setMaximumHeight(460);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(24);
    column->addLayout(makeHead());
    column->addLayout(columns, 1);
    column->addWidget(drop);
    auto* centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addWidget(page, 8);
    centred->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->addStretch(1);
    layout->addLayout(centred, 6);
    layout->addStretch(2);
    setRecent({});
}

QLayout* WelcomePage::makeHead()
{
    auto* mark = new QLabel(this);
    mark->setPixmap(
        QIcon(QStringLiteral(":/icons/exitscope.svg")).pixmap(QSize(iconSide, iconSide), devicePixelRatioF()));
    auto* heading = new QVBoxLayout;
    heading->setSpacing(0);
    heading->addWidget(makeLabel(tr("Exitscope"), "title", this));
    heading->addWidget(
        makeLabel(tr("Which accuracy for which budget, which image leaves where and why."), "caption", this));
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(mark);
    head->addLayout(heading, 1);
    return head;
}

/// The buttons that open something.
QLayout* WelcomePage::makeStart()
{
    recovery_ = makeButton(tr("Restore the last session"), QStringLiteral("welcomeRecovery"),
                           tr("The program did not end properly; continue where it was"), this);
    recovery_->hide();
    sample_ = makeButton(tr("Open the sample"), QStringLiteral("welcomeSample"),
                         tr("A multi-exit model for Fashion-MNIST with its fit and test images"), this);
    sample_->setProperty("primary", true);
    sampleHint_ = makeLabel(tr("The sample model is not installed."), "caption", this);
    sampleHint_->setWordWrap(true);
    sampleHint_->hide();
    auto* model = makeButton(tr("Open model..."), QStringLiteral("welcomeModel"),
                             tr("An ONNX classifier with one output per exit"), this);
    auto* dataSet = makeButton(tr("Open data set..."), QStringLiteral("welcomeData"),
                               tr("MNIST or CIFAR files, a folder of images, CSV, NPY"), this);
    auto* run = makeButton(tr("Open run..."), QStringLiteral("welcomeRun"), tr("A finished evaluation (.exr)"), this);
    auto* actions = new QVBoxLayout;
    actions->setSpacing(8);
    actions->addWidget(makeLabel(tr("Start"), "section", this));
    for (QWidget* widget : std::initializer_list<QWidget*>{recovery_, sample_, sampleHint_, model, dataSet, run})
        actions->addWidget(widget);
    actions->addStretch(1);
    connect(recovery_, &QPushButton::clicked, this, &WelcomePage::recoveryRequested);
    connect(sample_, &QPushButton::clicked, this, &WelcomePage::sampleRequested);
    connect(model, &QPushButton::clicked, this, &WelcomePage::modelRequested);
    connect(dataSet, &QPushButton::clicked, this, &WelcomePage::dataRequested);
    connect(run, &QPushButton::clicked, this, &WelcomePage::runRequested);
    return actions;
}

QLayout* WelcomePage::makeRecent()
{
    recent_ = new QListWidget(this);
    recent_->setObjectName(QStringLiteral("welcomeRecent"));
    recent_->setAccessibleName(tr("Recently opened"));
    recent_->setTextElideMode(Qt::ElideMiddle);
    recent_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    noRecent_ = makeLabel(tr("Nothing opened yet."), "caption", this);
    auto* recent = new QVBoxLayout;
    recent->setSpacing(8);
    recent->addWidget(makeLabel(tr("Recent"), "section", this));
    recent->addWidget(recent_, 1);
    recent->addWidget(noRecent_);
    recent->addStretch(0);
    connect(recent_, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem* item) { emit recentRequested(item->data(Qt::UserRole).toString()); });
    return recent;
}

QWidget* WelcomePage::sampleButton() const
{
    return sample_;
}

void WelcomePage::setSampleAvailable(bool available)
{
    sample_->setEnabled(available);
    sampleHint_->setVisible(!available);
}

void WelcomePage::offerRecovery(const QString& what)
{
    recovery_->setText(tr("Restore the last session (%1)").arg(what));
    recovery_->show();
}

void WelcomePage::setRecent(const QStringList& paths)
{
    recent_->clear();
    for (const QString& path : paths) {
        auto* item = new QListWidgetItem(
            QStringLiteral("%1   %2").arg(QFileInfo(path).fileName(), QFileInfo(path).path()), recent_);
        item->setData(Qt::UserRole, path);
        item->setToolTip(path);
    }
    recent_->setVisible(!paths.isEmpty());
    noRecent_->setVisible(paths.isEmpty());
}

}  // namespace exitscope::app
