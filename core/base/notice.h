// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace exitscope {

/// Something about the user's files or choices that makes numbers doubtful or that was decided for him, said before
/// the numbers. `code` is stable and for programs ("class-order"); `text` is one sentence without a full stop that
/// names the file, what is doubtful and the remedy.
struct Notice {
    std::string code;
    std::string text;

    friend bool operator==(const Notice&, const Notice&) = default;
};
using Notices = std::vector<Notice>;

/// Appends those of `more` that `notices` does not hold yet.
inline void add_notices(Notices& notices, const Notices& more)
{
    for (const Notice& notice : more) {
        bool known = false;
        for (const Notice& one : notices)
            known = known || one == notice;
        if (!known)
            notices.push_back(notice);
    }
}

}  // namespace exitscope
