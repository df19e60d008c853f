// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cheat_sheet.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace exitscope::app {
namespace {

QString row(const QString& keys, const QString& what)
{
    return QStringLiteral("<tr><td style='padding:2px 24px 2px 0'><b>%1</b></td><td style='padding:2px 0'>%2</td></tr>")
        .arg(keys.toHtmlEscaped(), what.toHtmlEscaped());
}

QString table(const QString& title, const QString& rows)
{
    return QStringLiteral("<h3>%1</h3><table cellspacing='0'>%2</table>").arg(title.toHtmlEscaped(), rows);
}

}  // namespace

CheatSheet::CheatSheet(const QList<Group>& groups, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("cheatSheet"));
    setWindowTitle(tr("Keys and mouse"));
    QString html;
    for (const Group& group : groups) {
        QString rows;
        for (const QAction* action : group.actions)
            if (!action->shortcut().isEmpty())
                rows += row(action->shortcut().toString(QKeySequence::NativeText), action->toolTip());
        if (!rows.isEmpty())
            html += table(group.title, rows);
    }
    html += table(tr("Budget"), row(tr("Left, Right"), tr("A tenth of a per cent less or more")) +
                                    row(tr("Page Up, Page Down"), tr("One per cent more or less")) +
                                    row(tr("Home, End"), tr("The cheapest budget, the full cost")));
    html += table(tr("Plots"), row(tr("Wheel, + and -"), tr("Zoom")) + row(tr("Drag, arrow keys"), tr("Move")) +
                                   row(tr("Double click, 0"), tr("Reset")) +
                                   row(tr("Click on a bar, bin or mark"), tr("Filter the samples behind it")) +
                                   row(tr("Click or drag the line in the trade-off"), tr("Choose the budget")));
    auto* browser = new QTextBrowser(this);
    browser->setAccessibleName(tr("Keys and mouse"));
    browser->setHtml(html);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(browser);
    layout->addWidget(buttons);
    resize(560, 620);
}

}  // namespace exitscope::app
