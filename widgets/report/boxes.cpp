// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/report/boxes.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include <QImage>
#include <QPainter>
#include <QSvgRenderer>

namespace exitscope::print {
namespace {

constexpr std::size_t pictures_in_a_row = 6;
constexpr std::size_t cards_in_a_row = 5;

class Boxes {
public:
    Boxes(const Sheet& sheet, std::shared_ptr<const PageNumbers> pages) : sheet_(sheet), pages_(std::move(pages)) {}

    void operator()(const report::Heading& heading)
    {
        constexpr qreal sizes[] = {18, 13, 10};
        const auto level = static_cast<std::size_t>(std::clamp(heading.level, 1, 3)) - 1;
        const Text text(heading.text, sheet_.style(sizes[level], ink::text, true), sheet_.width);
        const qreal rule = level == 1 ? sheet_.mm(3.5) : 0;
        add({text.height() + rule, sheet_.mm(level == 1 ? 8 : 5), true,
             [text, rule, sheet = sheet_](QPainter& painter, const QPointF& at) {
                 if (rule > 0)
                     painter.fillRect(QRectF(at.x(), at.y(), sheet.width, 0.6 * sheet.point), ink::line);
                 text.draw(painter, at + QPointF(0, rule));
             }});
        all.back().id = heading.id;
        all.back().title = heading.text;
    }

    void operator()(const report::Paragraph& paragraph)
    {
        using Kind = report::Paragraph::Kind;
        const QColor colour = paragraph.kind == Kind::body      ? ink::text
                              : paragraph.kind == Kind::warning ? ink::warning
                                                                : ink::muted;
        add_text(Text(paragraph.spans, sheet_.style(paragraph.kind == Kind::note ? 8 : 9.5, colour), sheet_.width),
                 sheet_.mm(2));
    }

    void operator()(const report::Contents& contents)
    {
        const TextStyle style = sheet_.style(9.5, ink::text);
        TextStyle number = style;
        number.alignment = Qt::AlignRight;
        const qreal width = std::min(sheet_.width, sheet_.mm(100));
        for (const report::Contents::Entry& entry : contents.entries) {
            const Text text({{entry.title, false, "#" + entry.id}}, style, width);
            add({text.height(), &entry == &contents.entries.front() ? sheet_.mm(4) : 0,
                 &entry != &contents.entries.back(),
                 [text, number, width, id = entry.id, pages = pages_](QPainter& painter, const QPointF& at) {
                     text.draw(painter, at);
                     if (const auto page = pages->find(id); page != pages->end())
                         Text(std::to_string(page->second), number, width).draw(painter, at);
                 }});
        }
    }

    void operator()(const report::Bullets& bullets)
    {
        const qreal indent = sheet_.mm(4);
        for (const std::vector<report::Span>& item : bullets.items) {
            const Text text(item, sheet_.style(9, ink::text), sheet_.width - indent);
            const Text bullet("•", sheet_.style(9, ink::muted), indent);
            add({text.height(), sheet_.mm(1.4), false, [text, bullet, indent](QPainter& painter, const QPointF& at) {
                     bullet.draw(painter, at);
                     text.draw(painter, at + QPointF(indent, 0));
                 }});
        }
    }

    void operator()(const report::Cards& cards)
    {
        const std::size_t columns = std::min(cards.cards.size(), cards_in_a_row);
        const qreal space = sheet_.mm(3);
        const qreal width = columns == 0 ? 0 : (sheet_.width - double(columns - 1) * space) / double(columns);
        const qreal inset = sheet_.mm(2.5);
        for (std::size_t first = 0; first < cards.cards.size(); first += columns) {
            std::vector<std::pair<Text, Text>> row;
            qreal height = 0;
            for (std::size_t i = first; i < std::min(first + columns, cards.cards.size()); ++i) {
                row.emplace_back(Text(cards.cards[i].number, sheet_.style(15, ink::text, true), width - 2 * inset),
                                 Text(cards.cards[i].what, sheet_.style(7.5, ink::muted), width - 2 * inset));
                height = std::max(height, row.back().first.height() + row.back().second.height() + 2 * inset);
            }
            add({height, sheet_.mm(3), false,
                 [row, width, space, inset, height, point = sheet_.point](QPainter& painter, const QPointF& at) {
                     for (std::size_t i = 0; i < row.size(); ++i) {
                         const QPointF corner = at + QPointF(double(i) * (width + space), 0);
                         painter.setPen(QPen(ink::line, 0.6 * point));
                         painter.setBrush(ink::shade);
                         painter.drawRoundedRect(QRectF(corner, QSizeF(width, height)), 4 * point, 4 * point);
                         row[i].first.draw(painter, corner + QPointF(inset, inset));
                         row[i].second.draw(painter, corner + QPointF(inset, inset + row[i].first.height()));
                     }
                 }});
        }
    }

    void operator()(const report::Table& table)
    {
        for (Box& box : table_boxes(table, sheet_))
            add(std::move(box));
    }

    void operator()(const report::Figure& figure)
    {
        if (figure.svg.empty())
            return;
        const auto drawing = std::make_shared<QSvgRenderer>(QByteArray::fromStdString(figure.svg));
        if (!drawing->isValid() || drawing->viewBoxF().isEmpty()) {
            problem = Error{ErrorCode::cannot_write, figure.id, "the figure is not an SVG drawing"};
            return;
        }
        const QSizeF shape = drawing->viewBoxF().size();
        const QSizeF size = shape.scaled(sheet_.width, 0.55 * sheet_.height, Qt::KeepAspectRatio);
        add({size.height(), sheet_.mm(2), !figure.caption.empty(),
             [drawing, size](QPainter& painter, const QPointF& at) {
                 painter.save();
                 painter.setClipRect(QRectF(at, size));
                 drawing->render(&painter, QRectF(at, size));
                 painter.restore();
             }});
        if (!figure.caption.empty())
            add_text(Text(figure.caption, sheet_.style(8, ink::muted), sheet_.width), sheet_.mm(1));
    }

    void operator()(const report::Gallery& pictures)
    {
        for (std::size_t first = 0; first < pictures.pictures.size(); first += pictures_in_a_row) {
            const std::size_t end = std::min(first + pictures_in_a_row, pictures.pictures.size());
            add_picture_row({pictures.pictures.data() + first, end - first});
        }
    }

    /// Keeps the last box on the page of the next one.
    void keep_with_next()
    {
        if (!all.empty())
            all.back().keep = true;
    }

    std::vector<Box> all;
    std::optional<Error> problem;

private:
    void add(Box box) { all.push_back(std::move(box)); }
    void add_text(const Text& text, qreal gap)
    {
        add({text.height(), gap, false, [text](QPainter& painter, const QPointF& at) { text.draw(painter, at); }});
    }

    void add_picture_row(std::span<const report::Gallery::Picture> pictures)
    {
        struct Item {
            QImage image;
            Text text;
        };
        const qreal space = sheet_.mm(3);
        const qreal width = (sheet_.width - double(pictures_in_a_row - 1) * space) / double(pictures_in_a_row);
        const qreal image_height = sheet_.mm(17);
        const qreal image_gap = sheet_.mm(1);
        std::vector<Item> items;
        bool pictured = false;
        qreal text_height = 0;
        for (const report::Gallery::Picture& picture : pictures) {
            items.push_back({QImage::fromData(picture.png.data(), static_cast<int>(picture.png.size()), "PNG"),
                             Text({{picture.title, true}, {" " + picture.number + " " + picture.caption}},
                                  sheet_.style(7, ink::text), width)});
            pictured = pictured || !items.back().image.isNull();
            text_height = std::max(text_height, items.back().text.height());
        }
        const qreal above = pictured ? image_height + image_gap : 0;
        add({above + text_height, sheet_.mm(3), false,
             [items, width, space, image_height, above](QPainter& painter, const QPointF& at) {
                 for (std::size_t i = 0; i < items.size(); ++i) {
                     const QPointF corner = at + QPointF(double(i) * (width + space), 0);
                     const QImage& image = items[i].image;
                     if (!image.isNull()) {
                         const QSizeF size = QSizeF(image.size()).scaled(width, image_height, Qt::KeepAspectRatio);
                         painter.drawImage(QRectF(corner, size), image);
                     }
                     items[i].text.draw(painter, corner + QPointF(0, above));
                 }
             }});
    }

    Sheet sheet_;
    std::shared_ptr<const PageNumbers> pages_;
};

bool is_note(const report::Block& block)
{
    const auto* paragraph = std::get_if<report::Paragraph>(&block);
    return paragraph && paragraph->kind == report::Paragraph::Kind::note;
}

}  // namespace

Expected<std::vector<Box>> boxes(const report::Document& document, const Sheet& sheet,
                                 std::shared_ptr<const PageNumbers> pages)
{
    Boxes made(sheet, std::move(pages));
    for (std::size_t b = 0; b < document.blocks.size(); ++b) {
        const report::Block& block = document.blocks[b];
        std::visit(made, block);
        if (made.problem)
            return tl::unexpected<Error>(std::move(*made.problem));
        if (b + 1 == document.blocks.size())
            break;
        // small print belongs to its table, and an introduction to its figure or pictures
        const report::Block& next = document.blocks[b + 1];
        if ((std::holds_alternative<report::Table>(block) && is_note(next)) ||
            (std::holds_alternative<report::Paragraph>(block) &&
             (std::holds_alternative<report::Gallery>(next) || std::holds_alternative<report::Figure>(next))))
            made.keep_with_next();
    }
    return std::move(made.all);
}

}  // namespace exitscope::print
