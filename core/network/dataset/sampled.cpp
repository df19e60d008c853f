// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <utility>

#include "core/base/random.h"
#include "core/network/dataset/relabelled.h"

namespace exitscope::dataset {
namespace {

/// Whether neighbours share their class far more often than in a random order: every class in one piece, or less than
/// half as many changes of class as a random order has on average.
bool is_ordered_by_class(const Dataset& data)
{
    if (!data.info().labelled)
        return false;
    std::map<std::int64_t, std::size_t> counts;
    std::size_t pieces = 0;
    std::int64_t before = -2;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const std::optional<ClassIndex> label = data.label(SampleIndex(i));
        const std::int64_t now = label ? std::int64_t{label->value} : -1;
        ++counts[now];
        pieces += now != before ? 1 : 0;
        before = now;
    }
    if (counts.size() < 2)
        return false;
    double same = 0;  // probability that two samples share their class
    for (const auto& [label, count] : counts) {
        const double share = static_cast<double>(count) / static_cast<double>(data.size());
        same += share * share;
    }
    const double expected = 1 + static_cast<double>(data.size()) * (1 - same);
    return pieces == counts.size() || static_cast<double>(pieces) < expected / 2;
}

}  // namespace

DatasetPtr limited(DatasetPtr whole, std::size_t limit, std::uint64_t seed)
{
    const std::size_t size = whole->size();
    if (limit == 0 || limit >= size)
        return whole;
    if (!is_ordered_by_class(*whole))
        return first(std::move(whole), limit);
    std::vector<SampleIndex> samples(size);
    for (std::size_t i = 0; i < size; ++i)
        samples[i] = SampleIndex(i);
    Random random(seed);
    shuffle_first(samples, limit, random);
    samples.resize(limit);
    std::sort(samples.begin(), samples.end());
    Info info = whole->info();
    info.remarks.push_back(info.name + " is ordered by class: its " + std::to_string(limit) + " of " +
                           std::to_string(size) + " images are a random sample (seed " + std::to_string(seed) + ")");
    std::string name = info.name;
    return subset(relabelled(std::move(whole), std::move(info), std::nullopt), std::move(samples), std::move(name));
}

}  // namespace exitscope::dataset
