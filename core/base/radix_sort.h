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

/// Orders as the floats do, negative ones too; both zeros are equal. For no other floats than numbers.
[[nodiscard]] inline std::uint32_t sort_key(float number)
{
    const auto bits = std::bit_cast<std::uint32_t>(number + 0.0F);
    return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

/// Stable, by digits of 11 bits from the lowest; a digit that all keys share costs one pass of counting.
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
