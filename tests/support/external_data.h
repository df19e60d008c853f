// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace exitscope::tests {

/// Where real data sets and models for tests lie: $EXITSCOPE_DATA, or /tmp/exitscope-data. Nothing when absent: the
/// test that needs them skips and says so.
inline std::optional<std::filesystem::path> external_data()
{
    const char* set = std::getenv("EXITSCOPE_DATA");
    const std::filesystem::path path = set && *set ? set : "/tmp/exitscope-data";
    std::error_code ec;
    if (std::filesystem::is_directory(path, ec))
        return path;
    return std::nullopt;
}

}  // namespace exitscope::tests
