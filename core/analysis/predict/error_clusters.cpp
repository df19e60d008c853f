// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/error_clusters.h"

#include <algorithm>
#include <numeric>

#include "core/analysis/predict/kmeans.h"
#include "core/analysis/predict/wilson.h"

namespace exitscope::predict {

ErrorClusters error_clusters(std::span<const run::Statistics> statistics, std::span<const float> predicted,
                             std::span<const std::uint8_t> wrong, std::size_t clusters, std::uint64_t seed)
{
    ErrorClusters result;
    if (statistics.empty())
        return result;
    const Features features = Standardiser(statistics)(statistics);
    KMeansOptions options;
    options.clusters = clusters;
    options.seed = seed;
    const Clusters found = kmeans(features, options);
    result.of = found.nearest(features);

    std::vector<ReliabilityBin> groups(found.count());
    std::vector<std::size_t> wrongs(found.count(), 0);
    for (std::size_t i = 0; i < result.of.size(); ++i) {
        ReliabilityBin& group = groups[result.of[i]];
        const auto p = double(predicted[i]);
        group.lower_edge = group.samples == 0 ? p : std::min(group.lower_edge, p);
        group.upper_edge = std::max(group.upper_edge, p);
        group.predicted += p;
        ++group.samples;
        wrongs[result.of[i]] += wrong[i] != 0;
    }
    std::vector<std::uint32_t> order(groups.size());
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t k = 0; k < groups.size(); ++k) {
        if (groups[k].samples == 0)
            continue;
        groups[k].predicted /= double(groups[k].samples);
        groups[k].actual = double(wrongs[k]) / double(groups[k].samples);
        const Interval interval = wilson(wrongs[k], groups[k].samples);
        groups[k].low = interval.low;
        groups[k].high = interval.high;
    }
    std::erase_if(order, [&](std::uint32_t k) { return groups[k].samples == 0; });
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return groups[a].predicted < groups[b].predicted; });
    std::vector<std::uint32_t> place(groups.size(), 0);
    for (std::size_t k = 0; k < order.size(); ++k) {
        place[order[k]] = static_cast<std::uint32_t>(k);
        result.clusters.push_back(groups[order[k]]);
    }
    for (std::uint32_t& cluster : result.of)
        cluster = place[cluster];
    return result;
}

}  // namespace exitscope::predict
