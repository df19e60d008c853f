// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/report/report_pdf.h"

#include <algorithm>
#include <utility>

#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>

#include "widgets/report/boxes.h"
#include "widgets/report/pdf_navigation.h"

namespace exitscope::print {
namespace {

constexpr int resolution = 1200;
constexpr qreal margin_mm = 18;
constexpr qreal footer_mm = 8;  ///< from the sheet's end to the footer's line

/// A box and its place below the top of its page.
struct Placed {
    std::size_t box;
    qreal y;
    bool repeat_head;
};
using Page = std::vector<Placed>;

/// Fills pages from top to bottom; boxes that belong together move on together where a page can hold them.
class Paginator {
public:
    Paginator(const std::vector<Box>& boxes, qreal height) : boxes_(boxes), height_(height) {}

    [[nodiscard]] std::vector<Page> pages()
    {
        for (std::size_t first = 0; first < boxes_.size();) {
            std::size_t last = first;
            while (last + 1 < boxes_.size() && boxes_[last].keep)
                ++last;
            const qreal together = height_of(first, last);
            if (!pages_.back().empty() && y_ + boxes_[first].gap + together > height_ && together <= height_)
                turn();
            for (; first <= last; ++first)
                place(first);
        }
        return std::move(pages_);
    }

private:
    [[nodiscard]] qreal height_of(std::size_t first, std::size_t last) const
    {
        qreal height = boxes_[first].height;
        for (std::size_t b = first + 1; b <= last; ++b)
            height += boxes_[b].gap + boxes_[b].height;
        return height;
    }

    void turn()
    {
        pages_.emplace_back();
        y_ = 0;
    }

    void place(std::size_t b)
    {
        const Box& box = boxes_[b];
        if (!pages_.back().empty() && y_ + box.gap + box.height > height_)
            turn();
        const bool starts = pages_.back().empty();
        const bool repeat = starts && box.head;
        if (!starts)
            y_ += box.gap;
        if (repeat)
            y_ += box.head->height;
        pages_.back().push_back({b, y_, repeat});
        y_ += box.height;
    }

    const std::vector<Box>& boxes_;
    qreal height_;
    std::vector<Page> pages_{1};
    qreal y_ = 0;
};

void draw_page(QPainter& painter, const Page& page, const std::vector<Box>& boxes)
{
    for (const Placed& placed : page) {
        const Box& box = boxes[placed.box];
        if (placed.repeat_head)
            box.head->draw(painter, {0, placed.y - box.head->height});
        box.draw(painter, {0, placed.y});
    }
}

void draw_footer(QPainter& painter, const Sheet& sheet, const std::string& title, std::size_t page, std::size_t pages)
{
    const QPointF at(0, sheet.height + sheet.mm(footer_mm));
    TextStyle style = sheet.style(7.5, ink::muted);
    Text(title, style, 0.8 * sheet.width).draw(painter, at);
    style.alignment = Qt::AlignRight;
    Text(std::to_string(page) + " / " + std::to_string(pages), style, sheet.width).draw(painter, at);
}

std::vector<Bookmark> bookmarks(const std::vector<Box>& boxes, const std::vector<Page>& pages, const Sheet& sheet)
{
    std::vector<Bookmark> found;
    for (std::size_t p = 0; p < pages.size(); ++p)
        for (const Placed& placed : pages[p])
            if (const Box& box = boxes[placed.box]; !box.id.empty())
                found.push_back({box.id, QString::fromStdString(box.title), static_cast<int>(p),
                                 (sheet.mm(margin_mm) + placed.y) / sheet.point});
    return found;
}

}  // namespace

Expected<std::string> report_pdf(const report::Document& document, const QPageSize& size)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setCreator(QStringLiteral("Exitscope"));
    writer.setTitle(QString::fromStdString(document.title));
    writer.setResolution(resolution);
    writer.setPageSize(size);
    writer.setPageMargins(QMarginsF(margin_mm, margin_mm, margin_mm, margin_mm), QPageLayout::Millimeter);

    const Sheet sheet{static_cast<qreal>(writer.width()), static_cast<qreal>(writer.height()), resolution / 72.0};
    const auto numbers = std::make_shared<PageNumbers>();
    Expected<std::vector<Box>> made = boxes(document, sheet, numbers);
    if (!made)
        return forward(made);
    const std::vector<Page> pages = Paginator(*made, sheet.height).pages();
    const std::vector<Bookmark> headings = bookmarks(*made, pages, sheet);
    for (const Bookmark& heading : headings)
        (*numbers)[heading.id] = heading.page + 1;

    QPainter painter(&writer);
    painter.setRenderHint(QPainter::LosslessImageRendering);
    for (std::size_t p = 0; p < pages.size(); ++p) {
        if (p > 0)
            writer.newPage();
        draw_page(painter, pages[p], *made);
        draw_footer(painter, sheet, document.title, p + 1, pages.size());
    }
    painter.end();
    return with_navigation(bytes, headings).toStdString();
}

}  // namespace exitscope::print
