// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <QByteArray>
#include <QString>

namespace exitscope::print {

/// A heading and its position.
struct Bookmark {
    std::string id;
    QString title;
    int page = 0;     ///< from 0
    double from_top;  ///< points below the page's upper edge
};

/// Adds to a PDF the navigation that QPdfWriter cannot write: an outline of the bookmarks, and links to "#id" that jump
/// to them instead of opening a URL. Uses an incremental update (PDF reference 1.4, section 3.4.5). `pdf` is the output
/// of QPdfWriter; a document of another structure is returned unchanged.
[[nodiscard]] QByteArray with_navigation(const QByteArray& pdf, const std::vector<Bookmark>& bookmarks);

}  // namespace exitscope::print
