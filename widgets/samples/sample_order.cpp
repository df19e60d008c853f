// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/samples/sample_order.h"

#include <algorithm>

namespace exitscope::gui {
namespace {

double key(const OperatingPoint& point, SampleIndex sample, SampleColumn by)
{
    switch (by) {
    case SampleColumn::image:
    case SampleColumn::number: return sample.value;
    case SampleColumn::label: return point.label(sample);
    case SampleColumn::prediction: return point.prediction(sample);
    case SampleColumn::verdict: {
        const std::optional<bool> good = point.good(sample);
        return good ? double(*good) : -1.0;
    }
    case SampleColumn::exit: return point.run->states[point.state(sample).at()].exit.value;
    case SampleColumn::path: return point.state(sample).value;
    case SampleColumn::cost: return point.costs.state[point.state(sample).at()];
    case SampleColumn::predicted_error:
        return sample.at() < point.predictedError.size() ? double(point.predictedError[sample.at()]) : 0.0;
    }
    return 0;
}

struct Keyed {
    double key;
    SampleIndex sample;
};

}  // namespace

void sortSamples(std::vector<SampleIndex>& samples, const OperatingPoint& point, SampleColumn by, bool descending)
{
    const bool byNumber = by == SampleColumn::number || by == SampleColumn::image;
    if (byNumber && !descending) {
        std::sort(samples.begin(), samples.end());
        return;
    }
    std::vector<Keyed> keyed;
    keyed.reserve(samples.size());
    for (const SampleIndex sample : samples)
        keyed.push_back({descending ? -key(point, sample, by) : key(point, sample, by), sample});
    std::sort(keyed.begin(), keyed.end(),
              [](const Keyed& a, const Keyed& b) { return a.key != b.key ? a.key < b.key : a.sample < b.sample; });
    std::transform(keyed.begin(), keyed.end(), samples.begin(), [](const Keyed& k) { return k.sample; });
}

}  // namespace exitscope::gui
