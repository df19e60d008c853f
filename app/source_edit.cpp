// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/source_edit.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

#include "app/prompts.h"
#include "core/network/dataset/file_types.h"
#include "widgets/common/format.h"
#include "widgets/plots/core_text.h"

namespace exitscope::app {
namespace {

/// "*.npy *.npz"
QString patterns(const dataset::FileType& type)
{
    QStringList words;
    for (const std::string_view ending : type.endings)
        words << QLatin1Char('*') + gui::text(std::string(ending));
    return words.join(QLatin1Char(' '));
}

QString titled(const QString& title, const QString& patterns)
{
    return QStringLiteral("%1 (%2)").arg(title, patterns);
}

QString filterOf(SourceEdit::Kind kind)
{
    switch (kind) {
    case SourceEdit::Kind::data: return SourceEdit::dataFilter();
    case SourceEdit::Kind::model: return SourceEdit::tr("ONNX models (*.onnx);;All files (*)");
    case SourceEdit::Kind::table:
        return titled(SourceEdit::tr("Lists, arrays and names"), patterns(dataset::list_files()) + QLatin1Char(' ') +
                                                                     patterns(dataset::array_files()) +
                                                                     QStringLiteral(" *.json")) +
               SourceEdit::tr(";;All files (*)");
    case SourceEdit::Kind::folder: break;
    }
    return {};
}

}  // namespace

QString SourceEdit::dataFilter()
{
    QStringList all;
    QStringList single;
    for (const dataset::FileType& type : dataset::file_types()) {
        all << patterns(type);
        single << titled(plots::core_text(type.title), patterns(type));
    }
    return titled(tr("Data"), all.join(QLatin1Char(' '))) + QStringLiteral(";;") + single.join(QStringLiteral(";;")) +
           tr(";;All files (*)");
}

SourceEdit::SourceEdit(Prompts& chooser, const QString& name, const QString& accessibleName, QWidget* parent, Kind kind)
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
    const QString filter = filterOf(kind);
    if (kind != Kind::folder)
        addButton(tr("File"),
                  [this, &chooser, accessibleName, filter] { return chooser.openFile(this, accessibleName, filter); });
    if (kind == Kind::data || kind == Kind::folder)
        addButton(tr("Folder"),
                  [this, &chooser, accessibleName] { return chooser.openDirectory(this, accessibleName); });
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
