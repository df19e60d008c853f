// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/network/engine/kernels/convolution_direct.h"
#include "core/network/engine/kernels/elementwise.h"
#include "core/network/engine/kernels/fake_quantize.h"
#include "core/network/engine/kernels/pool.h"
#include "core/network/engine/kernels/rearrange.h"
#include "core/network/model/graph.h"

/// Which kernel a node in the normal form of specialise() asks for, and with which numbers.
namespace exitscope::engine {

/// Empty when `node` is not a unary element-wise operator.
[[nodiscard]] std::optional<kernels::UnaryOperation> unary_operation(const model::Node& node);
/// Empty when `op` is not an operator of two (or several) broadcast tensors of floats.
[[nodiscard]] std::optional<kernels::Binary> binary_operation(std::string_view op);

/// A Slice, Pad, Tile, Transpose, Gather by constant indices, or output `output_number` of a Split. `stored` is the
/// order of the axes in memory (kernels/rearrange.h). Empty for other operators.
[[nodiscard]] std::optional<kernels::Rearrangement> rearrangement(const model::Node& node, std::size_t output_number,
                                                                  const model::Shape& in, const model::Shape& out,
                                                                  const std::vector<std::size_t>& stored);

/// MaxPool, AveragePool, LpPool, GlobalMaxPool or GlobalAveragePool.
[[nodiscard]] kernels::PoolPlan pool_plan(const model::Node& node, const model::Shape& in, const model::Shape& out);

/// Conv with weights of any kind.
[[nodiscard]] kernels::DirectConvolution direct_convolution(const model::Node& node, const model::Shape& in,
                                                            const model::Shape& weights, const model::Shape& out);

/// QuantizeDequantize.
[[nodiscard]] kernels::FakeQuantization fake_quantization(const model::Node& node);

}  // namespace exitscope::engine
