// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include <QColor>
#include <QFont>
#include <QPen>

#include "core/base/precision.h"

class QPalette;

namespace exitscope::plots {

/// Colours and sizes of a drawing. QCustomPlot ignores the palette, so the window redraws with another theme when the
/// palette changes. The series colours are those of Okabe and Ito (told apart with every form of colour blindness),
/// lightened on dark ground; lines also differ by dash pattern.
struct Theme {
    QColor background;  ///< whole drawing
    QColor text;        ///< axis labels, legend, numbers
    QColor muted;       ///< notes, reference lines, tick marks
    QColor grid;
    QColor right;                ///< right answers
    QColor wrong;                ///< wrong answers
    QColor neutral;              ///< answers without a label; fixed models
    QColor accent;               ///< the operating point
    std::vector<QColor> series;  ///< 8 colours
    QColor ramp_low;             ///< cheapest precision
    QColor ramp_high;            ///< most expensive precision
    int text_pixels = 12;        ///< height of text at scale 1
    bool small_print = true;     ///< notes under the axes
    bool legend_below = false;   ///< under the axes instead of a corner of them

    [[nodiscard]] static Theme light();
    [[nodiscard]] static Theme dark();
    /// For print: white ground, black text, slightly larger type.
    [[nodiscard]] static Theme paper();
    /// light() or dark(), by the lightness of the palette's window colour.
    [[nodiscard]] static Theme of(const QPalette& palette);

    [[nodiscard]] QFont font(double scale = 1.0) const;
};

/// The line of one policy: the same colour and dashes in every drawing, independent of the other curves. Unknown names
/// get a colour by their hash.
[[nodiscard]] QPen policy_pen(const Theme& theme, std::string_view policy);

/// One colour per precision, from the cheapest to the most expensive.
[[nodiscard]] std::vector<QColor> precision_colours(const Theme& theme, std::size_t precisions);

}  // namespace exitscope::plots
