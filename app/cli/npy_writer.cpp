// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/npy_writer.h"

#include <bit>
#include <cstdint>
#include <fstream>
#include <string>

#include "core/base/file.h"

namespace exitscope::cli {

static_assert(std::endian::native == std::endian::little, "the header says little-endian");

Expected<void> write_npy(const std::filesystem::path& path, const std::vector<std::size_t>& shape,
                         std::span<const float> values)
{
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
    for (const std::size_t dimension : shape)
        header += std::to_string(dimension) + ", ";
    header += "), }";
    constexpr std::size_t before_header = 10;  // magic, version, length
    constexpr std::size_t alignment = 64;
    header.append(alignment - 1 - (before_header + header.size()) % alignment, ' ');
    header += '\n';
    const auto length = static_cast<std::uint16_t>(header.size());
    return replace_file(path, [&](const std::filesystem::path& temporary) -> Expected<void> {
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        out.write("\x93NUMPY\x01\x00", 8);
        out.put(static_cast<char>(length & 0xff)).put(static_cast<char>(length >> 8));
        out.write(header.data(), static_cast<std::streamsize>(header.size()));
        out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
        out.close();
        if (!out)
            return fail(ErrorCode::cannot_write, path.string(), "cannot write: the disk is full or gone");
        return {};
    });
}

}  // namespace exitscope::cli
