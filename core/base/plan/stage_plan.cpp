// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/plan/stage_plan.h"

#include <algorithm>

namespace exitscope::plan {

std::string_view name(WeightMethod method)
{
    switch (method) {
    case WeightMethod::nearest: return "nearest";
    case WeightMethod::gptq: return "gptq";
    case WeightMethod::asymmetric: return "asymmetric";
    }
    return "nearest";
}

std::optional<WeightMethod> parse_weight_method(std::string_view text)
{
    for (const WeightMethod method : {WeightMethod::nearest, WeightMethod::gptq, WeightMethod::asymmetric})
        if (name(method) == text)
            return method;
    return std::nullopt;
}

const StagePlan* Quantization::find(StageIndex stage, Precision precision) const
{
    const auto found = std::find(precisions.begin(), precisions.end(), precision);
    if (found == precisions.end())
        return nullptr;
    const auto& stages = plans[static_cast<std::size_t>(found - precisions.begin())];
    return stage.at() < stages.size() ? &stages[stage.at()] : nullptr;
}

}  // namespace exitscope::plan
