// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/network/model/multi_exit.h"
#include "core/base/plan/stage_plan.h"

namespace exitscope::bundle {

/// Names of the model's tensors in the files of its stages, [values]: as in the model's file where that is unique, the
/// exits by their own names.
[[nodiscard]] std::vector<std::string> tensor_names(const model::MultiExitModel& model);

/// How integer layers stand in a stage's file.
enum class Form {
    qdq,    ///< QuantizeLinear, DequantizeLinear and the float operator between: what other programs fuse to integers
    exact,  ///< the integers themselves as whole floats, scaled after the sum as the engine scales: no runtime rounds
            ///< otherwise, and every answer is the run's, but nothing fuses
};

/// One stage as an ONNX file for the model's batch size: inputs Stage::inputs, outputs Stage::outputs and, `with_exit`,
/// the exit. With a `plan` the layers hold the plan's integers between QuantizeLinear and DequantizeLinear nodes, and
/// every value is rounded where the engine rounds it (engine/integer_semantics.h); grids below 8 bits are bytes behind
/// a Clip. Without a plan everything is float. Opset 17, or 20 where Gelu is needed. Errors: an operator or an element
/// type that has no such form.
[[nodiscard]] Expected<std::vector<std::byte>> stage_onnx(const model::MultiExitModel& model, StageIndex stage,
                                                          const plan::StagePlan* plan, bool with_exit, Form form,
                                                          const std::vector<std::string>& names);

}  // namespace exitscope::bundle
