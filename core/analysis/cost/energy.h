// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/base/precision.h"

namespace exitscope::cost {

/// Picojoules of a multiply-accumulate by bit width, and of moving a byte of weights; every entry may be edited.
///
/// Defaults: 45 nm figures of M. Horowitz, "Computing's energy problem", ISSCC 2014, figure 1.1.9: 8-bit integer
/// multiply 0.2 pJ, 32-bit integer add (the accumulator) 0.1 pJ, fp32 multiply 3.7 pJ and add 0.9 pJ, 64-bit read from
/// a 1 MB SRAM 100 pJ. Integer widths below 8 scale the multiplier's 0.2 pJ with the product of the operands' widths
/// (an array multiplier's size) and keep the accumulator.
struct EnergyTable {
    /// pJ per MAC, by the wider operand's bits; entries 2..8 are used.
    std::array<double, 9> integer_mac = {0, 0, 0.1125, 0.128125, 0.15, 0.178125, 0.2125, 0.253125, 0.3};
    double float_mac = 4.6;     ///< pJ per fp32 MAC
    double weight_byte = 12.5;  ///< pJ per byte of weights, read once per image
    std::string source = "M. Horowitz, Computing's energy problem, ISSCC 2014, 45 nm";

    /// pJ per MAC at one precision: the entry of its wider operand.
    [[nodiscard]] double mac(Precision precision) const
    {
        if (precision.is_float())
            return float_mac;
        const std::size_t bits =
            precision.weight_bits > precision.activation_bits ? precision.weight_bits : precision.activation_bits;
        return bits < integer_mac.size() ? integer_mac[bits] : float_mac;
    }
};

/// Reads a table from a JSON object with any of the keys `integer_mac_pj` (an object of pJ by bits, "2" to "8"),
/// `float_mac_pj`, `weight_byte_pj` and `source` (a text); missing keys keep their defaults. Errors: unreadable; an
/// unknown key; a value that is not a number or is negative.
[[nodiscard]] Expected<EnergyTable> read_energy_table(const std::filesystem::path& path);
/// The table as JSON text for read_energy_table().
[[nodiscard]] std::string to_json(const EnergyTable& table);

}  // namespace exitscope::cost
