// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace exitscope {

/// Reads a whole file of at most `limit` bytes. Errors: missing, a directory, unreadable, too large.
[[nodiscard]] Expected<std::vector<std::byte>> read_file(const std::filesystem::path& path, std::uint64_t limit);

/// Writes through a temporary name in the same directory: `write` fills the temporary file, which is then synced and
/// renamed over `path` (and the directory synced). On any failure the temporary is removed and `path` is untouched.
[[nodiscard]] Expected<void> replace_file(const std::filesystem::path& path,
                                          const std::function<Expected<void>(const std::filesystem::path&)>& write);

/// Makes the directory `path` complete or not at all: `write` fills a temporary directory beside it, which is then
/// renamed. An empty directory at `path` is replaced. Errors: `path` exists otherwise; cannot write. On failure no
/// files are left behind.
[[nodiscard]] Expected<void> make_directory(const std::filesystem::path& path,
                                            const std::function<Expected<void>(const std::filesystem::path&)>& write);

/// Checks that a file can be created beside `path` now; to be called before long work whose result goes there.
/// Error: cannot_write.
[[nodiscard]] Expected<void> check_writable(const std::filesystem::path& path);

/// replace_file() with content that is already in memory.
[[nodiscard]] Expected<void> write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
[[nodiscard]] Expected<void> write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace exitscope
