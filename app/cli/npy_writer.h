// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "core/base/error.h"

namespace exitscope::cli {

/// Writes a float32 array in NumPy's format version 1.0, C order, through a temporary name. Error: cannot_write.
[[nodiscard]] Expected<void> write_npy(const std::filesystem::path& path, const std::vector<std::size_t>& shape,
                                       std::span<const float> values);

}  // namespace exitscope::cli
