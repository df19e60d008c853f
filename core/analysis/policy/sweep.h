// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/index.h"

namespace exitscope::policy {

/// States chosen for every sample at every point, as per-sample breakpoints: decisions are piecewise constant in the
/// knob, so moving the slider is a look-up (architecture.md#rules-that-hold-everywhere).
class Sweep {
public:
    /// One breakpoint of one sample: the point from which `state` holds.
    struct Break {
        std::uint32_t point;
        StateIndex state;
    };

    /// `states_by_point[p][i]` = state of sample i at point p; at least one point.
    explicit Sweep(const std::vector<std::vector<StateIndex>>& states_by_point);
    /// Compressed rows: breaks[offsets[i] .. offsets[i+1]) are those of sample i, ascending, the first at point 0.
    Sweep(std::size_t points, std::vector<std::uint64_t> offsets, std::vector<Break> breaks);

    [[nodiscard]] std::size_t samples() const { return offsets_.size() - 1; }
    [[nodiscard]] std::size_t points() const { return points_; }
    [[nodiscard]] StateIndex state(SampleIndex sample, std::size_t point) const
    {
        return state_at(breaks(sample), point);
    }
    [[nodiscard]] std::span<const Break> breaks(SampleIndex sample) const
    {
        const std::uint64_t begin = offsets_[sample.at()];
        return {breaks_.data() + begin, static_cast<std::size_t>(offsets_[sample.at() + 1] - begin)};
    }
    /// The state that holds at `point`. A sample has few breaks: counting them without a branch beats a search.
    [[nodiscard]] static StateIndex state_at(std::span<const Break> breaks, std::size_t point)
    {
        std::size_t passed = 0;
        for (std::size_t b = 1; b < breaks.size(); ++b)
            passed += breaks[b].point <= point;
        return breaks[passed].state;
    }

private:
    std::size_t points_ = 0;
    std::vector<std::uint64_t> offsets_;  ///< [samples + 1]
    std::vector<Break> breaks_;
};

}  // namespace exitscope::policy
