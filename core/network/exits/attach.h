// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/familiarity.h"
#include "core/base/plan/stage_plan.h"
#include "core/base/precision.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/exits/augment.h"
#include "core/network/exits/head.h"
#include "core/network/exits/train.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::exits {

struct AttachOptions {
    std::vector<std::string> tensors;  ///< cut points that get an exit, by name
    std::optional<HeadKind> head;      ///< nullopt = per exit the best kind in a pilot training, see train_heads()
    std::vector<Precision> precisions =
        std::vector(1, fp32);  ///< of the trunk for feature extraction; augmented view v uses precisions[v % n]
    Augmentation augmentation = Augmentation::flip;
    std::size_t views = 4;  ///< views of every image that are computed and kept; 1 without augmentation
    TrainOptions training;
    double held_out = 0.1;                  ///< share of the images on which heads are chosen and training is stopped
    dataset::DatasetPtr held_out_data;      ///< replaces that share when given: images new to the backbone
    std::size_t calibration_samples = 512;  ///< for integer precisions
    std::optional<plan::WeightMethod> weights;  ///< how they round weights, as CalibrationOptions::weights
    std::uint64_t memory_bytes = 1ULL << 30;    ///< features beyond this go to a temporary file
    std::filesystem::path scratch;              ///< its directory; empty = the system's
    std::int64_t batch = 32;
    unsigned threads = 1;  ///< 0 = one per core
    std::uint64_t seed = 1;
};

/// One exit of the result, in order of cost; the backbone's own exits have no head kind.
struct AttachedExit {
    std::string name;    ///< of the output
    std::string tensor;  ///< cut point; for the backbone's own exits the output itself
    std::optional<HeadKind> head;
    std::int64_t macs = 0;     ///< per image that leaves here, earlier heads included
    double relative_macs = 0;  ///< `macs` divided by those of the backbone without the new exits
    std::int64_t head_macs = 0;
    std::optional<double> accuracy;  ///< on the held-out images; of the backbone's own only the last exit is measured
};

struct Attached {
    std::vector<std::byte> model;  ///< an ONNX file
    std::vector<AttachedExit> exits;
    Familiarity familiarity;            ///< of the backbone with the images that the heads were trained on
    bool complete = true;               ///< false when training was cancelled: the heads are the best so far
    std::vector<std::string> left_out;  ///< if not complete: cut points whose head has learned nothing so far
    /// Cut points whose head is no better than answering the same for every image, and what else is doubtful.
    Notices notices;
    double seconds = 0;
};

/// What can be expected of `data` as training images for `classes` classes, before the work: a notice (code
/// "few-images") where each class has few.
[[nodiscard]] Notices training_notices(const dataset::Dataset& data, std::size_t classes, const AttachOptions& options);

/// Attaches exits to a classifier and trains their heads on the frozen network's features, which are computed once.
/// The backbone's nodes and weights are copied unchanged. Deterministic, whatever the number of threads.
/// Memory: `memory_bytes` of features, activations of one batch per thread, and the mini-batches of the heads in
/// training. Progress counts images, then epochs. When cancelled before any head has finished an epoch: error
/// `cancelled`; later: the best heads so far, without the exits that have none, and a note in the metadata. An exit
/// whose head does not beat the constant answer on the held-out images, by accuracy and by loss, is left out with a
/// notice. With a distillation of 1 no labels are needed: where they are missing the last exit's answers stand for
/// them. Errors: reading; no cut points or unknown ones; a kind of head that does not fit; data without labels, of one
/// class only, with fewer images than classes, or with other classes than the model's; no head that beats the constant
/// answer.
[[nodiscard]] Expected<Attached> attach(const std::filesystem::path& backbone, const model::OpenOptions& open,
                                        const dataset::DatasetPtr& data, const AttachOptions& options,
                                        Progress& progress, const EpochObserver& observer = {});

}  // namespace exitscope::exits
