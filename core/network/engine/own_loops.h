// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "core/network/engine/assembly.h"
#include "core/network/model/graph.h"

namespace exitscope::engine {

/// Operands of a loop: row-major elements, float or int64 depending on the type of the value.
struct Operands {
    const Context& context;
    std::span<const std::optional<BufferIndex>> inputs;  ///< in the order of the node's; nullopt = omitted
    std::span<const BufferIndex> outputs;                ///< in the order of the node's

    template <class T>
    [[nodiscard]] const T* in(std::size_t position) const
    {
        return context.at<T>(*inputs[position]);
    }
    template <class T>
    [[nodiscard]] T* out(std::size_t position) const
    {
        return context.at<T>(outputs[position]);
    }
    [[nodiscard]] bool has(std::size_t position) const { return position < inputs.size() && inputs[position]; }
};

/// Runs one operator on its operands. Prepared once by a planner; a call does not allocate.
using Loop = std::function<void(const Operands&)>;
using LoopPlanner = Loop (*)(const model::Graph&, const model::Node&);

/// The planner of an operator in the normal form of specialise(). Covers operators that are neither convolutions nor
/// matrix products and that would not run faster in another memory layout; null for all others.
[[nodiscard]] LoopPlanner find_loop(std::string_view op);

// Each family lists its operators in a table at the end of its file.
struct OwnLoop {
    std::string_view op;
    LoopPlanner plan;
};
[[nodiscard]] std::span<const OwnLoop> axis_loops();         ///< along one axis or several
[[nodiscard]] std::span<const OwnLoop> elementwise_loops();  ///< integers, comparisons, casts
[[nodiscard]] std::span<const OwnLoop> move_loops();         ///< elements moved, chosen or joined
[[nodiscard]] std::span<const OwnLoop> window_loops();       ///< convolution and pooling

}  // namespace exitscope::engine
