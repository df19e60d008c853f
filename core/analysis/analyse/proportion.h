// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace exitscope::analyse {

/// A share with its 95 % interval (Wilson).
struct Proportion {
    double value = 0;
    double low = 0;
    double high = 0;
    std::size_t samples = 0;
};
/// Without samples: value 0, interval [0,1].
[[nodiscard]] Proportion proportion(std::size_t hits, std::size_t samples);

}  // namespace exitscope::analyse
