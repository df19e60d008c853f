// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/own_loops.h"

#include <algorithm>

namespace exitscope::engine {

LoopPlanner find_loop(std::string_view op)
{
    for (const std::span<const OwnLoop> family : {axis_loops(), elementwise_loops(), move_loops(), window_loops()}) {
        const auto found =
            std::find_if(family.begin(), family.end(), [&](const OwnLoop& loop) { return loop.op == op; });
        if (found != family.end())
            return found->plan;
    }
    return nullptr;
}

}  // namespace exitscope::engine
