// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <string>

#include "core/network/dataset/formats.h"

namespace exitscope::dataset {

bool is_clutter(std::string_view name)
{
    constexpr std::array<std::string_view, 16> known{
        "$recycle.bin",       "#recycle",   "#snapshot", "@eadir",      "@recycle",
        "@recently-snapshot", "@tmp",       "__macosx",  "__pycache__", "desktop.ini",
        "ehthumbs.db",        "lost+found", "recycled",  "recycler",    "system volume information",
        "thumbs.db"};
    if (name.empty() || name.front() == '.')
        return true;
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::find(known.begin(), known.end(), lower) != known.end();
}

}  // namespace exitscope::dataset
