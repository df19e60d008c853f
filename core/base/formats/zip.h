// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/formats/bytes.h"

namespace exitscope::formats {

/// One file in a zip archive, as listed in its central directory.
struct ZipEntry {
    std::string name;
    unsigned method = 0;  ///< 0 stored, 8 deflated
    bool encrypted = false;
    std::uint32_t crc = 0;
    std::uint64_t compressed_size = 0;
    std::uint64_t size = 0;
    std::uint64_t header_offset = 0;
};

/// The central directory, zip64 included. Errors: not a zip archive, damaged directory.
[[nodiscard]] Expected<std::vector<ZipEntry>> read_zip_directory(const Bytes& archive);

/// Content of an entry: a stored entry is read in place, a deflated one (up to 2 GiB) is unpacked into memory and
/// checked against its checksum. Errors: damaged, encrypted, another method.
[[nodiscard]] Expected<BytesPtr> open_zip_entry(const BytesPtr& archive, const ZipEntry& entry, std::string name);

}  // namespace exitscope::formats
