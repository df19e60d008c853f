// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/base/error.h"

struct gzFile_s;

namespace exitscope::formats {

/// Largest possible size of a deflate stream of `compressed` bytes after inflation (1032:1, the format's own bound).
/// Checked before allocating, so that a hostile header cannot ask for more memory than the file can fill.
[[nodiscard]] constexpr std::uint64_t max_inflated(std::uint64_t compressed)
{
    return compressed > UINT64_MAX / 1032 ? UINT64_MAX : compressed * 1032;
}

/// A .gz file read from front to back.
class GzipFile {
public:
    [[nodiscard]] static Expected<GzipFile> open(const std::filesystem::path& path);

    /// Size of the file on disk.
    [[nodiscard]] std::uint64_t compressed_size() const { return compressed_size_; }
    /// Fills `out` with the next bytes. Errors: damaged or too short.
    [[nodiscard]] Expected<void> read(std::span<std::byte> out);
    /// Error unless everything was read and the checksum is right.
    [[nodiscard]] Expected<void> finish();

private:
    struct Close {
        void operator()(gzFile_s* file) const;
    };
    GzipFile(std::string name, gzFile_s* file, std::uint64_t compressed_size);
    /// Up to out.size() bytes; fewer only at the end.
    Expected<std::size_t> read_some(std::span<std::byte> out);

    std::string name_;
    std::unique_ptr<gzFile_s, Close> file_;
    std::uint64_t compressed_size_;
};

}  // namespace exitscope::formats
