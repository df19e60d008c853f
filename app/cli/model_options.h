// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "app/cli/preprocessing_options.h"
#include "app/cli/verb.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::cli {

/// How a model file is read; for the verbs that open networks.
struct ModelOptions {
    PreprocessingOptions preprocessing;
    std::vector<std::string> exits;
    std::string outputs = "auto";
    std::string input_size;  ///< "224x224"; empty: as the file says
    bool allow_training_mode = false;

    /// `exits_option` names the list of exits, where the verb has another option --exits.
    void add_to(Command& app, const std::string& exits_option = "--exits",
                PreprocessingOptions::FitOption fit = PreprocessingOptions::FitOption::shape);
    /// Error: an input size that is not HxW.
    [[nodiscard]] Expected<model::OpenOptions> open_options(std::int64_t batch) const;
    /// Opens a model and tells its notices. Errors: those of model::open_model(); a notice under --strict.
    [[nodiscard]] Expected<model::MultiExitModel> open(const std::string& path, std::int64_t batch) const;
    /// Opens the model of a run as the run says (evaluate::reopen_model()) and tells its notices.
    [[nodiscard]] Expected<model::MultiExitModel> reopen(const run::Run& run, const std::string& path,
                                                         std::int64_t batch) const;
};

/// What is doubtful about how `data` is preprocessed, told and returned; a network is not probed under --quiet unless
/// --strict is given. Errors: those of engine::preprocessing_doubts(); a notice under --strict.
[[nodiscard]] Expected<Notices> tell_doubts(const model::MultiExitModel& model, const dataset::Dataset& data,
                                            const Common& common, Progress& progress);

}  // namespace exitscope::cli
