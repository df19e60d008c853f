// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/data_uri.h"
#include "core/analysis/report/report.h"
#include "core/analysis/report/style.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {
namespace {

std::string tag(const std::string& name, const std::string& inner, const std::string& attributes = {})
{
    return "<" + name + (attributes.empty() ? "" : " " + attributes) + ">" + inner + "</" + name + ">";
}

std::string class_of(const char* name)
{
    return std::string("class=\"") + name + "\"";
}

std::string inline_text(const std::vector<Span>& spans)
{
    std::string out;
    for (const Span& span : spans) {
        std::string text = escape(span.text);
        if (span.strong)
            text = tag("b", text);
        out += span.link.empty() ? text : tag("a", text, "href=\"" + escape(span.link) + "\"");
    }
    return out;
}

/// One overload per kind of block.
struct Writer {
    std::string& out;

    void operator()(const Heading& heading) const
    {
        out += tag("h" + std::to_string(heading.level), escape(heading.text),
                   heading.id.empty() ? "" : "id=\"" + escape(heading.id) + "\"") +
               "\n";
    }

    void operator()(const Paragraph& paragraph) const
    {
        const char* kind = paragraph.kind == Paragraph::Kind::lead      ? "lead"
                           : paragraph.kind == Paragraph::Kind::note    ? "note"
                           : paragraph.kind == Paragraph::Kind::warning ? "warn"
                                                                        : nullptr;
        out += tag("p", inline_text(paragraph.spans), kind ? class_of(kind) : "") + "\n";
    }

    void operator()(const Contents& contents) const
    {
        std::string list;
        for (const Contents::Entry& entry : contents.entries)
            list += tag("li", tag("a", escape(entry.title), "href=\"#" + escape(entry.id) + "\""));
        out += tag("nav", tag("ul", list), "aria-label=\"Sections\"") + "\n";
    }

    void operator()(const Bullets& bullets) const
    {
        out += "<ul>\n";
        for (const std::vector<Span>& item : bullets.items)
            out += tag("li", inline_text(item)) + "\n";
        out += "</ul>\n";
    }

    void operator()(const Cards& cards) const
    {
        out += "<div class=\"cards\">";
        for (const Cards::Card& card : cards.cards)
            out += tag("div", tag("b", escape(card.number)) + tag("span", escape(card.what)), class_of("card"));
        out += "</div>\n";
    }

    void operator()(const Table& table) const
    {
        const bool facts = table.head.empty();
        out += facts ? "<table class=\"facts\">" : "<div class=\"scroll\"><table><thead><tr>";
        for (const std::string& cell : table.head)
            out += tag("th", escape(cell), "scope=\"col\"");
        out += facts ? "<tbody>\n" : "</tr></thead><tbody>\n";
        for (const Table::Row& row : table.rows) {
            std::string cells;
            for (const Table::Cell& cell : row.cells)
                cells += tag("td", escape(cell.text), cell.best ? class_of("best") : "");
            out += tag("tr", cells, row.chosen ? class_of("chosen") : "") + "\n";
        }
        out += facts ? "</tbody></table>\n" : "</tbody></table></div>\n";
    }

    void operator()(const Figure& figure) const
    {
        const std::string label = " role=\"img\" aria-label=\"" + escape(figure.title) + "\"";
        out += "<figure>";
        if (!figure.svg_dark.empty())
            out += tag("div", figure.svg_dark, class_of("dark") + label);
        out += tag("div", figure.svg, class_of("light") + label);
        if (!figure.caption.empty())
            out += tag("figcaption", escape(figure.caption));
        out += "</figure>\n";
    }

    void operator()(const Gallery& pictures) const
    {
        out += "<div class=\"images\">\n";
        for (const Gallery::Picture& picture : pictures.pictures) {
            const std::string image = picture.png.empty() ? ""
                                                          : "<img alt=\"" + escape(picture.title) + "\" src=\"" +
                                                                png_uri(picture.png) + "\">";
            out += tag("div",
                       image + tag("div", tag("b", escape(picture.title)) + " " +
                                              tag("span", escape(picture.number), class_of("number")) + "<br>" +
                                              escape(picture.caption)),
                       class_of("image")) +
                   "\n";
        }
        out += "</div>\n";
    }
};

}  // namespace

std::string html(const Document& document)
{
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"color-scheme\" content=\"light dark\">\n" +
                      tag("title", escape(document.title)) + "\n<style>" + style +
                      "</style>\n</head>\n<body>\n<main>\n";
    const Writer writer{out};
    for (const Block& block : document.blocks)
        std::visit(writer, block);
    out += "</main>\n</body>\n</html>\n";
    return out;
}

}  // namespace exitscope::report
