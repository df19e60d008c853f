// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/analysis/run/run.h"
#include "core/base/index.h"

namespace exitscope::analyse {

/// A test sample with the distance of its logits from those of the given sample.
struct Neighbour {
    SampleIndex sample;
    double distance = 0;
};

/// The `count` test samples whose logits at `state` are nearest to those of `sample`, nearest first, of equally near
/// ones the lower index first, without `sample` itself. Distance: Euclidean, of logits minus their mean (computed from
/// the probabilities, of which those below 1e-7 count as 1e-7). Empty when the run keeps no class probabilities.
[[nodiscard]] std::vector<Neighbour> nearest_answers(const run::Run& run, StateIndex state, SampleIndex sample,
                                                     std::size_t count);

}  // namespace exitscope::analyse
