// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/zip.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include <zlib.h>

#include "core/base/formats/gzip.h"

namespace exitscope::formats {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t entry_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t end64_locator_signature = 0x07064b50;
constexpr std::uint32_t end64_signature = 0x06064b50;
constexpr std::size_t local_size = 30;
constexpr std::size_t entry_size = 46;
constexpr std::size_t end_size = 22;
constexpr std::size_t end64_locator_size = 20;
constexpr std::size_t end64_size = 56;

/// Position of the central directory in the archive.
struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

tl::unexpected<Error> damaged(const Bytes& archive, const std::string& what)
{
    return bad_input(archive.name(), "is a damaged zip archive: " + what);
}

/// The zip64 end record replaces the 32-bit one when its locator comes right before the 32-bit record.
Expected<Directory> find_directory64(const Bytes& archive, std::uint64_t end_offset, Directory found)
{
    if (end_offset < end64_locator_size)
        return found;
    std::array<std::byte, end64_locator_size> locator;
    if (Expected<void> done = archive.read(end_offset - locator.size(), locator); !done)
        return forward(done);
    if (little_endian<std::uint32_t>(locator, 0) != end64_locator_signature)
        return found;
    std::array<std::byte, end64_size> end;
    if (!archive.read(little_endian<std::uint64_t>(locator, 8), end) ||
        little_endian<std::uint32_t>(end, 0) != end64_signature)
        return damaged(archive, "its zip64 end record is missing");
    return Directory{little_endian<std::uint64_t>(end, 48), little_endian<std::uint64_t>(end, 40)};
}

Expected<Directory> find_directory(const Bytes& archive)
{
    constexpr std::uint64_t max_comment = 65535;
    const std::uint64_t size = archive.size();
    if (size < end_size)
        return bad_input(archive.name(), "is too short for a zip archive");
    std::vector<std::byte> tail(static_cast<std::size_t>(std::min(size, max_comment + end_size)));
    if (Expected<void> done = archive.read(size - tail.size(), tail); !done)
        return forward(done);
    for (std::size_t at = tail.size() - end_size + 1; at-- > 0;) {
        if (little_endian<std::uint32_t>(tail, at) != end_signature ||
            little_endian<std::uint16_t>(tail, at + 20) != tail.size() - at - end_size)
            continue;
        const Directory found{little_endian<std::uint32_t>(tail, at + 16), little_endian<std::uint32_t>(tail, at + 12)};
        return find_directory64(archive, size - tail.size() + at, found);
    }
    return bad_input(archive.name(), "is not a complete zip archive (its end record is missing)");
}

/// Sizes above 32 bits are stored in the extra field 1, each only when its 32-bit field holds ffffffff.
bool apply_zip64(std::span<const std::byte> extra, ZipEntry& entry)
{
    constexpr std::uint64_t elsewhere = 0xffffffff;
    while (extra.size() >= 4) {
        const std::size_t size = little_endian<std::uint16_t>(extra, 2);
        if (size > extra.size() - 4)
            return false;
        std::span<const std::byte> field = extra.subspan(4, size);
        if (little_endian<std::uint16_t>(extra, 0) == 1)
            for (std::uint64_t* value : {&entry.size, &entry.compressed_size, &entry.header_offset}) {
                if (*value != elsewhere)
                    continue;
                if (field.size() < 8)
                    return false;
                *value = little_endian<std::uint64_t>(field, 0);
                field = field.subspan(8);
            }
        extra = extra.subspan(4 + size);
    }
    return true;
}

Expected<std::vector<std::byte>> inflate_entry(const Bytes& packed, const ZipEntry& entry, const std::string& name)
{
    constexpr std::size_t step = 256 << 10;
    std::vector<std::byte> out(static_cast<std::size_t>(entry.size));
    std::vector<std::byte> in(step);
    z_stream stream{};
    if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return bad_input(name, "cannot be unpacked");
    std::uint64_t read = 0;
    std::size_t written = 0;
    int status = Z_OK;
    std::byte overflow{};
    while (status == Z_OK) {
        if (stream.avail_in == 0 && read < packed.size()) {
            const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(step, packed.size() - read));
            if (Expected<void> done = packed.read(read, std::span(in).first(count)); !done) {
                ::inflateEnd(&stream);
                return forward(done);
            }
            stream.next_in = reinterpret_cast<Bytef*>(in.data());
            stream.avail_in = static_cast<uInt>(count);
            read += count;
        }
        const std::size_t room = std::min(out.size() - written, std::size_t{1} << 30);
        stream.next_out = reinterpret_cast<Bytef*>(room > 0 ? out.data() + written : &overflow);
        stream.avail_out = static_cast<uInt>(room > 0 ? room : 1);
        status = ::inflate(&stream, Z_NO_FLUSH);
        const std::size_t produced = (room > 0 ? room : 1) - stream.avail_out;
        if (room == 0 && produced > 0)
            status = Z_DATA_ERROR;
        else
            written += produced;
    }
    ::inflateEnd(&stream);
    if (status != Z_STREAM_END || written != out.size())
        return bad_input(name, "has damaged compressed data");
    uLong crc = ::crc32(0, nullptr, 0);
    crc = ::crc32_z(crc, reinterpret_cast<const Bytef*>(out.data()), out.size());
    if (crc != entry.crc)
        return bad_input(name, "does not match its checksum");
    return out;
}

}  // namespace

Expected<std::vector<ZipEntry>> read_zip_directory(const Bytes& archive)
{
    constexpr std::uint64_t max_directory = 16 << 20;
    Expected<Directory> directory = find_directory(archive);
    if (!directory)
        return forward(directory);
    if (directory->size > max_directory)
        return damaged(archive, "its directory is too large");
    std::vector<std::byte> bytes(static_cast<std::size_t>(directory->size));
    if (!archive.read(directory->offset, bytes))
        return damaged(archive, "its directory lies outside of the file");
    std::vector<ZipEntry> entries;
    std::span<const std::byte> rest(bytes);
    while (!rest.empty()) {
        if (rest.size() < entry_size || little_endian<std::uint32_t>(rest, 0) != entry_signature)
            return damaged(archive, "entry " + std::to_string(entries.size()) + " of its directory");
        const std::size_t name_size = little_endian<std::uint16_t>(rest, 28);
        const std::size_t extra_size = little_endian<std::uint16_t>(rest, 30);
        const std::size_t whole = entry_size + name_size + extra_size + little_endian<std::uint16_t>(rest, 32);
        if (whole > rest.size())
            return damaged(archive, "entry " + std::to_string(entries.size()) + " of its directory");
        ZipEntry entry;
        entry.encrypted = (little_endian<std::uint16_t>(rest, 8) & 1) != 0;
        entry.method = little_endian<std::uint16_t>(rest, 10);
        entry.crc = little_endian<std::uint32_t>(rest, 16);
        entry.compressed_size = little_endian<std::uint32_t>(rest, 20);
        entry.size = little_endian<std::uint32_t>(rest, 24);
        entry.header_offset = little_endian<std::uint32_t>(rest, 42);
        entry.name.assign(reinterpret_cast<const char*>(rest.data()) + entry_size, name_size);
        if (!apply_zip64(rest.subspan(entry_size + name_size, extra_size), entry))
            return damaged(archive, "entry " + std::to_string(entries.size()) + " of its directory");
        entries.push_back(std::move(entry));
        rest = rest.subspan(whole);
    }
    return entries;
}

Expected<BytesPtr> open_zip_entry(const BytesPtr& archive, const ZipEntry& entry, std::string name)
{
    constexpr std::uint64_t max_memory = std::uint64_t{2} << 30;
    constexpr unsigned stored = 0;
    constexpr unsigned deflated = 8;
    if (entry.encrypted)
        return bad_input(name, "is encrypted");
    if (entry.method != stored && entry.method != deflated)
        return bad_input(name, "is compressed by method " + std::to_string(entry.method) +
                                   ", only stored and deflated entries are read");
    std::array<std::byte, local_size> local;
    if (!archive->read(entry.header_offset, local) || little_endian<std::uint32_t>(local, 0) != local_signature)
        return bad_input(name, "is not where the archive's directory says");
    const std::uint64_t begin = entry.header_offset + local_size + little_endian<std::uint16_t>(local, 26) +
                                little_endian<std::uint16_t>(local, 28);
    if (begin > archive->size() || entry.compressed_size > archive->size() - begin)
        return bad_input(name, "reaches beyond the end of the archive");
    BytesPtr packed = slice_bytes(archive, begin, entry.compressed_size, name);
    if (entry.method == stored) {
        if (entry.size != entry.compressed_size)
            return bad_input(name, "declares two different sizes");
        return packed;
    }
    if (entry.size > max_memory)
        return bad_input(name, "unpacks to " + std::to_string(entry.size) + " bytes, at most " +
                                   std::to_string(max_memory) + " are read (store it uncompressed)");
    if (entry.size > max_inflated(entry.compressed_size))
        return bad_input(name, "declares more bytes than its compressed data can hold");
    Expected<std::vector<std::byte>> bytes = inflate_entry(*packed, entry, name);
    if (!bytes)
        return forward(bytes);
    return memory_bytes(std::move(name), std::move(*bytes));
}

}  // namespace exitscope::formats
