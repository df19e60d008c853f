// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::adaptive {

/// Images for a deployed model.
struct DeployedData {
    dataset::DatasetPtr images;
    bool of_run = false;  ///< sample i is sample i of the run's test split, so that answers can be compared
};

/// If the run's test split was taken from `data`: the images of that split only, because the policy may have been
/// fitted on the others. Otherwise: all of `data`. At most the first `limit` images, 0 = all.
/// Error: the data of the test split has changed since the run was made.
[[nodiscard]] Expected<DeployedData> deployed_data(const run::Run& run, dataset::DatasetPtr data, std::size_t limit);

}  // namespace exitscope::adaptive
