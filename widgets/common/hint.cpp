// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/hint.h"

#include <QLabel>

namespace exitscope::gui {

HintStack::HintStack(QWidget* content, const QString& hint, QWidget* parent) : QStackedWidget(parent)
{
    addWidget(content);
    hint_ = new QLabel(this);
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    hint_->setMargin(24);
    hint_->setProperty("role", "caption");
    addWidget(hint_);
    showHint(hint);
}

void HintStack::showHint(const QString& hint)
{
    hint_->setText(hint);
    setCurrentIndex(1);
}

}  // namespace exitscope::gui
