// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/plan/stage_plan.h"
#include "core/analysis/run/hdf5.h"

namespace exitscope::run {

/// Grids and integer weights of every integer precision and stage, one group a precision, in it one a stage.
void write_quantization(hdf5::Group group, const plan::Quantization& quantization);

/// `stages` stages at the precisions named. Throws hdf5::Failure on anything that no plan can hold; whether the plans
/// fit a model is for the engine to say.
[[nodiscard]] plan::Quantization read_quantization(const hdf5::Group& group, const std::vector<Precision>& precisions,
                                                    std::size_t stages);

}  // namespace exitscope::run
