// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/synthetic_run.h"
#include "widgets/common/operating_point.h"

namespace exitscope::tests {

/// A small synthetic run in which sample i ends in state (i * 7) modulo the number of states, with a predicted error
/// of (i modulo 100) / 100.
inline gui::OperatingPoint decidedPoint(std::size_t samples = 200, bool labelled = true)
{
    SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 50;
    options.test_samples = samples;
    options.labelled_test = labelled;
    gui::OperatingPoint point;
    point.run = synthetic_run(options);
    point.costs = *cost::make_costs(*point.run, cost::Kind::bops);
    for (std::size_t i = 0; i < samples; ++i) {
        point.decisions.state.push_back(StateIndex((i * 7) % point.run->states.size()));
        point.predictedError.push_back(static_cast<float>(i % 100) / 100.0F);
    }
    return point;
}

}  // namespace exitscope::tests
