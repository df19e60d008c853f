// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/plan/stage_plan.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::bundle {

/// Names of the model's tensors in the files of its stages, [values]: those of the model's file where they are unique;
/// exits have their output's name.
[[nodiscard]] std::vector<std::string> tensor_names(const model::MultiExitModel& model);

/// Form of integer layers in a stage's file.
enum class Form {
    qdq,    ///< the float operator between DequantizeLinear and QuantizeLinear, which other runtimes fuse to integers
    exact,  ///< the integers as whole floats, scaled after the sum like in the engine: every runtime gives the answers
            ///< of the run, but none can fuse the layers to integers
};

/// One stage as an ONNX file for the model's batch size: inputs Stage::inputs, outputs Stage::outputs and, `with_exit`,
/// the exit. With a `plan` the layers hold the plan's integers between QuantizeLinear and DequantizeLinear nodes, and
/// every value is rounded where the engine rounds it (engine/kernels/integer_semantics.h); grids below 8 bits are bytes
/// behind a Clip. Without a plan all layers are float. Opset 17, or 20 where Gelu is needed. Errors: an operator or an
/// element type that cannot be written.
[[nodiscard]] Expected<std::vector<std::byte>> stage_onnx(const model::MultiExitModel& model, StageIndex stage,
                                                          const plan::StagePlan* plan, bool with_exit, Form form,
                                                          const std::vector<std::string>& names);

}  // namespace exitscope::bundle
