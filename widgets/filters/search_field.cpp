// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/filters/search_field.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStandardItemModel>
#include <QStyle>
#include <QVBoxLayout>

#include "core/analysis/query/complete.h"
#include "core/analysis/query/query.h"
#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

constexpr int pauseMilliseconds = 250;
constexpr int textRole = Qt::UserRole + 1;

}  // namespace

SearchField::SearchField(QWidget* parent) : QWidget(parent)
{
    edit_ = new QLineEdit(this);
    edit_->setObjectName(QStringLiteral("searchField"));
    edit_->setAccessibleName(tr("Search samples"));
    edit_->setPlaceholderText(tr("Search: exit=2 wrong class:cat"));
    edit_->setToolTip(tr("Conditions that all hold; also or, not, parentheses, ranges such as cost:0.1..0.3.\n"
                         "Return adds the search to the filters."));
    edit_->setClearButtonEnabled(true);
    edit_->setMaxLength(static_cast<int>(query::longest_text));
    message_ = new QLabel(this);
    message_->setObjectName(QStringLiteral("searchMessage"));
    message_->setWordWrap(true);
    message_->setTextFormat(Qt::PlainText);
    message_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(edit_);
    layout->addWidget(message_);

    suggestions_ = new QStandardItemModel(this);
    completer_ = new QCompleter(suggestions_, this);
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    completer_->setWidget(edit_);
    completer_->popup()->setAccessibleName(tr("Suggestions"));
    // before the completer's own filter, which hands keys to the field first
    completer_->popup()->installEventFilter(this);
    connect(completer_, qOverload<const QModelIndex&>(&QCompleter::activated), this,
            [this](const QModelIndex& index) { accept(index.data(textRole).toString()); });
    pause_.setSingleShot(true);
    pause_.setInterval(pauseMilliseconds);
    connect(&pause_, &QTimer::timeout, this, &SearchField::report);
    connect(edit_, &QLineEdit::textEdited, this, &SearchField::offer);
    connect(edit_, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty())
            message_->hide();
        pause_.start();
    });
    connect(edit_, &QLineEdit::returnPressed, this, &SearchField::submit);
    setRun(nullptr);
}

void SearchField::setRun(run::RunPtr run)
{
    run_ = std::move(run);
    setEnabled(run_ != nullptr);
    completer_->popup()->hide();
    if (!edit_->text().isEmpty())
        pause_.start();
}

void SearchField::focusField()
{
    edit_->setFocus(Qt::ShortcutFocusReason);
    edit_->selectAll();
}

bool SearchField::eventFilter(QObject* watched, QEvent* event)
{
    QAbstractItemView* popup = completer_->popup();
    if (watched != popup || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (!enter && key != Qt::Key_Tab)
        return false;
    const QModelIndex chosen = popup->currentIndex();
    popup->hide();
    if (enter && !chosen.isValid())
        submit();
    else
        accept((chosen.isValid() ? chosen : popup->model()->index(0, 0)).data(textRole).toString());
    return true;
}

void SearchField::offer()
{
    suggestions_->clear();
    if (!run_)
        return;
    const std::string typed = edit_->text().left(edit_->cursorPosition()).toStdString();
    const query::Completion completion = query::complete(typed, *run_);
    begin_ = completion.begin;
    for (const auto& suggestion : completion.suggestions) {
        auto* item = new QStandardItem(suggestion.description.empty()
                                           ? text(suggestion.text)
                                           : tr("%1   %2").arg(text(suggestion.text), text(suggestion.description)));
        item->setData(text(suggestion.text), textRole);
        suggestions_->appendRow(item);
    }
    const bool wordBegun = begin_ < typed.size() || (!typed.empty() && typed.back() == ':');
    if (completion.suggestions.empty() || !wordBegun) {
        completer_->popup()->hide();
        return;
    }
    completer_->complete();
    completer_->popup()->setCurrentIndex({});  // Return submits unless the user has chosen one
}

void SearchField::accept(const QString& chosen)
{
    const int cursor = edit_->cursorPosition();
    const QString before = QString::fromStdString(edit_->text().left(cursor).toStdString().substr(0, begin_));
    const QString rest = edit_->text().mid(cursor);
    const QString gap =
        chosen.endsWith(QLatin1Char(':')) || rest.startsWith(QLatin1Char(' ')) ? QString() : QStringLiteral(" ");
    edit_->setText(before + chosen + gap + rest);
    edit_->setCursorPosition(static_cast<int>(before.size() + chosen.size() + gap.size()));
    if (chosen.endsWith(QLatin1Char(':')))
        QTimer::singleShot(0, this, &SearchField::offer);  // once the completer is done with the choice
}

bool SearchField::report()
{
    const QString written = edit_->text().trimmed();
    if (written.isEmpty() || !count_ || !run_)
        return false;
    const Expected<std::size_t> found = count_(written.toStdString());
    message_->setText(found ? tr("%1 of the samples shown match. Return adds this filter.").arg(count(*found))
                            : text(found.error().message()));
    message_->setProperty("role", found ? "caption" : "error");
    message_->style()->unpolish(message_);
    message_->style()->polish(message_);
    message_->show();
    return found.has_value();
}

void SearchField::submit()
{
    pause_.stop();
    completer_->popup()->hide();
    if (!report())
        return;
    const QString written = edit_->text().trimmed();
    edit_->clear();
    emit submitted(written);
}

}  // namespace exitscope::gui
