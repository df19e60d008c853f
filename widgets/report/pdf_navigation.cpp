// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/report/pdf_navigation.h"

#include <algorithm>
#include <map>
#include <optional>

#include <QRegularExpression>

namespace exitscope::print {
namespace {

/// Content of the cross-reference table and of the trailer at the file's end.
struct Structure {
    std::vector<qsizetype> offset;  ///< [objects], of the object's text; 0 for free ones
    qsizetype table = 0;            ///< where the cross-reference table stands
    int root = 0;
    int info = 0;
};

std::optional<Structure> structure_of(const QByteArray& pdf)
{
    static const QRegularExpression ending(QStringLiteral(
        R"(trailer\s*<<\s*/Size (\d+)\s*/Info (\d+) 0 R\s*/Root (\d+) 0 R\s*>>\s*startxref\s*(\d+)\s*%%EOF)"));
    constexpr qsizetype entry_length = 20;
    const qsizetype trailer = pdf.lastIndexOf("trailer");
    const auto found = ending.match(QString::fromLatin1(pdf.mid(std::max<qsizetype>(trailer, 0))));
    if (trailer < 0 || !found.hasMatch())
        return std::nullopt;
    Structure result;
    result.info = found.captured(2).toInt();
    result.root = found.captured(3).toInt();
    result.table = found.captured(4).toLongLong();
    const QByteArray head = "xref\n0 " + found.captured(1).toLatin1() + "\n";
    const qsizetype objects = found.captured(1).toLongLong();
    const qsizetype entries = result.table + head.size();
    if (objects < 1 || entries + objects * entry_length > pdf.size() || pdf.mid(result.table, head.size()) != head)
        return std::nullopt;
    for (qsizetype o = 0; o < objects; ++o) {
        const QByteArray entry = pdf.mid(entries + o * entry_length, entry_length);
        result.offset.push_back(entry.at(17) == 'n' ? entry.left(10).toLongLong() : 0);
    }
    return result;
}

/// An object's text up to its end; short objects only, no streams.
QByteArray object_text(const QByteArray& pdf, const Structure& structure, int object)
{
    const qsizetype from = structure.offset[static_cast<std::size_t>(object)];
    const qsizetype end = from > 0 ? pdf.indexOf("endobj", from) : -1;
    return end < 0 ? QByteArray() : pdf.mid(from, end - from);
}

std::vector<int> page_objects(const QByteArray& pdf, const Structure& structure)
{
    static const QRegularExpression pages(QStringLiteral(R"(/Pages (\d+) 0 R)"));
    static const QRegularExpression kids(QStringLiteral(R"(/Kids\s*\[([^\]]*)\])"));
    static const QRegularExpression reference(QStringLiteral(R"((\d+) 0 R)"));
    const auto root = pages.match(QString::fromLatin1(object_text(pdf, structure, structure.root)));
    std::vector<int> found;
    if (!root.hasMatch() || root.captured(1).toULongLong() >= structure.offset.size())
        return found;
    const auto list = kids.match(QString::fromLatin1(object_text(pdf, structure, root.captured(1).toInt())));
    for (auto each = reference.globalMatch(list.captured(1)); each.hasNext();)
        found.push_back(each.next().captured(1).toInt());
    return found;
}

/// A text string of PDF: UTF-16 with a byte order mark, in hexadecimal.
QByteArray text_string(const QString& text)
{
    QByteArray bytes("\xfe\xff", 2);
    for (const QChar c : text) {
        bytes.append(static_cast<char>(c.unicode() >> 8));
        bytes.append(static_cast<char>(c.unicode() & 0xff));
    }
    return "<" + bytes.toHex() + ">";
}

/// The objects of the update by number, without "N 0 obj" around them.
using Objects = std::map<int, QByteArray>;

Objects links(const QByteArray& pdf, const Structure& structure, const std::map<std::string, QByteArray>& places)
{
    static const QRegularExpression link(QStringLiteral(R"(/Subtype /Link\s*/Rect (\[[^\]]*\]).*/URI \(#([^)]*)\))"),
                                         QRegularExpression::DotMatchesEverythingOption);
    constexpr qsizetype longest = 1000;
    Objects objects;
    for (std::size_t o = 1; o < structure.offset.size(); ++o) {
        if (structure.offset[o] == 0 || !pdf.mid(structure.offset[o], longest).contains("/Subtype /Link"))
            continue;
        const auto found = link.match(QString::fromLatin1(object_text(pdf, structure, static_cast<int>(o))));
        const auto place = found.hasMatch() ? places.find(found.captured(2).toStdString()) : places.end();
        if (place != places.end())
            objects[static_cast<int>(o)] = "<< /Type /Annot /Subtype /Link /Rect " + found.captured(1).toLatin1() +
                                           " /Border [0 0 0] /Dest " + place->second + " >>";
    }
    return objects;
}

void add_outline(Objects& objects, int first, const std::vector<Bookmark>& bookmarks,
                 const std::map<std::string, QByteArray>& places)
{
    const auto reference = [](int object) { return QByteArray::number(object) + " 0 R"; };
    const int count = static_cast<int>(bookmarks.size());
    objects[first] = "<< /Type /Outlines /First " + reference(first + 1) + " /Last " + reference(first + count) +
                     " /Count " + QByteArray::number(count) + " >>";
    for (int b = 0; b < count; ++b) {
        const Bookmark& bookmark = bookmarks[static_cast<std::size_t>(b)];
        QByteArray entry = "<< /Title " + text_string(bookmark.title) + " /Parent " + reference(first) + " /Dest " +
                           places.at(bookmark.id);
        if (b > 0)
            entry += " /Prev " + reference(first + b);
        if (b + 1 < count)
            entry += " /Next " + reference(first + b + 2);
        objects[first + 1 + b] = entry + " >>";
    }
}

QByteArray update(const QByteArray& pdf, const Structure& structure, const Objects& objects)
{
    QByteArray out = pdf + "\n";
    QByteArray table;
    for (const auto& [number, text] : objects) {
        table += QByteArray::number(number) + " 1\n" + QByteArray::number(out.size()).rightJustified(10, '0') +
                 " 00000 n \n";
        out += QByteArray::number(number) + " 0 obj\n" + text + "\nendobj\n";
    }
    const qsizetype start = out.size();
    out += "xref\n" + table + "trailer\n<< /Size " + QByteArray::number(objects.rbegin()->first + 1) + " /Info " +
           QByteArray::number(structure.info) + " 0 R /Root " + QByteArray::number(structure.root) + " 0 R /Prev " +
           QByteArray::number(structure.table) + " >>\nstartxref\n" + QByteArray::number(start) + "\n%%EOF\n";
    return out;
}

}  // namespace

QByteArray with_navigation(const QByteArray& pdf, const std::vector<Bookmark>& bookmarks)
{
    static const QRegularExpression height(QStringLiteral(R"(/MediaBox \[0 0 [\d.]+ ([\d.]+)\])"));
    const std::optional<Structure> structure = structure_of(pdf);
    if (!structure || bookmarks.empty())
        return pdf;
    const std::vector<int> pages = page_objects(pdf, *structure);
    std::map<std::string, QByteArray> places;
    for (const Bookmark& bookmark : bookmarks) {
        if (bookmark.page < 0 || static_cast<std::size_t>(bookmark.page) >= pages.size())
            return pdf;
        const int page = pages[static_cast<std::size_t>(bookmark.page)];
        const auto box = height.match(QString::fromLatin1(object_text(pdf, *structure, page)));
        if (!box.hasMatch())
            return pdf;
        places[bookmark.id] = "[" + QByteArray::number(page) + " 0 R /XYZ 0 " +
                              QByteArray::number(box.captured(1).toDouble() - bookmark.from_top, 'f', 1) + " null]";
    }
    Objects objects = links(pdf, *structure, places);
    const int first = static_cast<int>(structure->offset.size());
    add_outline(objects, first, bookmarks, places);
    QByteArray root = object_text(pdf, *structure, structure->root);
    root = root.mid(root.indexOf("<<"));
    root.insert(root.lastIndexOf(">>"), "/Outlines " + QByteArray::number(first) + " 0 R\n/PageMode /UseOutlines\n");
    objects[structure->root] = root.trimmed();
    return update(pdf, *structure, objects);
}

}  // namespace exitscope::print
