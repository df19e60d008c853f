// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/deploy/bundle/stage_onnx.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::bundle {

struct Written {
    std::vector<std::string> files;
    std::uint64_t bytes = 0;
};

/// Writes the operating point `decisions` of `policy` as a directory that runs without this program (docs/formats.md):
/// one ONNX file per stage and precision in use, policy.json with its schema, drivers for Node.js and in C++, and a
/// README. `model` is the run's, for a batch of one. The directory appears complete or not at all. Errors: a model that
/// is not the run's or works with larger batches only; a policy or an operator that cannot be written; `directory`
/// exists and is not empty; cannot write; cancelled (checked after every file).
[[nodiscard]] Expected<Written> write_bundle(const model::MultiExitModel& model, const analyse::PolicyResult& policy,
                                             const analyse::Decisions& decisions,
                                             const std::filesystem::path& directory, Form form = Form::qdq,
                                             Progress* progress = nullptr);

}  // namespace exitscope::bundle
