// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/translatable.h"

#include <cstddef>

namespace exitscope {

std::string Sentence::text() const
{
    std::string text;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::size_t value = pattern[i] == '%' && i + 1 < pattern.size()
                                      ? static_cast<std::size_t>(pattern[i + 1]) - '1'
                                      : values.size();
        if (value < values.size()) {
            text += values[value];
            ++i;
        } else {
            text += pattern[i];
        }
    }
    return text;
}

}  // namespace exitscope
