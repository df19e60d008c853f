// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/cli/options.h"
#include "app/cli/verb.h"
#include "core/base/error.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::cli {

/// Says how a data set is read; for the verbs that open images.
struct DataOptions {
    dataset::OpenOptions open_options;
    std::string class_order;  ///< empty: automatic
    bool skip_unreadable = false;

    void add_to(Command& app);
    /// --limit.
    void add_limit_to(Command& app);
    /// Opens a data set and tells its notices; its labels get the numbers of `model`'s classes. Without a model for
    /// images whose labels do not matter. Errors: those of dataset::open(); no image; a notice under --strict.
    [[nodiscard]] Expected<dataset::DatasetPtr> open(const std::string& spec, const model::MultiExitModel* model,
                                                     const Common& common) const;
};

}  // namespace exitscope::cli
