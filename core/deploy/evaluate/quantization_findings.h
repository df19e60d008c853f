// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/analyse/precision_flips.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/calibrate/layer_study.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::evaluate {

/// The results on quantization shown by the window, the command line and the report. `flips` need the run only (its
/// whole test split). `layers` need the model and images, and are measured on a few images of the fit split; if they
/// cannot be measured, `missing` gives the reason in one sentence.
struct QuantizationFindings {
    std::vector<analyse::PrecisionFlips> flips;
    std::optional<calibrate::LayerStudy> layers;
    std::string missing;
};

/// The findings on a run. `model` is the model that it was made with; if null, it is opened at the path recorded in the
/// run. The images are the first ones of the fit split. Error: cancelled; any other failure is reported in `missing`.
[[nodiscard]] Expected<QuantizationFindings> quantization_findings(const run::Run& run,
                                                                   const model::MultiExitModel* model,
                                                                   const calibrate::LayerStudyOptions& options,
                                                                   Progress& progress);

}  // namespace exitscope::evaluate
