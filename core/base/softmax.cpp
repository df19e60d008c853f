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

std::span<const float> probabilities_of(std::span<const float> row, OutputKind kind, std::span<float> scratch)
{
    if (kind == OutputKind::logits) {
        softmax(row, scratch);
        return scratch;
    }
    constexpr double rounding = 1e-5;  // of a softmax in single precision over thousands of classes
    double sum = 0;
    bool negative = false;
    for (const float p : row) {
        sum += std::max(double(p), 0.0);
        negative = negative || p < 0.0F;
    }
    if (!negative && std::fabs(sum - 1.0) <= rounding)
        return row;
    for (std::size_t c = 0; c < row.size(); ++c)
        scratch[c] = static_cast<float>(sum > 0 ? std::max(double(row[c]), 0.0) / sum : 1.0 / double(row.size()));
    return scratch;
}

}  // namespace exitscope
