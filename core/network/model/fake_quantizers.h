// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/network/model/graph.h"

/// Operators of other tools that round real numbers to grids in one step: Quant and BipolarQuant (QONNX), FakeQuantize
/// (OpenVINO, NNCF).
namespace exitscope::model {

/// Rounding to `high - low + 1` levels between `lowest` and `highest`, element by element:
///   clamp(round_half_even((x - zero) / scale) , low, high) * scale + zero
/// with scale and zero broadcast (numpy) against x.
struct FakeGrid {
    Tensor scale;
    Tensor zero;                          ///< 0 where the grid contains zero, else the real number of level 0
    std::vector<std::int64_t> low, high;  ///< one for all, or one per element of `scale`
    std::uint8_t bits = 8;
    bool sign_only = false;  ///< x >= 0 ? scale : -scale

    /// One scale for all elements, and zero on the grid.
    [[nodiscard]] bool is_simple() const;
};

/// "QONNX" or "FakeQuantize"; empty for other operators.
[[nodiscard]] std::string_view fake_quantizer_form(std::string_view op);

/// The grid of such a node; `parameters` are its inputs from the second on, null where they are not constant.
/// Errors (without a place): parameters that are missing, not constant or impossible; another rounding mode.
[[nodiscard]] Expected<FakeGrid> fake_grid(const Node& node, const std::vector<const Tensor*>& parameters);

/// A constant on the grid. `stored` has scales where they are one, or one per index of an axis, and zero is on the
/// grid. Error: the parameters do not broadcast to the tensor.
struct FakeQuantized {
    Tensor reals;
    StoredQuantization stored;
};
[[nodiscard]] Expected<FakeQuantized> fake_quantized(const Tensor& tensor, const FakeGrid& grid);

}  // namespace exitscope::model
