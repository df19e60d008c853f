// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme_parts.h"

#include <algorithm>

#include <QApplication>
#include <QEvent>
#include <QMainWindow>

namespace exitscope::gui {

ThemeParts::ThemeParts(QObject* application) : QObject(application)
{
    for (QWidget* widget : QApplication::allWidgets())
        if (widget->testAttribute(Qt::WA_WState_Polished))
            add(*widget);
    application->installEventFilter(this);
    connect(&turn_, &QTimer::timeout, this, &ThemeParts::next);
}

ThemeParts::~ThemeParts() = default;

void ThemeParts::setStyleSheet(const QString& sheet)
{
    sheet_ = sheet;
    waiting_ = parts_;
    std::erase(waiting_, nullptr);
    const auto hidden = std::stable_partition(waiting_.begin(), waiting_.end(), [](const QPointer<QWidget>& part) {
        return !part->visibleRegion().isEmpty();
    });
    seen_ = static_cast<std::size_t>(hidden - waiting_.begin());
    freeze(seen_ > 0);
    turn_.start(0);
}

void ThemeParts::next()
{
    if (waiting_.empty()) {
        turn_.stop();
        return;
    }
    const QPointer<QWidget> part = waiting_.front();
    waiting_.pop_front();
    if (part)
        part->setStyleSheet(sheet_);
    if (seen_ > 0 && --seen_ == 0)
        freeze(false);
}

/// Nobody sees a window in two themes.
void ThemeParts::freeze(bool frozen)
{
    for (QWidget* window : QApplication::topLevelWidgets())
        if (qobject_cast<QMainWindow*>(window))
            window->setUpdatesEnabled(!frozen);
}

bool ThemeParts::eventFilter(QObject* watched, QEvent* event)
{
    // widgets first: events that threads post to other objects are none of ours
    if (watched->isWidgetType() && event->type() == QEvent::Polish)
        add(static_cast<QWidget&>(*watched));
    return QObject::eventFilter(watched, event);
}

void ThemeParts::add(QWidget& widget)
{
    if (qobject_cast<QMainWindow*>(&widget) || std::find(parts_.begin(), parts_.end(), &widget) != parts_.end())
        return;
    const QWidget* parent = widget.parentWidget();
    if (!qobject_cast<const QMainWindow*>(parent) && !(widget.isWindow() && !parent))
        return;  // a part's own windows, such as menus, inherit its sheet
    std::erase_if(parts_, [](const QPointer<QWidget>& part) { return !part; });  // tool tips come and go
    parts_.push_back(&widget);
    widget.setStyleSheet(sheet_);
}

}  // namespace exitscope::gui
