// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/samples/sample_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace exitscope::gui {
namespace {

/// Orders as the column does. Floats in [0, inf) order as their bits.
std::uint32_t key(const OperatingPoint& point, SampleIndex sample, SampleColumn by,
                  const std::vector<std::uint32_t>& stateRank)
{
    switch (by) {
    case SampleColumn::image:
    case SampleColumn::number: return sample.value;
    case SampleColumn::label: return static_cast<std::uint32_t>(point.label(sample) + 1);
    case SampleColumn::prediction: return point.prediction(sample);
    case SampleColumn::verdict: {
        const std::optional<bool> good = point.good(sample);
        return good ? 1U + (*good ? 1U : 0U) : 0U;
    }
    case SampleColumn::exit: return point.run->states[point.state(sample).at()].exit.value;
    case SampleColumn::path:
    case SampleColumn::cost: return stateRank[point.state(sample).at()];
    case SampleColumn::predicted_error:
        return sample.at() < point.predictedError.size()
                   ? std::bit_cast<std::uint32_t>(std::max(0.0F, point.predictedError[sample.at()]))
                   : 0U;
    }
    return 0;
}

/// [states] place of each state in the column's order; equal costs share a place.
std::vector<std::uint32_t> stateRanks(const OperatingPoint& point, SampleColumn by)
{
    std::vector<std::uint32_t> rank(point.run->states.size());
    std::vector<std::size_t> order(rank.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    const auto value = [&](std::size_t s) { return by == SampleColumn::cost ? point.costs.state[s] : double(s); };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
    for (std::size_t i = 0; i < order.size(); ++i)
        rank[order[i]] = i > 0 && value(order[i]) == value(order[i - 1]) ? rank[order[i - 1]] : std::uint32_t(i);
    return rank;
}

struct Keyed {
    std::uint32_t key;
    SampleIndex sample;
};

/// Stable, by digits of 11 bits from the lowest; a digit that all keys share costs one pass of counting.
void radixSort(std::vector<Keyed>& keyed)
{
    constexpr unsigned bits = 11;
    constexpr std::uint32_t mask = (1U << bits) - 1U;
    std::vector<Keyed> sorted(keyed.size());
    for (unsigned shift = 0; shift < 32; shift += bits) {
        std::array<std::uint32_t, mask + 1> begin{};
        for (const Keyed& k : keyed)
            ++begin[(k.key >> shift) & mask];
        if (begin[(keyed.front().key >> shift) & mask] == keyed.size())
            continue;
        std::exclusive_scan(begin.begin(), begin.end(), begin.begin(), 0U);
        for (const Keyed& k : keyed)
            sorted[begin[(k.key >> shift) & mask]++] = k;
        keyed.swap(sorted);
    }
}

}  // namespace

void sortSamples(std::vector<SampleIndex>& samples, const OperatingPoint& point, SampleColumn by, bool descending)
{
    if (samples.empty())
        return;
    const std::vector<std::uint32_t> ranks = stateRanks(point, by);
    std::vector<Keyed> keyed;
    keyed.reserve(samples.size());
    for (const SampleIndex sample : samples) {
        const std::uint32_t k = key(point, sample, by, ranks);
        keyed.push_back({descending ? ~k : k, sample});
    }
    radixSort(keyed);
    std::transform(keyed.begin(), keyed.end(), samples.begin(), [](const Keyed& k) { return k.sample; });
}

}  // namespace exitscope::gui
