// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/field_style.h"

#include <QPainter>
#include <QStyleOption>

namespace exitscope::gui {
namespace {

constexpr int separatorWidth = 6;

}  // namespace

FieldStyle::FieldStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void FieldStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                    const QWidget* widget) const
{
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (control != CC_SpinBox && control != CC_ComboBox)
        return;
    constexpr qreal radius = 2.5;
    const bool focused = option->state.testFlag(State_HasFocus) && option->state.testFlag(State_Enabled);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(option->palette.color(focused ? QPalette::Highlight : QPalette::Mid));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter->restore();
}

int FieldStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    return metric == PM_DockWidgetSeparatorExtent ? separatorWidth : QProxyStyle::pixelMetric(metric, option, widget);
}

void FieldStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const
{
    if (element != PE_IndicatorDockWidgetResizeHandle)
        QProxyStyle::drawPrimitive(element, option, painter, widget);
}

}  // namespace exitscope::gui
