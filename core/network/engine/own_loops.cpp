// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/own_loops.h"

#include <algorithm>
#include <array>
#include <utility>

namespace exitscope::engine {
namespace {

/// Sorted by name.
constexpr std::array<std::pair<std::string_view, LoopPlanner>, 68> loops = {{
    {"Abs", plan_integer_unary},
    {"Add", plan_integer_binary},
    {"And", plan_integer_binary},
    {"ArgMax", plan_arg},
    {"ArgMin", plan_arg},
    {"AveragePool", plan_pool},
    {"BitShift", plan_integer_binary},
    {"BitwiseAnd", plan_integer_binary},
    {"BitwiseNot", plan_integer_unary},
    {"BitwiseOr", plan_integer_binary},
    {"BitwiseXor", plan_integer_binary},
    {"Cast", plan_cast},
    {"Concat", plan_concat},
    {"Conv", plan_convolution},
    {"CumSum", plan_cum_sum},
    {"Div", plan_integer_binary},
    {"Equal", plan_comparison},
    {"Gather", plan_gather},
    {"GatherElements", plan_gather_elements},
    {"GatherND", plan_gather_nd},
    {"GlobalAveragePool", plan_pool},
    {"GlobalMaxPool", plan_pool},
    {"Greater", plan_comparison},
    {"GreaterOrEqual", plan_comparison},
    {"Hardmax", plan_hardmax},
    {"IsInf", plan_classification},
    {"IsNaN", plan_classification},
    {"LRN", plan_lrn},
    {"LayerNormalization", plan_layer_normalization},
    {"Less", plan_comparison},
    {"LessOrEqual", plan_comparison},
    {"LogSoftmax", plan_softmax},
    {"LpPool", plan_pool},
    {"Max", plan_integer_binary},
    {"MaxPool", plan_pool},
    {"Min", plan_integer_binary},
    {"Mod", plan_integer_binary},
    {"Mul", plan_integer_binary},
    {"Neg", plan_integer_unary},
    {"Not", plan_integer_unary},
    {"Or", plan_integer_binary},
    {"Pad", plan_rearrangement},
    {"Pow", plan_integer_binary},
    {"ReduceL1", plan_reduce},
    {"ReduceL2", plan_reduce},
    {"ReduceLogSum", plan_reduce},
    {"ReduceLogSumExp", plan_reduce},
    {"ReduceMax", plan_reduce},
    {"ReduceMean", plan_reduce},
    {"ReduceMin", plan_reduce},
    {"ReduceProd", plan_reduce},
    {"ReduceSum", plan_reduce},
    {"ReduceSumSquare", plan_reduce},
    {"Relu", plan_integer_unary},
    {"Resize", plan_resize},
    {"ScatterElements", plan_scatter_elements},
    {"ScatterND", plan_scatter_nd},
    {"Sign", plan_integer_unary},
    {"Slice", plan_rearrangement},
    {"Softmax", plan_softmax},
    {"Split", plan_rearrangement},
    {"Sub", plan_integer_binary},
    {"Sum", plan_integer_binary},
    {"Tile", plan_rearrangement},
    {"TopK", plan_top_k},
    {"Transpose", plan_rearrangement},
    {"Where", plan_where},
    {"Xor", plan_integer_binary},
}};
static_assert(std::is_sorted(loops.begin(), loops.end(),
                             [](const auto& a, const auto& b) { return a.first < b.first; }));

}  // namespace

LoopPlanner find_loop(std::string_view op)
{
    const auto found = std::lower_bound(loops.begin(), loops.end(), op,
                                        [](const auto& row, std::string_view key) { return row.first < key; });
    return found != loops.end() && found->first == op ? found->second : nullptr;
}

}  // namespace exitscope::engine
