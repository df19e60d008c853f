// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/base/formats/bytes.h"

namespace exitscope::dataset {

/// A file in a tar archive. Its name is only compared and shown, never used as a path.
struct TarMember {
    std::string name;
    formats::BytesPtr bytes;  ///< the archive, or the unpacked member alone
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

/// Hands every plain file of a tar archive, in its order, to `take`; an error from there ends the walk. Members of
/// uncompressed archives stay in the file. Those of archives compressed by gzip, bzip2, xz, Zstandard or LZ4 are
/// unpacked into memory, and what they take is taken off `memory_left`. Errors: damaged, cut off, sparse members,
/// memory_left used up.
[[nodiscard]] Expected<void> read_tar(const std::filesystem::path& path, std::uint64_t& memory_left,
                                      const std::function<Expected<void>(TarMember)>& take);

}  // namespace exitscope::dataset
