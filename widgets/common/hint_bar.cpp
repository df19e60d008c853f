// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/hint_bar.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "widgets/common/elided_label.h"

namespace exitscope::gui {

HintBar::HintBar(QWidget* parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("hintBar"));
    step_ = new QLabel(this);
    step_->setProperty("role", "section");
    label_ = new ElidedLabel(this);
    label_->setObjectName(QStringLiteral("hintText"));
    label_->setTextFormat(Qt::PlainText);
    next_ = new QPushButton(tr("Next"), this);
    next_->setObjectName(QStringLiteral("nextHint"));
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("closeHints"));
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close the hints"));
    close->setToolTip(tr("Close the hints (Esc); menu Help shows them again"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 4, 6, 4);
    layout->setSpacing(10);
    layout->addWidget(step_);
    layout->addWidget(label_, 1);
    layout->addWidget(next_);
    layout->addWidget(close);
    connect(next_, &QPushButton::clicked, this, &HintBar::nextRequested);
    connect(close, &QToolButton::clicked, this, &HintBar::closeRequested);
}

void HintBar::present(const QString& sentence, int step, int steps)
{
    step_->setText(tr("Hint %1 of %2").arg(step).arg(steps));
    label_->setWhole(sentence);
    next_->setText(step < steps ? tr("Next") : tr("Done"));
    next_->setAccessibleName(step < steps ? tr("Next hint") : tr("Close the hints"));
    setAccessibleName(sentence);
    QAccessibleEvent said(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&said);
}

}  // namespace exitscope::gui
