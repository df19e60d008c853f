// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::evaluate {

/// Opens the model of a run as it was opened then: with the run's input size, preprocessing and exits,
/// unless `options` names others. `path`: empty =
/// where the run says it was. Another model than the run's is opened by its own rules; its hash tells. Errors: those of
/// model::open_model().
[[nodiscard]] Expected<model::MultiExitModel> reopen_model(const run::Run& run, std::string path = {},
                                                           model::OpenOptions options = {});

/// Opens the data of one of a run's splits again, the whole data set, with the labels of the run. Errors: those of
/// dataset::open().
[[nodiscard]] Expected<dataset::DatasetPtr> reopen_data(const run::Split& split);

/// Takes over what the run says that its exits hold. `model` has the run's exits.
void set_exit_kinds(model::MultiExitModel& model, const run::Run& run);

}  // namespace exitscope::evaluate
