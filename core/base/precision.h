// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exitscope {

/// One precision level of a stage: bits of weights and activations. 32/32 is floating point.
struct Precision {
    std::uint8_t weight_bits = 32;
    std::uint8_t activation_bits = 32;

    [[nodiscard]] constexpr bool is_float() const { return weight_bits == 32; }
    /// Product of the bit widths: the BOPs of one multiply-accumulate.
    [[nodiscard]] constexpr double bops_per_mac() const { return double(weight_bits) * double(activation_bits); }
    /// "fp32", "w8a8", "w4a4" ...
    [[nodiscard]] std::string name() const;
    /// The inverse of name(); integer widths from 2 to 8. nullopt for any other text.
    [[nodiscard]] static std::optional<Precision> parse(std::string_view text);

    /// Cheapest first (by BOPs of one multiply-accumulate, then weights).
    friend constexpr std::strong_ordering operator<=>(Precision a, Precision b)
    {
        const int pa = a.weight_bits * a.activation_bits;
        const int pb = b.weight_bits * b.activation_bits;
        return pa != pb ? pa <=> pb : a.weight_bits <=> b.weight_bits;
    }
    friend constexpr bool operator==(Precision, Precision) = default;
};

inline constexpr Precision fp32{32, 32};

}  // namespace exitscope
