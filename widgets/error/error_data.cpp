// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/error/error_data.h"

namespace exitscope::gui {
namespace {

constexpr std::size_t reliabilityBins = 15;
constexpr std::size_t scoreBins = 40;
constexpr std::size_t clusterCount = 24;

}  // namespace

ErrorPairs errorPairs(const OperatingPoint& point, const std::vector<std::vector<float>>& selfError,
                      const ErrorScope& scope)
{
    ErrorPairs pairs;
    if (!point.decided() || selfError.size() != point.run->states.size())
        return pairs;
    const std::size_t samples = point.run->test.samples;
    pairs.predicted.reserve(samples);
    pairs.wrong.reserve(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        const SampleIndex sample(i);
        StateIndex at = point.state(sample);
        if (scope.kind == ErrorScope::Kind::exit && point.run->states[at.at()].exit.value != scope.value)
            continue;
        if (scope.kind == ErrorScope::Kind::state)
            at = StateIndex(scope.value);
        const std::optional<bool> good = point.good(sample, at);
        if (!good)
            continue;
        pairs.samples.push_back(sample);
        pairs.states.push_back(at);
        pairs.predicted.push_back(selfError[at.at()][i]);
        pairs.wrong.push_back(*good ? 0 : 1);
    }
    return pairs;
}

ErrorPicture errorPicture(const OperatingPoint& point, const analyse::Analysis& analysis, const ErrorScope& scope)
{
    ErrorPicture picture;
    picture.scope = scope;
    picture.pairs = errorPairs(point, analysis.self_error(), scope);
    const ErrorPairs& pairs = picture.pairs;
    if (pairs.wrong.empty())
        return picture;
    picture.quality = predict::quality(pairs.predicted, pairs.wrong);
    picture.bins = predict::reliability(pairs.predicted, pairs.wrong, reliabilityBins);
    std::vector<std::uint32_t> image;
    image.reserve(pairs.samples.size());
    for (const SampleIndex sample : pairs.samples)
        image.push_back(static_cast<std::uint32_t>(sample.at()));
    picture.intervals = predict::quality_intervals(pairs.predicted, pairs.wrong, image, analysis.seed());
    picture.roc = predict::roc(pairs.predicted, pairs.wrong);
    picture.scores = predict::score_histogram(pairs.predicted, pairs.wrong, scoreBins);
    std::vector<run::Statistics> statistics;
    statistics.reserve(pairs.samples.size());
    for (std::size_t i = 0; i < pairs.samples.size(); ++i)
        statistics.push_back(point.run->test.statistics[pairs.states[i].at()][pairs.samples[i].at()]);
    picture.clusters = predict::error_clusters(statistics, pairs.predicted, pairs.wrong, clusterCount, analysis.seed());
    return picture;
}

}  // namespace exitscope::gui
