// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/message_bar.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

#include "widgets/common/accessible.h"

namespace exitscope::gui {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("messageBar"));
    label_ = new QLabel(this);
    label_->setObjectName(QStringLiteral("messageText"));
    label_->setTextFormat(Qt::PlainText);
    label_->setWordWrap(true);
    makeSelectable(*label_);
    close_ = new QToolButton(this);
    close_->setText(QStringLiteral("✕"));
    close_->setAutoRaise(true);
    close_->setAccessibleName(tr("Close message"));
    close_->setToolTip(tr("Close this message"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 5, 6, 5);
    layout->addWidget(label_, 1);
    layout->addWidget(close_, 0, Qt::AlignTop);
    connect(close_, &QToolButton::clicked, this, &MessageBar::dismiss);
}

QString MessageBar::message() const
{
    return label_->text();
}

void MessageBar::dismiss()
{
    label_->clear();
    emit dismissed();
}

void MessageBar::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    fitHeight();
}

/// As many lines as the sentence takes at this width: a tool bar asks no widget for its height at a width.
void MessageBar::fitHeight()
{
    const QMargins margins = layout()->contentsMargins();
    const int button = close_->sizeHint().width() + layout()->spacing();
    const int width = contentsRect().width() - margins.left() - margins.right() - button;
    const int text = width > 0 ? label_->heightForWidth(width) : 0;
    const int frame = height() - contentsRect().height();
    setFixedHeight(std::max(text, close_->sizeHint().height()) + margins.top() + margins.bottom() + frame);
    layout()->invalidate();  // what it knows of the label's height is of another width
    layout()->setGeometry(contentsRect());
    label_->update();
}

void MessageBar::present(const QString& sentence, bool error)
{
    error_ = error;
    setProperty("error", error);
    style()->unpolish(this);
    style()->polish(this);
    label_->setText(sentence);
    setAccessibleName(error ? tr("Error: %1").arg(sentence) : sentence);
    fitHeight();
    emit presented();
}

}  // namespace exitscope::gui
