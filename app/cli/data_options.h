// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/cli/options.h"
#include "core/base/error.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::cli {

/// Says how a data set is read; for the verbs that open images.
struct DataOptions {
    dataset::OpenOptions open_options;

    /// --limit.
    void add_limit_to(Command& app);
    /// Opens a data set and tells its notices. Errors: those of dataset::open(); no image; a notice under --strict.
    [[nodiscard]] Expected<dataset::DatasetPtr> open(const std::string& spec) const;
};

}  // namespace exitscope::cli
