// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/error.h"
#include "core/network/model/graph.h"

/// QuantizeLinear and DequantizeLinear of constants, whose scales may be one number, one per index along the attribute
/// `axis`, or one per block of `block_size` indices.
namespace exitscope::model {

/// Least and largest integer of a type that QuantizeLinear makes; empty for other types.
struct LevelRange {
    std::int64_t low, high;

    friend bool operator==(LevelRange, LevelRange) = default;
};
[[nodiscard]] std::optional<LevelRange> level_range(ElementType type);
/// Bits that number all levels of a range.
[[nodiscard]] std::uint8_t bits_of(LevelRange range);

/// Error unless all are positive numbers; a scale of 0 makes a channel of a constant 0. Null: not known, no error.
[[nodiscard]] Expected<void> check_scales(const Tensor* scales, bool of_constant);

struct DequantizedConstant {
    Tensor reals;
    StoredQuantization stored;  ///< the scales, where they are not those of blocks
};
/// scale * (integer - zero point). `zeros` may be null (zero points of 0).
/// Errors (without a place): a type that is not on a grid; scales or zero points that do not fit.
[[nodiscard]] Expected<DequantizedConstant> dequantized(const Node& node, const Tensor& integers, const Tensor& scales,
                                                        const Tensor* zeros);

/// clamp(round_half_even(real / scale) + zero point), as integers of `type`; NaN becomes the least integer.
/// Errors: as above.
[[nodiscard]] Expected<Tensor> quantized(const Node& node, const Tensor& reals, const Tensor& scales,
                                         const Tensor* zeros, ElementType type);

}  // namespace exitscope::model
