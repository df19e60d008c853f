// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

namespace exitscope {

/// One step of SplitMix64 (Steele, Lea, Flood 2014): a 64-bit mix that is the same everywhere.
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x)
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/// Uniform in [0,1) from (seed, key), with `key` a sample for instance: a draw that needs no state and no order.
[[nodiscard]] constexpr double hash_uniform(std::uint64_t seed, std::uint64_t key)
{
    return static_cast<double>(mix64(mix64(seed) ^ key) >> 11) * 0x1.0p-53;
}

/// Small generator with reproducible output on every platform (the standard distributions are not).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() { return mix64(state_++ * 0x9e3779b97f4a7c15ULL); }
    /// Uniform in [0,1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    /// Uniform in {0..n-1}, n > 0: uniform() scaled and cut off, so that the bias is below 2^-21 for n < 2^32.
    std::uint64_t below(std::uint64_t n) { return static_cast<std::uint64_t>(uniform() * static_cast<double>(n)); }
    /// Standard normal (Box-Muller; the second number of each pair is not used).
    double normal()
    {
        const double u = 1.0 - uniform();
        return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * uniform());
    }

private:
    std::uint64_t state_;
};

/// Every order with equal probability (Fisher, Yates; Durstenfeld 1964), filled from the end.
template <class Value>
void shuffle(std::vector<Value>& order, Random& random)
{
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
}

/// The same from the start and for the first `count` places only: a random choice in random order. `count` is at most
/// the size.
template <class Value>
void shuffle_first(std::vector<Value>& order, std::size_t count, Random& random)
{
    for (std::size_t i = 0; i < count; ++i)
        std::swap(order[i], order[i + random.below(order.size() - i)]);
}

}  // namespace exitscope
