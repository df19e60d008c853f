// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/analysis/analyse/precision_flips.h"
#include "core/network/model/multi_exit.h"
#include "core/network/calibrate/layer_study.h"
#include "core/analysis/run/run.h"

namespace exitscope::evaluate {

/// Everything that the window, the command line and the report show of quantization: `flips` follow from the run alone
/// (its whole test split), `layers` need the model and images and stand on a few of the fit split; without them
/// `missing` says in one sentence why they are not there.
struct QuantizationFindings {
    std::vector<analyse::PrecisionFlips> flips;
    std::optional<calibrate::LayerStudy> layers;
    std::string missing;
};

/// The findings on a run. `model` is the model that it was made with, or null: then it is opened where the run says it
/// was. The images are the first ones of the fit split. Error: cancelled; whatever else is in the way of `layers` is
/// `missing`.
[[nodiscard]] Expected<QuantizationFindings> quantization_findings(const run::Run& run,
                                                                   const model::MultiExitModel* model,
                                                                   const calibrate::LayerStudyOptions& options,
                                                                   Progress& progress);

}  // namespace exitscope::evaluate
