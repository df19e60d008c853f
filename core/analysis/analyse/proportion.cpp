// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/proportion.h"

#include "core/analysis/predict/wilson.h"

namespace exitscope::analyse {

Proportion proportion(std::size_t hits, std::size_t samples)
{
    const predict::Interval interval = predict::wilson(hits, samples);
    const double value = samples > 0 ? static_cast<double>(hits) / static_cast<double>(samples) : 0.0;
    return {value, interval.low, interval.high, samples};
}

}  // namespace exitscope::analyse
