// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "core/base/progress.h"
#include "core/network/exits/feature_store.h"
#include "core/network/exits/head.h"

namespace exitscope::exits {

struct TrainOptions {
    int epochs = 20;  ///< passes over the samples, each in one of its views
    std::size_t batch = 128;
    float rate = 4e-3F;
    float decay = 1e-2F;        ///< decoupled weight decay (AdamW), relative to the rate
    float distillation = 0.0F;  ///< share of the last exit's answer in the target; the rest is the label
    std::uint64_t seed = 1;
};

/// Features with targets. Image v * samples + i of `features` is view v of sample i.
struct TrainingSet {
    const FeatureStore* features = nullptr;
    std::size_t samples = 0;
    std::size_t views = 1;
    std::span<const std::int32_t> labels;  ///< [samples], none negative
    std::span<const float> answers;        ///< [views * samples, classes] of the last exit; empty without distillation
};

/// State of the training of one head after an epoch.
struct EpochReport {
    std::size_t exit = 0;  ///< position among the new exits
    HeadKind kind = HeadKind::linear;
    int epoch = 0;  ///< from 1
    int epochs = 0;
    double loss = 0;           ///< mean cross-entropy of the targets, while training
    double held_out_loss = 0;  ///< mean cross-entropy of the labels
    double held_out_accuracy = 0;
};
using EpochObserver = std::function<void(const EpochReport&)>;

struct TrainedHead {
    Head head;            ///< for the network's features, not for the normalised ones of the store
    double accuracy = 0;  ///< on the held-out samples
    double loss = 0;      ///< on the held-out samples, in nats
    int epochs = 0;       ///< number of epochs after which this head was the best
};

/// Minimises the cross-entropy by AdamW (Loshchilov, Hutter 2019) with a cosine schedule on mini-batches and returns
/// the weights of the least held-out loss. Runs on the calling thread; the same arguments give the same bits. `spec` is
/// for the stored features. A cancelled training returns the best so far. `progress` counts epochs.
[[nodiscard]] TrainedHead train_head(const HeadSpec& spec, const TrainingSet& train, const TrainingSet& held_out,
                                     const TrainOptions& options, Progress& progress,
                                     const EpochObserver& observer = {});

/// Share of right answers and mean cross-entropy of a head for normalised features.
struct Score {
    double accuracy = 0;
    double loss = 0;
};
[[nodiscard]] Score score(const Head& head, const TrainingSet& set);

}  // namespace exitscope::exits
