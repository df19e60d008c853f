// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/feature_set.h"

#include <algorithm>
#include <span>

#include "core/base/softmax.h"
#include "core/network/engine/hand_over.h"

namespace exitscope::exits {
namespace {

constexpr std::size_t ranged_samples = 512;
constexpr std::size_t familiar_samples = 2000;

void widen(ChannelRanges& ranges, const ChannelRanges& by)
{
    for (std::size_t c = 0; c < ranges.low.size(); ++c) {
        ranges.low[c] = std::min(ranges.low[c], by.low[c]);
        ranges.high[c] = std::max(ranges.high[c], by.high[c]);
    }
}

/// Smallest and largest value of every channel of every cut point, zero included.
Expected<std::vector<ChannelRanges>> find_ranges(const FrozenNetwork& network, const dataset::Dataset& data,
                                                 unsigned threads, Progress& progress)
{
    const std::size_t samples = std::min(ranged_samples, data.size());
    const std::size_t batches = engine::batch_count(samples, static_cast<std::size_t>(network.model.batch));
    std::vector<ChannelRanges> empty;
    for (const Cut& cut : network.cuts) {
        const std::size_t channels = stored_shape(cut).channels;
        empty.push_back({std::vector<float>(channels, 0.0F), std::vector<float>(channels, 0.0F)});
    }
    std::vector<std::vector<ChannelRanges>> seen(batches, empty);
    const auto look = [&](std::size_t batch, std::size_t c, std::size_t, std::span<const float> values) {
        ChannelRanges& ranges = seen[batch][c];
        const std::size_t positions = values.size() / ranges.low.size();
        for (std::size_t i = 0; i < values.size(); ++i) {
            float& low = ranges.low[i / positions];
            float& high = ranges.high[i / positions];
            low = std::min(low, values[i]);
            high = std::max(high, values[i]);
        }
    };
    progress.begin("Looking at features", samples);
    if (auto walked = walk_features(network.model, network.programs.front(), network.cuts, data, {samples, 0, threads},
                                    progress, look);
        !walked)
        return forward(walked);
    for (const std::vector<ChannelRanges>& batch : seen)
        for (std::size_t c = 0; c < empty.size(); ++c)
            widen(empty[c], batch[c]);
    return empty;
}

/// Features of one view; of view 0 also how often the last exit is right.
Expected<void> fill(const FrozenNetwork& network, FeatureSet& set, std::size_t number, bool answers,
                    const FeatureOptions& options, Progress& progress)
{
    const auto classes = static_cast<std::size_t>(network.model.classes);
    const std::size_t samples = set.samples();
    const bool incomplete = std::any_of(set.labels.begin(), set.labels.end(), [](std::int32_t l) { return l < 0; });
    const std::size_t wanted = answers || incomplete ? samples : number == 0 ? std::min(samples, familiar_samples) : 0;
    std::vector<std::uint8_t> right(wanted, 0);
    std::vector<std::uint8_t> known(wanted, 1);
    const auto keep = [&](std::size_t, std::size_t c, std::size_t sample, std::span<const float> values) {
        const std::size_t image = number * samples + sample;
        if (c < network.cuts.size()) {
            set.features[c].put(image, values);
            return;
        }
        const auto answer = static_cast<std::int32_t>(std::max_element(values.begin(), values.end()) - values.begin());
        known[sample] = set.labels[sample] >= 0;
        right[sample] = answer == set.labels[sample];
        if (known[sample] == 0)
            set.labels[sample] = answer;
        if (!answers)
            return;
        const std::span<float> to = std::span(set.answers).subspan(image * classes, classes);
        const std::span<const float> p = probabilities_of(values, network.model.stages.back().exit_kind, to);
        if (p.data() != to.data())
            std::copy(p.begin(), p.end(), to.begin());
    };
    const auto& programs = network.programs[number % network.programs.size()];
    const dataset::DatasetPtr images = view(set.data, options.augmentation, number, options.seed);
    if (auto walked = walk_features(network.model, programs, network.cuts, *images, {samples, wanted, options.threads},
                                    progress, keep);
        !walked)
        return walked;
    if (number == 0) {
        set.answered = static_cast<std::size_t>(std::count(known.begin(), known.end(), 1));
        set.accuracy =
            double(std::count(right.begin(), right.end(), 1)) / double(std::max<std::size_t>(set.answered, 1));
    }
    return {};
}

}  // namespace

Expected<void> compute_features(const FrozenNetwork& network, FeatureSet& train, FeatureSet& held_out,
                                const FeatureOptions& options, Progress& progress)
{
    const Expected<std::vector<ChannelRanges>> ranges = find_ranges(network, *train.data, options.threads, progress);
    if (!ranges)
        return tl::unexpected<Error>(ranges.error());
    std::uint64_t bytes = 0;
    std::size_t images = 0;
    for (const FeatureSet* set : {&train, &held_out}) {
        images += set->samples() * set->views;
        for (const Cut& cut : network.cuts)
            bytes += FeatureStore::bytes(set->samples() * set->views, stored_shape(cut));
    }
    std::filesystem::path directory;
    if (bytes > options.memory_bytes)
        directory = options.scratch.empty() ? std::filesystem::temp_directory_path() : options.scratch;
    progress.begin("Computing features", images);
    for (FeatureSet* set : {&train, &held_out}) {
        const std::size_t rows = set->samples() * set->views;
        for (std::size_t c = 0; c < network.cuts.size(); ++c) {
            Expected<FeatureStore> store =
                FeatureStore::make(rows, stored_shape(network.cuts[c]), (*ranges)[c], directory);
            if (!store)
                return forward(store);
            set->features.push_back(std::move(*store));
        }
        const bool answers = options.answers && set == &train;
        if (answers)
            set->answers.resize(rows * static_cast<std::size_t>(network.model.classes));
        for (std::size_t v = 0; v < set->views; ++v)
            if (Expected<void> done = fill(network, *set, v, answers, options, progress); !done)
                return done;
    }
    return {};
}

}  // namespace exitscope::exits
