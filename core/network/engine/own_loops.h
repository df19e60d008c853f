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

// own_loops_elementwise.cpp
[[nodiscard]] Loop plan_integer_unary(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_integer_binary(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_comparison(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_classification(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_where(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_cast(const model::Graph&, const model::Node&);
// own_loops_move.cpp
[[nodiscard]] Loop plan_rearrangement(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_concat(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_gather(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_gather_elements(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_gather_nd(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_scatter_elements(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_scatter_nd(const model::Graph&, const model::Node&);
// own_loops_axis.cpp
[[nodiscard]] Loop plan_reduce(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_softmax(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_hardmax(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_arg(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_top_k(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_cum_sum(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_layer_normalization(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_lrn(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_resize(const model::Graph&, const model::Node&);
// own_loops_window.cpp
[[nodiscard]] Loop plan_pool(const model::Graph&, const model::Node&);
[[nodiscard]] Loop plan_convolution(const model::Graph&, const model::Node&);

}  // namespace exitscope::engine
