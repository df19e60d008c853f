// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/engine/program.h"
#include "core/network/exits/augment.h"
#include "core/network/exits/feature_store.h"
#include "core/network/exits/features.h"
#include "core/network/exits/train.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::exits {

/// A network with an exit at every cut point, compiled to run without the heads of those exits.
struct FrozenNetwork {
    model::MultiExitModel model;
    std::vector<Cut> cuts;
    std::vector<std::vector<engine::Program>> programs;  ///< [precision][stage]
};

/// Images in all their views, with the features and answers of the frozen network.
struct FeatureSet {
    dataset::DatasetPtr data;
    std::size_t views = 1;
    /// [samples]; compute_features() puts the class that the last exit answers in the place of -1
    std::vector<std::int32_t> labels;
    std::vector<FeatureStore> features;  ///< by cut point; image view * samples + sample
    std::vector<float> answers;          ///< [views * samples, classes]: softmax of the last exit; empty if not wanted
    std::size_t answered = 0;            ///< samples of view 0 with a label of the data on which the last exit was run
    double accuracy = 0;                 ///< of the last exit on these samples, fraction

    [[nodiscard]] std::size_t samples() const { return data->size(); }
    [[nodiscard]] TrainingSet at(std::size_t cut) const { return {&features[cut], samples(), views, labels, answers}; }
};

struct FeatureOptions {
    Augmentation augmentation = Augmentation::none;
    bool answers = false;                     ///< compute the answers of the last exit for the first set
    std::uint64_t memory_bytes = 1ULL << 30;  ///< features of all sets beyond this go to a temporary file
    std::filesystem::path scratch;            ///< its directory; empty = the system's
    unsigned threads = 1;
    std::uint64_t seed = 1;
};

/// Fills in the labels that are missing and the features of every view of both sets; view v runs at precision number v
/// modulo the number of precisions. The channels' ranges are those of the first 512 samples of `train`. Where the
/// answers of the last exit are not wanted, it runs on at most 2,000 samples, for its accuracy, or where labels are
/// missing on all. Errors: reading; neither memory nor disk space; cancelled.
[[nodiscard]] Expected<void> compute_features(const FrozenNetwork& network, FeatureSet& train, FeatureSet& held_out,
                                              const FeatureOptions& options, Progress& progress);

}  // namespace exitscope::exits
