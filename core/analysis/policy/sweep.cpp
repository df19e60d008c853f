// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/sweep.h"

namespace exitscope::policy {

Sweep::Sweep(const std::vector<std::vector<StateIndex>>& states_by_point) : points_(states_by_point.size())
{
    const std::size_t count = states_by_point.empty() ? 0 : states_by_point.front().size();
    offsets_.reserve(count + 1);
    offsets_.push_back(0);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t p = 0; p < points_; ++p)
            if (p == 0 || states_by_point[p][i] != states_by_point[p - 1][i])
                breaks_.push_back({static_cast<std::uint32_t>(p), states_by_point[p][i]});
        offsets_.push_back(breaks_.size());
    }
}

Sweep::Sweep(std::size_t points, std::vector<std::uint64_t> offsets, std::vector<Break> breaks)
    : points_(points), offsets_(std::move(offsets)), breaks_(std::move(breaks))
{
}

}  // namespace exitscope::policy
