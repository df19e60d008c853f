// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QColor>
#include <QPointF>
#include <QString>
#include <Qt>

#include "core/analysis/report/document.h"

class QPainter;
class QTextLayout;

namespace exitscope::print {

struct TextStyle {
    qreal pixels = 0;  ///< height of type in device units
    QColor colour;
    bool bold = false;
    Qt::Alignment alignment = Qt::AlignLeft;
};

/// Wrapped text with links, laid out once. Sizes are in device units.
class Text {
public:
    /// Words that are too long break anywhere.
    Text(const std::vector<report::Span>& spans, const TextStyle& style, qreal width);
    Text(const std::string& text, const TextStyle& style, qreal width)
        : Text(std::vector<report::Span>{{text}}, style, width)
    {
    }

    [[nodiscard]] qreal height() const;
    void draw(QPainter& painter, const QPointF& at) const;

private:
    std::shared_ptr<QTextLayout> layout_;
    QColor colour_;
};

/// Width of a text on one line, and of its longest word.
[[nodiscard]] qreal line_width(const std::string& text, const TextStyle& style);
[[nodiscard]] qreal word_width(const std::string& text, const TextStyle& style);

}  // namespace exitscope::print
