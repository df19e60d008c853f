// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/base/plan/stage_plan.h"
#include "core/network/model/multi_exit.h"

/// Slow and obvious versions of what programs compute: row-major, one loop an operator, nothing planned.
namespace exitscope::tests {

/// A value of the reference: real numbers, or bytes on a grid.
struct ReferenceValue {
    model::Shape shape;
    std::vector<float> real;
    std::optional<plan::Grid> grid;
    std::vector<std::uint8_t> bytes;

    /// The real numbers, whatever it is.
    [[nodiscard]] std::vector<float> reals() const;
    /// On another grid, from what it is.
    [[nodiscard]] std::vector<std::uint8_t> on(const plan::Grid& grid) const;
};
using ReferenceValues = std::map<ValueIndex, ReferenceValue>;

/// One operator on real numbers; sums in double.
[[nodiscard]] std::vector<std::vector<float>> reference_operator(const model::Graph& graph, const model::Node& node,
                                                                 const std::vector<std::vector<float>>& inputs);

/// All values of one stage from its inputs. `plan` null: float. With a plan: integer_semantics.h, where values inside a
/// fused chain (layer + residual + clamp) do not appear.
[[nodiscard]] ReferenceValues reference_stage(const model::MultiExitModel& model, StageIndex stage,
                                              const plan::StagePlan* plan,
                                              const std::vector<std::vector<float>>& inputs);

}  // namespace exitscope::tests
