// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/natural_order.h"

#include <algorithm>

#include "core/base/text.h"

namespace exitscope::dataset {

bool naturally_before(std::string_view a, std::string_view b)
{
    const std::string_view whole_a = a;
    const std::string_view whole_b = b;
    while (!a.empty() && !b.empty()) {
        if (!is_digit(a.front()) || !is_digit(b.front())) {
            if (a.front() != b.front())
                return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
            a.remove_prefix(1);
            b.remove_prefix(1);
            continue;
        }
        const auto take = [](std::string_view& text) {
            text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
            const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
            const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
            text.remove_prefix(digits.size());
            return digits;
        };
        const std::string_view number_a = take(a);
        const std::string_view number_b = take(b);
        if (number_a.size() != number_b.size())
            return number_a.size() < number_b.size();
        if (number_a != number_b)
            return number_a < number_b;
    }
    if (a.empty() != b.empty())
        return a.empty();
    return whole_a < whole_b;
}

}  // namespace exitscope::dataset
