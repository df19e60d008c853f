// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/section.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace exitscope::gui {

Section::Section(const QString& objectName, const QString& title, const QString& toolTip, QWidget* content,
                 QWidget* parent)
    : QWidget(parent)
{
    button_ = new QToolButton(this);
    button_->setObjectName(objectName);
    button_->setText(title);
    button_->setToolTip(toolTip);
    button_->setAccessibleName(title);
    button_->setAccessibleDescription(toolTip);
    button_->setProperty("section", true);  // its arrow shows whether it is open
    button_->setCheckable(true);
    button_->setAutoRaise(true);
    button_->setArrowType(Qt::RightArrow);
    button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(button_, 0, Qt::AlignLeft);
    column->addWidget(content);
    content->hide();
    connect(button_, &QToolButton::toggled, this, [this, content](bool open) {
        button_->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        content->setVisible(open);
        if (open)
            emit opened();
    });
}

bool Section::isOpen() const
{
    return button_->isChecked();
}

}  // namespace exitscope::gui
