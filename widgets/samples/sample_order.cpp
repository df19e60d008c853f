// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/samples/sample_order.h"

#include <algorithm>
#include <numeric>

#include "core/base/radix_sort.h"

namespace exitscope::gui {
namespace {

/// Orders as the column does.
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
        return sample.at() < point.predictedError.size() ? sort_key(point.predictedError[sample.at()]) : 0U;
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
        keyed.push_back({descending ? ~k : k, sample.value});
    }
    radix_sort(keyed);
    std::transform(keyed.begin(), keyed.end(), samples.begin(), [](const Keyed& k) { return SampleIndex(k.value); });
}

}  // namespace exitscope::gui
