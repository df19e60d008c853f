// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "widgets/common/operating_point.h"

namespace exitscope::gui {

/// The state graph around one sample's path, as a grid of stages x precisions. The node of a stage and precision is the
/// state that follows the sample's path up to that stage and runs the stage at that precision; after the exit, the
/// state that goes on at that precision to the end. A second pass runs at another precision than the first, so that
/// both fit.
struct LatticeNode {
    StateIndex state;
    std::size_t stage = 0;
    std::size_t precision = 0;  ///< position in Run::precisions
    bool taken = false;         ///< on the sample's path
    bool left = false;          ///< the state in which the sample left
    std::optional<bool> good;   ///< OperatingPoint::good() there
};

/// Nodes that the schedule allows, by stage, cheapest precision first. The point must be decided.
[[nodiscard]] std::vector<LatticeNode> lattice(const OperatingPoint& point, SampleIndex sample);

}  // namespace exitscope::gui
