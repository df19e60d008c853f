// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace exitscope::gui {

/// Fusion with outlines around number fields and combo boxes that are visible on a dark background: Fusion's own are a
/// darker shade of the window's colour. Gaps between docks are left empty.
class FieldStyle : public QProxyStyle {
    Q_OBJECT
public:
    FieldStyle();

    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option = nullptr,
                    const QWidget* widget = nullptr) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget = nullptr) const override;
};

}  // namespace exitscope::gui
