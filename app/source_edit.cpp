// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/source_edit.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

#include "app/prompts.h"

namespace exitscope::app {

SourceEdit::SourceEdit(Prompts& chooser, const QString& name, const QString& accessibleName, QWidget* parent)
    : QWidget(parent)
{
    edit_ = new QLineEdit(this);
    edit_->setObjectName(name);
    edit_->setAccessibleName(accessibleName);
    setFocusProxy(edit_);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(edit_, 1);
    const auto addButton = [&](const QString& title, auto ask) {
        auto* button = new QToolButton(this);
        button->setText(title);
        button->setAccessibleName(tr("%1: choose a %2").arg(accessibleName, title));
        row->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, ask] {
            const QString path = ask();
            if (path.isEmpty())
                return;
            edit_->setText(path);
            emit picked();
        });
    };
    addButton(tr("File"), [this, &chooser, accessibleName] { return chooser.openFile(this, accessibleName, {}); });
    addButton(tr("Folder"), [this, &chooser, accessibleName] { return chooser.openDirectory(this, accessibleName); });
    connect(edit_, &QLineEdit::textChanged, this, &SourceEdit::changed);
}

QString SourceEdit::source() const
{
    return edit_->text().trimmed();
}

void SourceEdit::setSource(const QString& source)
{
    edit_->setText(source);
}

void SourceEdit::setHint(const QString& hint)
{
    edit_->setPlaceholderText(hint);
}

}  // namespace exitscope::app
