// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/check_list.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "app/remedies.h"
#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

using evaluate::InputCheck;

struct Mark {
    QString sign;
    QString spoken;
    const char* role;  ///< of the sign, for the theme
};

Mark markOf(InputCheck::Finding finding)
{
    switch (finding) {
    case InputCheck::Finding::fine: return {QStringLiteral("\u2713"), CheckList::tr("fine"), "caption"};
    case InputCheck::Finding::doubtful: return {QStringLiteral("!"), CheckList::tr("doubtful"), "error"};
    case InputCheck::Finding::impossible: return {QStringLiteral("\u2715"), CheckList::tr("impossible"), "error"};
    }
    return {};
}

}  // namespace

CheckList::CheckList(const QString& title, QWidget* parent) : QFrame(parent)
{
    setProperty("card", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 6, 8, 8);
    column->setSpacing(4);
    auto* heading = new QLabel(title, this);
    heading->setProperty("role", "section");
    column->addWidget(heading);
    summary_ = new QLabel(this);
    summary_->setProperty("role", "caption");
    column->addWidget(summary_);
    lines_ = new QVBoxLayout;
    lines_->setSpacing(4);
    column->addLayout(lines_);
    hide();
}

void CheckList::setChecks(const std::vector<InputCheck>& checks, const QString& summary)
{
    while (QLayoutItem* item = lines_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const InputCheck& check : checks) {
        const Mark mark = markOf(check.finding);
        auto* line = new QWidget(this);
        auto* row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(6);
        auto* sign = new QLabel(mark.sign, line);
        sign->setProperty("role", mark.role);
        sign->setFixedWidth(sign->fontMetrics().averageCharWidth() * 2);
        const bool fine = check.finding == InputCheck::Finding::fine;
        const QString words = fine ? gui::text(check.text) : withPlaceInWindow(gui::text(check.text));
        auto* text = new QLabel(words, line);
        text->setProperty("role", "caption");
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        text->setAccessibleName(mark.spoken + QStringLiteral(": ") + words);
        row->addWidget(sign, 0, Qt::AlignTop);
        row->addWidget(text, 1);
        lines_->addWidget(line);
    }
    summary_->setText(summary);
    summary_->setVisible(!summary.isEmpty());
    setVisible(!checks.empty());
}

}  // namespace exitscope::app
