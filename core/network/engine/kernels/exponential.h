// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace exitscope::engine::kernels {

/// e^x in double, relative error about 1e-15, computed with additions and multiplications only: the C library's exp may
/// differ in the last bit between CPUs, and integer programs guarantee the same bits everywhere.
[[nodiscard]] inline double exponential(double x)
{
    if (!(x > -700.0))
        return x != x ? x : 0.0;
    if (x > 700.0)
        x = 700.0;
    // x = k ln2 + r, |r| <= ln2 / 2; ln2 in two parts so that r is exact to the last bit or so.
    const double k = static_cast<double>(static_cast<std::int64_t>(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5)));
    const double r = (x - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33;
    double sum = 1.0;
    for (int n = 13; n > 0; --n)  // Taylor in Horner's form: the remainder is below 2^-55
        sum = 1.0 + sum * r / n;
    return sum * std::bit_cast<double>(static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023) << 52);
}

}  // namespace exitscope::engine::kernels
