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

/// What a loop works on: row-major elements, float or int64 as the values say.
struct Operands {
    const Context& context;
    std::span<const std::optional<BufferIndex>> inputs;  ///< as the node's; nothing = omitted
    std::span<const BufferIndex> outputs;                ///< as the node's

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

/// One operator on its operands. Planned once: a call does not allocate.
using Loop = std::function<void(const Operands&)>;
using LoopPlanner = Loop (*)(const model::Graph&, const model::Node&);

/// Operators in the normal form of specialise() that are neither convolutions nor matrix products in common form and
/// gain nothing from other layouts: one function plans each. Null for operators without one.
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
