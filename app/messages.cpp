// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/messages.h"

#include <QAction>
#include <QMainWindow>
#include <QPlainTextEdit>
#include <QStatusBar>
#include <QTime>
#include <QToolBar>

#include "widgets/common/message_bar.h"

namespace exitscope::app {
namespace {

constexpr int logLines = 5000;
constexpr int statusMilliseconds = 6000;

}  // namespace

Messages::Messages(QMainWindow& window) : QObject(&window), window_(window)
{
    window.addToolBarBreak();
    row_ = window.addToolBar(tr("Messages"));
    row_->setObjectName(QStringLiteral("messageToolBar"));
    row_->setMovable(false);
    row_->toggleViewAction()->setVisible(false);
    bar_ = new gui::MessageBar(row_);
    bar_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    row_->addWidget(bar_);
    row_->setVisible(false);
    connect(bar_, &gui::MessageBar::presented, row_, &QWidget::show);
    connect(bar_, &gui::MessageBar::dismissed, row_, &QWidget::hide);
    log_ = new QPlainTextEdit(&window);
    log_->setObjectName(QStringLiteral("logView"));
    log_->setAccessibleName(tr("Log"));
    log_->setReadOnly(true);
    log_->setMaximumBlockCount(logLines);
    log_->setPlaceholderText(tr("What was opened, run and exported is listed here."));
}

QWidget* Messages::log() const
{
    return log_;
}

void Messages::refresh()
{
    row_->setVisible(!bar_->message().isEmpty());
}

void Messages::dismiss()
{
    bar_->dismiss();
}

void Messages::dismissProblem()
{
    if (bar_->isError())
        dismiss();
}

void Messages::problem(const QString& sentence)
{
    bar_->showError(sentence);
}

void Messages::notice(const QString& sentence)
{
    if (bar_->isError() && !bar_->message().isEmpty())
        note(sentence);
    else
        bar_->showNotice(sentence);
}

void Messages::note(const QString& sentence)
{
    log_->appendPlainText(QTime::currentTime().toString(QStringLiteral("HH:mm:ss  ")) + sentence);
    window_.statusBar()->showMessage(sentence, statusMilliseconds);
}

}  // namespace exitscope::app
