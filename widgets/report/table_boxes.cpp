// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>
#include <span>

#include <QPainter>

#include "widgets/report/boxes.h"

namespace exitscope::print {
namespace {

constexpr qreal type_points = 8.5;
constexpr qreal smallest_type = 0.6;       ///< of that, in tables with many columns
constexpr qreal widest_first = 0.4;        ///< of the sheet: longer names wrap
constexpr std::size_t kept_together = 10;  ///< rows of a table that is not split

struct Columns {
    std::vector<qreal> width;
    qreal padding = 0;
    qreal type = type_points;
};

qreal natural_width(const report::Table& table, std::size_t column, const TextStyle& style)
{
    TextStyle bold = style;
    bold.bold = true;
    qreal width = table.head.empty() ? 0 : word_width(table.head[column], bold);
    for (const report::Table::Row& row : table.rows)
        width = std::max(width, line_width(row.cells[column].text, row.cells[column].best ? bold : style));
    return width;
}

/// Widths that show every number on one line, in smaller type where that takes more than the sheet has.
Columns columns_of(const report::Table& table, const Sheet& sheet)
{
    const std::size_t count = table.head.empty() ? table.rows.front().cells.size() : table.head.size();
    Columns columns;
    for (const qreal scale : {1.0, 0.85, 0.72, smallest_type}) {
        columns.type = scale * type_points;
        columns.padding = sheet.mm(1.6) * scale;
        columns.width.clear();
        for (std::size_t c = 0; c < count; ++c) {
            const qreal natural = natural_width(table, c, sheet.style(columns.type, ink::text));
            columns.width.push_back((c == 0 ? std::min(natural, widest_first * sheet.width) : natural) +
                                    2 * columns.padding);
        }
        if (table.head.empty()) {  // names and values: the last column takes the rest
            columns.width.back() = sheet.width - std::accumulate(columns.width.begin(), columns.width.end() - 1, 0.0);
            return columns;
        }
        if (std::accumulate(columns.width.begin(), columns.width.end(), 0.0) <= sheet.width)
            break;
    }
    const qreal left = sheet.width - std::accumulate(columns.width.begin(), columns.width.end(), 0.0);
    for (qreal& width : columns.width)
        width = left >= 0 ? width + left / double(count) : width * sheet.width / (sheet.width - left);
    return columns;
}

struct Line {
    std::vector<Text> cells;
    bool shaded = false;
};

Box line_box(Line line, const Columns& columns, const Sheet& sheet)
{
    Box box;
    const qreal space = 0.28 * columns.type * sheet.point;
    for (const Text& cell : line.cells)
        box.height = std::max(box.height, cell.height() + 2 * space);
    box.draw = [line = std::move(line), columns, space, height = box.height, width = sheet.width,
                thin = 0.5 * sheet.point](QPainter& painter, const QPointF& at) {
        if (line.shaded)
            painter.fillRect(QRectF(at, QSizeF(width, height)), ink::shade);
        qreal x = at.x();
        for (std::size_t c = 0; c < line.cells.size(); ++c) {
            line.cells[c].draw(painter, {x + columns.padding, at.y() + space});
            x += columns.width[c];
        }
        painter.fillRect(QRectF(at.x(), at.y() + height - thin, width, thin), ink::line);
    };
    return box;
}

Text cell_text(const std::string& text, std::size_t column, const Columns& columns, TextStyle style, bool facts)
{
    if (column > 0 && !facts)
        style.alignment = Qt::AlignRight;
    return {text, style, columns.width[column] - 2 * columns.padding};
}

}  // namespace

std::vector<Box> table_boxes(const report::Table& table, const Sheet& sheet)
{
    if (table.rows.empty())
        return {};
    const bool facts = table.head.empty();
    const Columns columns = columns_of(table, sheet);
    std::vector<Box> boxes;
    std::shared_ptr<const Box> head;
    if (!facts) {
        Line line;
        for (std::size_t c = 0; c < table.head.size(); ++c)
            line.cells.push_back(
                cell_text(table.head[c], c, columns, sheet.style(columns.type, ink::muted, true), false));
        Box box = line_box(std::move(line), columns, sheet);
        head = std::make_shared<const Box>(box);
        box.keep = true;
        boxes.push_back(std::move(box));
    }
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const report::Table::Row& row = table.rows[r];
        Line line;
        line.shaded = row.chosen;
        for (std::size_t c = 0; c < row.cells.size(); ++c) {
            const bool name = facts && c == 0;
            line.cells.push_back(cell_text(row.cells[c].text, c, columns,
                                           sheet.style(columns.type, name ? ink::muted : ink::text, row.cells[c].best),
                                           facts));
        }
        Box box = line_box(std::move(line), columns, sheet);
        box.head = head;
        // neither the first nor the last row alone on a page
        box.keep =
            r + 1 < table.rows.size() && (table.rows.size() <= kept_together || r == 0 || r + 2 == table.rows.size());
        boxes.push_back(std::move(box));
    }
    boxes.front().gap = sheet.mm(2);
    return boxes;
}

}  // namespace exitscope::print
