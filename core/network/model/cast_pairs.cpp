// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/cast_pairs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "core/network/model/quantized_constants.h"

namespace exitscope::model {
namespace {

bool is_whole(const Value& value)
{
    return value.constant && !value.is_int &&
           std::all_of(value.constant->floats.begin(), value.constant->floats.end(),
                       [](float x) { return x == std::nearbyint(x); });
}

}  // namespace

void skip_cast_pairs(Graph& graph)
{
    std::vector<bool> whole(graph.values.size(), false);
    for (std::size_t v = 0; v < graph.values.size(); ++v)
        whole[v] = is_whole(graph.values[v]);
    std::vector<std::optional<LevelRange>> within(graph.values.size());  // by value: range of whole numbers
    std::vector<std::optional<ValueIndex>> same(graph.values.size());    // by value: that holds the same numbers
    for (Node& node : graph.nodes) {
        for (std::optional<ValueIndex>& input : node.inputs)
            if (input && !graph.value(*input).is_int && same[input->at()])
                input = same[input->at()];
        if (node.outputs.size() != 1 || node.inputs.empty() || !node.inputs.front())
            continue;
        const ValueIndex in = *node.inputs.front();
        const std::size_t out = node.outputs.front().at();
        const Value& result = graph.values[out];
        if (node.op == "Round" || node.op == "Floor" || node.op == "Ceil") {
            whole[out] = true;
        } else if (node.op == "Add" || node.op == "Sub") {
            whole[out] = std::all_of(node.inputs.begin(), node.inputs.end(),
                                     [&](const auto& input) { return input && whole[input->at()]; });
        } else if (node.op == "Clip") {
            const float low = node.number("min", -std::numeric_limits<float>::infinity());
            const float high = node.number("max", std::numeric_limits<float>::infinity());
            whole[out] = whole[in.at()] && low == std::nearbyint(low) && high == std::nearbyint(high);
            if (whole[out] && std::fabs(low) < 1e6F && std::fabs(high) < 1e6F)
                within[out] = LevelRange{static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)};
        } else if (node.op == "Cast" && result.is_int) {
            const std::optional<LevelRange> range = level_range(result.element);
            if (range && within[in.at()] && within[in.at()]->low >= range->low && within[in.at()]->high <= range->high)
                same[out] = in;
        } else if (node.op == "Cast" && result.type() == float_type && graph.value(in).is_int) {
            same[out] = same[in.at()];
        }
    }
    for (ValueIndex& output : graph.outputs)
        if (!graph.value(output).is_int && same[output.at()])
            output = *same[output.at()];
}

}  // namespace exitscope::model
