// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/plan/stage_plan.h"
#include "core/base/precision.h"
#include "core/network/dataset/dataset.h"
#include "core/network/exits/attach.h"
#include "core/network/exits/augment.h"
#include "core/network/exits/head.h"
#include "core/network/exits/train.h"
#include "core/network/model/cut_points.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::exits {

/// The user's request to attach exits, from the command line or the window, with default values.
struct AttachRequest {
    std::size_t exits = 4;             ///< exits of the result, the last one included, spread evenly over the cost
    std::vector<double> shares;        ///< if any: instead at the cut points nearest to these shares of the cost
    std::vector<std::string> tensors;  ///< if any: instead at these cut points
    std::optional<HeadKind> head;      ///< nullopt = per exit the best of all kinds
    std::vector<Precision> precisions = {{8, 8}, {4, 4}};  ///< of the features, in turn over the views
    std::optional<plan::WeightMethod> weights;             ///< rounding of weights at these; nullopt = the best
    std::optional<Augmentation> augmentation;              ///< nullopt = usual_augmentation()
    std::size_t views = 4;
    TrainOptions training;  ///< its seed is not used
    double held_out = 0.1;
    dataset::DatasetPtr held_out_data;  ///< replaces that share when given
    unsigned threads = 0;               ///< 0 = one per core
    std::uint64_t seed = 1;
};

/// The cut points that get an exit, in order of cost. Errors: a share outside (0,1); a network without cut points; a
/// tensor that is not a cut point.
[[nodiscard]] Expected<std::vector<model::CutPoint>> chosen_cut_points(const AttachRequest& request,
                                                                       const model::MultiExitModel& backbone);

/// `flip_shift` for colour images; `none` for grey ones, because digits and letters change their meaning when flipped.
[[nodiscard]] Augmentation usual_augmentation(const model::MultiExitModel& backbone);

/// The request as options of attach(). Errors: those of chosen_cut_points(); a held-out share outside (0,1).
[[nodiscard]] Expected<AttachOptions> attach_options(const AttachRequest& request,
                                                     const model::MultiExitModel& backbone);

}  // namespace exitscope::exits
