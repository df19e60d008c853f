// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "app/cli/options.h"
#include "app/cli/preprocessing_options.h"
#include "core/base/error.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::cli {

/// How a model file is read; for the verbs that open networks.
struct ModelOptions {
    PreprocessingOptions preprocessing;

    void add_to(Command& app);
    [[nodiscard]] model::OpenOptions open_options(std::int64_t batch) const;
    /// Opens a model and tells its notices. Errors: those of model::open_model(); a notice under --strict.
    [[nodiscard]] Expected<model::MultiExitModel> open(const std::string& path, std::int64_t batch) const;
};

}  // namespace exitscope::cli
