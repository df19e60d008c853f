// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/split_positions.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace exitscope {

Expected<SplitPositions> split_positions(std::size_t samples, double fit_fraction, std::uint64_t seed,
                                         std::string_view name)
{
    if (!(fit_fraction > 0.0 && fit_fraction < 1.0))
        return exitscope::fail(ErrorCode::usage, name, "cannot be split: the fraction must lie between 0 and 1");
    if (samples < 2)
        return bad_input(name, "cannot be split: it has fewer than two samples");
    std::vector<SampleIndex> order(samples);
    for (std::size_t i = 0; i < samples; ++i)
        order[i] = SampleIndex(i);
    Random random(seed);
    shuffle(order, random);
    const auto wanted = static_cast<std::size_t>(std::llround(fit_fraction * static_cast<double>(samples)));
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(wanted, 1, samples - 1));
    std::sort(order.begin(), middle);
    std::sort(middle, order.end());
    return SplitPositions{{order.begin(), middle}, {middle, order.end()}};
}

}  // namespace exitscope
