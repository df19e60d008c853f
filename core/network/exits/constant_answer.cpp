// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/constant_answer.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace exitscope::exits {

bool ConstantAnswer::beaten_by(double head_accuracy, double head_loss) const
{
    constexpr double rounding = 1e-6;
    return head_accuracy > accuracy && head_loss < loss - rounding;
}

ConstantAnswer constant_answer(std::span<const std::int32_t> training, std::span<const std::int32_t> held_out,
                               std::size_t classes)
{
    std::vector<double> count(classes, 1);
    for (const std::int32_t label : training)
        count[static_cast<std::size_t>(label)] += 1;
    const auto frequent = static_cast<std::int32_t>(std::max_element(count.begin(), count.end()) - count.begin());
    const double total = static_cast<double>(training.size() + classes);
    double loss = 0;
    double hits = 0;
    for (const std::int32_t label : held_out) {
        loss -= std::log(count[static_cast<std::size_t>(label)] / total);
        hits += label == frequent;
    }
    const double images = std::max<double>(1, static_cast<double>(held_out.size()));
    return {hits / images, std::min(loss / images, std::log(static_cast<double>(classes)))};
}

}  // namespace exitscope::exits
