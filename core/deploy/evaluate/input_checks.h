// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/analysis/analyse/label_notices.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/dataset/preprocessing_choice.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::evaluate {

/// One line of the list that stands between opening a model and data and evaluating them.
struct InputCheck {
    enum class Finding { fine, doubtful, impossible };
    Finding finding = Finding::fine;
    std::string text;  ///< a sentence without a full stop

    friend bool operator==(const InputCheck&, const InputCheck&) = default;
};

/// What is to be known before the model is evaluated on the data: preprocessing and where it comes from, sizes of the
/// images (of a sample of them, decoded), classes and labels, images the heads were trained on, a quantized network
/// that the `precisions` quantize once more, and all notices of both. Worst first. `fit` and `test` may be null: what
/// needs them is left out.
[[nodiscard]] std::vector<InputCheck> check_inputs(const model::MultiExitModel& model,
                                                   const dataset::PreprocessingChoice& choice,
                                                   const std::vector<Precision>& precisions,
                                                   const dataset::Dataset* fit, const dataset::Dataset* test,
                                                   Progress& progress);

/// What is doubtful about the data alone: its notices. Both may be null.
[[nodiscard]] std::vector<InputCheck> data_checks(const dataset::Dataset* fit, const dataset::Dataset* test);

/// Notices (code "trained-on") when a split comes from the images on which the model's heads were trained.
[[nodiscard]] Notices training_notices(const model::MultiExitModel& model, const dataset::Dataset& fit,
                                       const dataset::Dataset& test);

/// Labels of a data set, counted, under its name.
[[nodiscard]] analyse::LabelCount count_labels(const dataset::Dataset& data);

}  // namespace exitscope::evaluate
