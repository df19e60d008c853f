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

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("welcomePage"));
    auto* mark = new QLabel(this);
    mark->setPixmap(
        QIcon(QStringLiteral(":/icons/exitscope.svg")).pixmap(QSize(iconSide, iconSide), devicePixelRatioF()));
    auto* title = new QLabel(tr("Exitscope"), this);
    title->setProperty("role", "title");
    auto* subtitle = new QLabel(tr("Which accuracy for which budget, which image leaves where and why."), this);
    subtitle->setProperty("role", "caption");
    auto* heading = new QVBoxLayout;
    heading->setSpacing(0);
    heading->addWidget(title);
    heading->addWidget(subtitle);
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(mark);
    head->addLayout(heading, 1);

    auto* sampleButton = makeButton(tr("Open the sample"), QStringLiteral("welcomeSample"),
                                    tr("A multi-exit model for Fashion-MNIST with its fit and test images"), this);
    sampleButton->setProperty("primary", true);
    sample_ = sampleButton;
    auto* modelButton = makeButton(tr("Open model..."), QStringLiteral("welcomeModel"),
                                   tr("An ONNX classifier with one output per exit"), this);
    auto* dataButton = makeButton(tr("Open data set..."), QStringLiteral("welcomeData"),
                                  tr("MNIST or CIFAR files, a folder of images, CSV, NPY"), this);
    auto* runButton =
        makeButton(tr("Open run..."), QStringLiteral("welcomeRun"), tr("A finished evaluation (.exr)"), this);
    sampleHint_ = new QLabel(tr("The sample model is not installed."), this);
    sampleHint_->setProperty("role", "caption");
    sampleHint_->setWordWrap(true);
    sampleHint_->hide();
    auto* actions = new QVBoxLayout;
    actions->setSpacing(8);
    auto* startHeading = new QLabel(tr("Start"), this);
    startHeading->setProperty("role", "section");
    actions->addWidget(startHeading);
    recovery_ = makeButton(tr("Restore the last session"), QStringLiteral("welcomeRecovery"),
                           tr("The program did not end properly; continue where it was"), this);
    recovery_->hide();
    connect(recovery_, &QPushButton::clicked, this, &WelcomePage::recoveryRequested);
    actions->addWidget(recovery_);
    actions->addWidget(sampleButton);
    actions->addWidget(sampleHint_);
    actions->addWidget(modelButton);
    actions->addWidget(dataButton);
    actions->addWidget(runButton);
    actions->addStretch(1);

    recent_ = new QListWidget(this);
    recent_->setObjectName(QStringLiteral("welcomeRecent"));
    recent_->setAccessibleName(tr("Recently opened"));
    recent_->setTextElideMode(Qt::ElideMiddle);
    recent_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    noRecent_ = new QLabel(tr("Nothing opened yet."), this);
    noRecent_->setProperty("role", "caption");
    auto* recentHeading = new QLabel(tr("Recent"), this);
    recentHeading->setProperty("role", "section");
    auto* recent = new QVBoxLayout;
    recent->setSpacing(8);
    recent->addWidget(recentHeading);
    recent->addWidget(recent_, 1);
    recent->addWidget(noRecent_);
    recent->addStretch(0);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(28);
    columns->addLayout(actions, 2);
    columns->addLayout(recent, 3);

    auto* drop =
        new QLabel(tr("Drop a model (.onnx), a run (.exr), a folder or images anywhere in this window."), this);
    drop->setObjectName(QStringLiteral("dropZone"));
    drop->setAlignment(Qt::AlignCenter);
    drop->setMinimumHeight(72);
    drop->setProperty("role", "caption");

    auto* page = new QWidget(this);
    page->setMaximumWidth(pageWidth);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(24);
    column->addLayout(head);
    column->addLayout(columns, 1);
    column->addWidget(drop);
    page->setMaximumHeight(460);
    auto* centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addWidget(page, 8);
    centred->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->addStretch(1);
    layout->addLayout(centred, 6);
    layout->addStretch(2);

    connect(sampleButton, &QPushButton::clicked, this, &WelcomePage::sampleRequested);
    connect(modelButton, &QPushButton::clicked, this, &WelcomePage::modelRequested);
    connect(dataButton, &QPushButton::clicked, this, &WelcomePage::dataRequested);
    connect(runButton, &QPushButton::clicked, this, &WelcomePage::runRequested);
    connect(recent_, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem* item) { emit recentRequested(item->data(Qt::UserRole).toString()); });
    setRecent({});
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
