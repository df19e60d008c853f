// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <memory>

#include "core/network/model/operators.h"

namespace exitscope::model {
namespace {

Expected<void> quantize_dequantize_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Node& node = context.node;
    const float scale = node.number("scale", 0.0F);
    const std::int64_t low = node.integer("low", 0);
    const std::int64_t high = node.integer("high", 0);
    const std::int64_t zero = node.integer("zero_point", 0);
    if (!std::isfinite(scale) || scale <= 0.0F || low < -32768 || high > 65535 || low >= high || zero < low ||
        zero > high)
        return bad_input({}, "its grid is impossible");
    context.shapes = {context.shape(0)};
    return {};
}

Expected<Tensor> fold_quantize_dequantize(const NodeContext& context)
{
    Tensor result = *context.constant(0);
    const Node& node = context.node;
    const float scale = node.number("scale", 1.0F);
    const auto zero = static_cast<float>(node.integer("zero_point", 0));
    const float low = static_cast<float>(node.integer("low", 0)) - zero;
    const float high = static_cast<float>(node.integer("high", 0)) - zero;
    for (float& x : result.floats) {
        const float level = std::nearbyint(x / scale);
        x = scale * (level > low ? std::min(level, high) : low);
    }
    return result;
}

constexpr Operator operators[] = {
    {"QuantizeDequantize", quantize_dequantize_rule, fold_quantize_dequantize},
};

}  // namespace

std::span<const Operator> quantize_operators()
{
    return operators;
}

std::shared_ptr<const StoredQuantization> carried_scales(const NodeContext& context)
{
    const Node& node = context.node;
    std::shared_ptr<const StoredQuantization> stored = context.has(0) ? context.value(0).stored : nullptr;
    if (!stored || !(node.op == "Transpose" || node.op == "Reshape" || node.op == "Slice"))
        return nullptr;
    if (stored->scales.size() == 1)
        return stored;
    if (node.op != "Transpose")
        return nullptr;
    const std::vector<std::int64_t> perm = node.integers("perm");
    const auto moved = std::find(perm.begin(), perm.end(), static_cast<std::int64_t>(stored->axis));
    auto result = std::make_shared<StoredQuantization>(*stored);
    result->axis = static_cast<std::size_t>(moved - perm.begin());
    return result;
}

}  // namespace exitscope::model
