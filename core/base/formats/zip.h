// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/formats/bytes.h"

namespace exitscope::formats {

/// One file in a zip archive, as its central directory tells.
struct ZipEntry {
    std::string name;
    unsigned method = 0;  ///< 0 stored, 8 deflated
    bool encrypted = false;
    std::uint32_t crc = 0;
    std::uint64_t compressed_size = 0;
    std::uint64_t size = 0;
    std::uint64_t header_offset = 0;
};

/// The central directory, zip64 included. Errors: no zip archive, damaged directory.
[[nodiscard]] Expected<std::vector<ZipEntry>> read_zip_directory(const Bytes& archive);

/// Content of an entry: stored ones are read in place, deflated ones (up to 2 GiB) are unpacked into memory and
/// checked against their checksum. Errors: damaged, encrypted, another method.
[[nodiscard]] Expected<BytesPtr> open_zip_entry(const BytesPtr& archive, const ZipEntry& entry, std::string name);

}  // namespace exitscope::formats
