// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "widgets/common/operating_point.h"

namespace exitscope::gui {

/// The state graph around one sample's way, folded to stages x precisions: the node of a stage and precision stands for
/// the state that keeps the sample's way up to there and takes this precision; behind the exit, for going on at one
/// precision to the end. A second pass runs at another precision than the first, so both fit in.
struct LatticeNode {
    StateIndex state;
    std::size_t stage = 0;
    std::size_t precision = 0;  ///< position in Run::precisions
    bool taken = false;         ///< on the way
    bool left = false;          ///< where the sample left
    std::optional<bool> good;   ///< OperatingPoint::good() there
};

/// Nodes that the schedule allows, by stage, cheapest precision first. The point must be decided.
[[nodiscard]] std::vector<LatticeNode> lattice(const OperatingPoint& point, SampleIndex sample);

}  // namespace exitscope::gui
