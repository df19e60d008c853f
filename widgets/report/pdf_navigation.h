// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <QByteArray>
#include <QString>

namespace exitscope::print {

/// A heading and where it lies.
struct Bookmark {
    std::string id;
    QString title;
    int page = 0;     ///< from 0
    double from_top;  ///< points below the page's upper edge
};

/// QPdfWriter makes every link one to a URL, and no outline: an incremental update (PDF reference 1.4, section 3.4.5)
/// adds the bookmarks as outline and lets links to "#id" jump to them. `pdf` is what QPdfWriter wrote; a document of
/// another structure is returned as it is.
[[nodiscard]] QByteArray with_navigation(const QByteArray& pdf, const std::vector<Bookmark>& bookmarks);

}  // namespace exitscope::print
