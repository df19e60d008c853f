// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/index.h"
#include "core/analysis/run/run.h"

namespace exitscope::analyse {

/// A test sample and how far its answer is from that of the sample asked about.
struct Neighbour {
    SampleIndex sample;
    double distance = 0;
};

/// The `count` test samples whose logits at `state` are nearest to those of `sample` (Euclidean distance of logits less
/// their mean, which is what softmax leaves of them; probabilities below 1e-7 count as 1e-7), nearest first, the lower
/// sample first of equally near ones, `sample` itself left out. Empty when the run keeps no class probabilities.
[[nodiscard]] std::vector<Neighbour> nearest_answers(const run::Run& run, StateIndex state, SampleIndex sample,
                                                     std::size_t count);

}  // namespace exitscope::analyse
