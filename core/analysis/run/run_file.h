// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/analysis/run/run.h"
#include "core/base/error.h"

namespace exitscope::run {

/// Writes a run as HDF5 (layout: docs/formats.md) through a temporary name. Errors: cannot_write.
[[nodiscard]] Expected<void> save(const Run& run, const std::filesystem::path& path);

/// Reads and checks a run: version, every size against every other, every index in range. Errors: bad_input, one
/// sentence naming the file and the data set inside it.
/// `outline`, if given, is called with an incomplete run as soon as sizes, costs, labels and predictions are read and
/// checked, long before a large file is read in full: its columns `statistics`, `true_probability` and `probabilities`
/// are missing.
[[nodiscard]] Expected<RunPtr> load(const std::filesystem::path& path, const std::function<void(RunPtr)>& outline = {});

}  // namespace exitscope::run
