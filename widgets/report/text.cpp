// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/report/text.h"

#include <algorithm>
#include <cmath>

#include <QFont>
#include <QFontMetricsF>
#include <QPainter>
#include <QTextLayout>

namespace exitscope::print {
namespace {

const QColor link_colour(0, 0x72, 0xb2);
constexpr qreal slack = 1.01;  ///< layouts round otherwise than metrics do

QFont font_of(const TextStyle& style)
{
    QFont font(QStringLiteral("sans-serif"));
    font.setStyleHint(QFont::SansSerif);
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(style.pixels))));
    font.setBold(style.bold);
    return font;
}

/// No line breaks before a per cent sign.
QString shown(const std::string& text)
{
    return QString::fromStdString(text).replace(QStringLiteral(" %"), QStringLiteral("\u00a0%"));
}

}  // namespace

Text::Text(const std::vector<report::Span>& spans, const TextStyle& style, qreal width) : colour_(style.colour)
{
    QString text;
    QList<QTextLayout::FormatRange> formats;
    for (const report::Span& span : spans) {
        const QString words = shown(span.text);
        QTextCharFormat format;
        format.setForeground(span.link.empty() ? style.colour : link_colour);
        if (span.strong)
            format.setFontWeight(QFont::Bold);
        if (!span.link.empty()) {
            format.setAnchor(true);
            format.setAnchorHref(QString::fromStdString(span.link));
        }
        formats.push_back({static_cast<int>(text.size()), static_cast<int>(words.size()), format});
        text += words;
    }
    layout_ = std::make_shared<QTextLayout>(text, font_of(style));
    layout_->setFormats(formats);
    QTextOption option(style.alignment);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setUseDesignMetrics(true);
    layout_->setTextOption(option);
    layout_->setCacheEnabled(true);
    layout_->beginLayout();
    qreal y = 0;
    for (QTextLine line = layout_->createLine(); line.isValid(); line = layout_->createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, y});
        y += 1.08 * line.height();
    }
    layout_->endLayout();
}

qreal Text::height() const
{
    const int lines = layout_->lineCount();
    return lines == 0 ? 0 : layout_->lineAt(lines - 1).y() + layout_->lineAt(lines - 1).height();
}

void Text::draw(QPainter& painter, const QPointF& at) const
{
    painter.setPen(colour_);
    layout_->draw(&painter, at);
}

qreal line_width(const std::string& text, const TextStyle& style)
{
    return slack * QFontMetricsF(font_of(style)).horizontalAdvance(shown(text));
}

qreal word_width(const std::string& text, const TextStyle& style)
{
    const QFontMetricsF metrics(font_of(style));
    qreal widest = 0;
    for (const QString& word : shown(text).split(QLatin1Char(' ')))
        widest = std::max(widest, metrics.horizontalAdvance(word));
    return slack * widest;
}

}  // namespace exitscope::print
