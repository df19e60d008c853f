// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QColor>
#include <QPointF>

#include "core/analysis/report/document.h"
#include "core/base/error.h"
#include "widgets/report/text.h"

class QPainter;

namespace exitscope::print {

/// The printable part of a page, in device units.
struct Sheet {
    qreal width = 0;
    qreal height = 0;
    qreal point = 1;  ///< device units per point (1/72 inch)

    [[nodiscard]] qreal mm(qreal length) const { return length * point * 72 / 25.4; }
    [[nodiscard]] TextStyle style(qreal points, const QColor& colour, bool bold = false) const
    {
        return {points * point, colour, bold, Qt::AlignLeft};
    }
};

/// The page of each heading, by its id; known when boxes are drawn.
using PageNumbers = std::map<std::string, int>;

/// A piece of the report that is not split between pages.
struct Box {
    using Draw = std::function<void(QPainter& painter, const QPointF& at)>;
    qreal height = 0;
    qreal gap = 0;      ///< space above, unless the box starts a page
    bool keep = false;  ///< belongs on the page of the box after it
    Draw draw;
    std::shared_ptr<const Box> head = nullptr;  ///< drawn again above a box that starts a page
    std::string id = {};                        ///< of a section's heading
    std::string title = {};                     ///< of a section's heading
};

/// Colours of print, as in the report's style sheet.
namespace ink {
inline const QColor text(0x1f, 0x23, 0x28);
inline const QColor muted(0x59, 0x63, 0x6e);
inline const QColor line(0xd9, 0xde, 0xe3);
inline const QColor shade(0xf6, 0xf8, 0xfa);
inline const QColor warning(0xb3, 0x50, 0x00);
}  // namespace ink

/// The document as boxes for one page size. `pages` is read when the table of contents is drawn. Error: a drawing that
/// is not an SVG.
[[nodiscard]] Expected<std::vector<Box>> boxes(const report::Document& document, const Sheet& sheet,
                                               std::shared_ptr<const PageNumbers> pages);

/// One table as one box per row; the head is drawn again on every page.
[[nodiscard]] std::vector<Box> table_boxes(const report::Table& table, const Sheet& sheet);

}  // namespace exitscope::print
