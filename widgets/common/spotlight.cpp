// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/spotlight.h"

#include <QEvent>
#include <QPainter>

namespace exitscope::gui {
namespace {

constexpr int distance = 3;
constexpr double lineWidth = 2;
constexpr double corner = 6;

}  // namespace

Spotlight::Spotlight(QWidget* window) : QWidget(window)
{
    setObjectName(QStringLiteral("spotlight"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void Spotlight::setTarget(QWidget* target)
{
    if (target == target_)
        return;
    watch(false);
    target_ = target;
    watch(true);
    follow();
}

/// The target moves with each of its parents.
void Spotlight::watch(bool on)
{
    for (QWidget* part = target_; part && part != parentWidget()->parentWidget(); part = part->parentWidget()) {
        if (on)
            part->installEventFilter(this);
        else
            part->removeEventFilter(this);
    }
}

void Spotlight::follow()
{
    if (!target_ || !target_->isVisible() || target_->window() != window()) {
        hide();
        return;
    }
    const QRect place(target_->mapTo(parentWidget(), QPoint(0, 0)), target_->size());
    setGeometry(place.adjusted(-distance, -distance, distance, distance) & parentWidget()->rect());
    show();
    raise();
}

bool Spotlight::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::ParentChange: follow(); break;
    default: break;
    }
    return QWidget::eventFilter(watched, event);
}

void Spotlight::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette().color(QPalette::Highlight), lineWidth));
    const double inset = lineWidth / 2;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), corner, corner);
}

}  // namespace exitscope::gui
