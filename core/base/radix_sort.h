// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <numeric>
#include <vector>

namespace exitscope {

struct Keyed {
    std::uint32_t key;
    std::uint32_t value;
};

/// An integer that compares as the float does; -0 and +0 give the same key. `number` must not be NaN.
[[nodiscard]] inline std::uint32_t sort_key(float number)
{
    const auto bits = std::bit_cast<std::uint32_t>(number + 0.0F);
    return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

/// Sorts by key, ascending and stable: least significant digit first, 11 bits per digit. A digit that is equal in all
/// keys costs a counting pass only.
inline void radix_sort(std::vector<Keyed>& items)
{
    constexpr unsigned bits = 11;
    constexpr std::uint32_t mask = (1U << bits) - 1U;
    if (items.empty())
        return;
    std::vector<Keyed> sorted(items.size());
    for (unsigned shift = 0; shift < 32; shift += bits) {
        std::array<std::size_t, mask + 1> begin{};
        for (const Keyed& item : items)
            ++begin[(item.key >> shift) & mask];
        if (begin[(items.front().key >> shift) & mask] == items.size())
            continue;
        std::exclusive_scan(begin.begin(), begin.end(), begin.begin(), std::size_t{0});
        for (const Keyed& item : items)
            sorted[begin[(item.key >> shift) & mask]++] = item;
        items.swap(sorted);
    }
}

}  // namespace exitscope
