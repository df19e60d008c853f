// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/elided_label.h"

namespace exitscope::gui {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ElidedLabel::setWhole(const QString& whole)
{
    whole_ = whole;
    setToolTip(whole);
    setAccessibleName(whole);
    elide();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {40, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    elide();
}

void ElidedLabel::elide()
{
    setText(fontMetrics().elidedText(whole_, Qt::ElideMiddle, width()));
}

}  // namespace exitscope::gui
