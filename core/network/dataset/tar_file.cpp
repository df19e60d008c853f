// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/tar_file.h"

#include <memory>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

namespace exitscope::dataset {
namespace {

struct CloseArchive {
    void operator()(archive* opened) const { ::archive_read_free(opened); }
};
using ArchivePtr = std::unique_ptr<archive, CloseArchive>;

tl::unexpected<Error> damaged(const std::string& file, archive* opened)
{
    const char* reason = ::archive_error_string(opened);
    return bad_input(file, std::string("is a damaged or incomplete tar archive") +
                               (reason ? " (" + std::string(reason) + ")" : ""));
}

Expected<ArchivePtr> open_tar(const std::string& file)
{
    constexpr std::size_t block = 128 << 10;
    ArchivePtr opened(::archive_read_new());
    // By name: archive_read_support_filter_all() would also run other programs.
    ::archive_read_support_filter_gzip(opened.get());
    ::archive_read_support_filter_bzip2(opened.get());
    ::archive_read_support_filter_xz(opened.get());
    ::archive_read_support_filter_zstd(opened.get());
    ::archive_read_support_filter_lz4(opened.get());
    ::archive_read_support_format_tar(opened.get());
    if (::archive_read_open_filename(opened.get(), file.c_str(), block) != ARCHIVE_OK)
        return damaged(file, opened.get());
    return opened;
}

std::string name_of(archive_entry* entry)
{
    const char* name = ::archive_entry_pathname(entry);
    if (name == nullptr)
        name = ::archive_entry_pathname_utf8(entry);
    return name ? name : "";
}

/// The bytes of the present member, unpacked.
Expected<formats::BytesPtr> unpack(archive* opened, const std::string& name, std::uint64_t size,
                                   const std::string& file)
{
    std::vector<std::byte> bytes;
    bytes.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(size, 1 << 20)));  // what is declared may be a lie
    const void* block = nullptr;
    std::size_t block_size = 0;
    la_int64_t offset = 0;
    while (true) {
        const int status = ::archive_read_data_block(opened, &block, &block_size, &offset);
        if (status == ARCHIVE_EOF)
            break;
        const bool next = offset >= 0 && static_cast<std::uint64_t>(offset) == bytes.size();
        if (status != ARCHIVE_OK || !next || block_size > size - bytes.size())
            return damaged(file, opened);
        const auto* from = static_cast<const std::byte*>(block);
        bytes.insert(bytes.end(), from, from + block_size);
    }
    if (bytes.size() != size)
        return damaged(file, opened);
    return formats::memory_bytes(file + "/" + name, std::move(bytes));
}

}  // namespace

Expected<void> read_tar(const std::filesystem::path& path, std::uint64_t& memory_left,
                        const std::function<Expected<void>(TarMember)>& take)
{
    const std::string file = path.string();
    Expected<formats::BytesPtr> whole = formats::open_bytes(path);
    if (!whole)
        return forward(whole);
    Expected<ArchivePtr> opened = open_tar(file);
    if (!opened)
        return forward(opened);
    archive* tar = opened->get();
    archive_entry* entry = nullptr;
    int status = ARCHIVE_OK;
    while ((status = ::archive_read_next_header(tar, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN) {
        constexpr std::uint64_t header_bytes = 512;
        const bool compressed = ::archive_filter_count(tar) > 1;
        const std::uint64_t size =
            ::archive_entry_size(entry) < 0 ? 0 : static_cast<std::uint64_t>(::archive_entry_size(entry));
        if (compressed && (size > memory_left || header_bytes > memory_left - size))
            return bad_input(file,
                             "is compressed and holds more than is unpacked into memory (2 GiB): unpack it to a plain "
                             ".tar, which is read in place");
        if (compressed)
            memory_left -= size + header_bytes;
        if (::archive_entry_filetype(entry) != AE_IFREG || ::archive_entry_hardlink(entry) != nullptr)
            continue;
        TarMember member{name_of(entry), *whole, static_cast<std::uint64_t>(::archive_filter_bytes(tar, 0)), size};
        if (::archive_entry_sparse_count(entry) > 0)
            return bad_input(file, "holds the sparse file " + member.name + ": pack it again without --sparse");
        if (compressed) {
            Expected<formats::BytesPtr> bytes = unpack(tar, member.name, size, file);
            if (!bytes)
                return forward(bytes);
            member.bytes = std::move(*bytes);
            member.offset = 0;
        } else if (member.offset > (*whole)->size() || size > (*whole)->size() - member.offset)
            return bad_input(file, "ends inside " + member.name + ": the archive is incomplete");
        if (Expected<void> taken = take(std::move(member)); !taken)
            return taken;
    }
    return status == ARCHIVE_EOF ? Expected<void>() : damaged(file, tar);
}

}  // namespace exitscope::dataset
