// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/softmax.h"

#include <algorithm>
#include <cmath>

namespace exitscope {

void softmax(std::span<const float> logits, std::span<float> probabilities)
{
    const auto largest = double(*std::max_element(logits.begin(), logits.end()));
    double total = 0;
    for (const float z : logits)
        total += std::exp(double(z) - largest);
    for (std::size_t c = 0; c < logits.size(); ++c)
        probabilities[c] = static_cast<float>(std::exp(double(logits[c]) - largest) / total);
}

std::span<const float> probabilities_of(std::span<const float> row, bool holds_probabilities, std::span<float> scratch)
{
    if (holds_probabilities)
        return row;
    softmax(row, scratch);
    return scratch;
}

}  // namespace exitscope
