// SPDX-License-Identifier: GPL-3.0-or-later
// Windows in all the forms that oneDNN is not asked for.
#include "core/network/engine/node_kernels.h"
#include "core/network/engine/own_loops.h"

namespace exitscope::engine {
namespace {

Loop plan_pool(const model::Graph& graph, const model::Node& node)
{
    return [plan = pool_plan(node, graph.value(*node.inputs[0]).shape, graph.value(node.outputs[0]).shape),
            indices = node.outputs.size() > 1](const Operands& o) {
        plan.run(o.in<float>(0), o.out<float>(0), indices ? o.out<std::int64_t>(1) : nullptr);
    };
}

Loop plan_convolution(const model::Graph& graph, const model::Node& node)
{
    return
        [convolution = direct_convolution(node, graph.value(*node.inputs[0]).shape, graph.value(*node.inputs[1]).shape,
                                          graph.value(node.outputs[0]).shape)](const Operands& o) {
            convolution.run(o.in<float>(0), o.in<float>(1), o.has(2) ? o.in<float>(2) : nullptr, o.out<float>(0));
        };
}

constexpr OwnLoop loops[] = {
    {"AveragePool", plan_pool},   {"Conv", plan_convolution}, {"GlobalAveragePool", plan_pool},
    {"GlobalMaxPool", plan_pool}, {"LpPool", plan_pool},      {"MaxPool", plan_pool},
};

}  // namespace

std::span<const OwnLoop> window_loops()
{
    return loops;
}

}  // namespace exitscope::engine
