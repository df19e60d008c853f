// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/base/error.h"
#include "core/network/dataset/dataset.h"
#include "core/analysis/run/run.h"

namespace exitscope::adaptive {

/// Images for a deployed model.
struct DeployedData {
    dataset::DatasetPtr images;
    bool of_run = false;  ///< sample i is sample i of the run's test split, so that the run knows what to expect
};

/// Where `data` is what the run's test split was taken from, that split's images alone (the others may have served to
/// fit the policy); otherwise `data` as it is. The first `limit` of them, 0 = all.
/// Error: the data of the test split is not what it was when the run was made.
[[nodiscard]] Expected<DeployedData> deployed_data(const run::Run& run, dataset::DatasetPtr data, std::size_t limit);

}  // namespace exitscope::adaptive
