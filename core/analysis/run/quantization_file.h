// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/formats/hdf5.h"
#include "core/base/plan/stage_plan.h"

namespace exitscope::run {

namespace hdf5 = formats::hdf5;

/// Writes grids and integer weights: one group per integer precision, in it one group per stage.
void write_quantization(hdf5::Group group, const plan::Quantization& quantization);

/// Reads the plans of `stages` stages at `precisions`. Throws hdf5::Failure on content that no plan can hold. Whether
/// the plans fit a model is checked by the engine.
[[nodiscard]] plan::Quantization read_quantization(const hdf5::Group& group, const std::vector<Precision>& precisions,
                                                   std::size_t stages);

}  // namespace exitscope::run
