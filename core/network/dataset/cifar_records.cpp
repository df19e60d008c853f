// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "core/base/formats/bytes.h"
#include "core/network/dataset/cifar.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

std::uint64_t record_bytes(const CifarKind& kind)
{
    return kind.label_bytes + cifar_pixel_bytes;
}

/// Told by the usual file name, else by the file of class names beside it, else by the size.
Expected<CifarKind> kind_of(const fs::path& path, std::uint64_t size)
{
    const std::string name = path.filename().string();
    if (const CifarKind* named = cifar_kind_named(name, ".bin"))
        return *named;
    std::error_code ec;
    const bool names10 = fs::is_regular_file(path.parent_path() / cifar10.names_file, ec);
    const bool names100 = fs::is_regular_file(path.parent_path() / cifar100.names_file, ec);
    if (names10 != names100)
        return names10 ? cifar10 : cifar100;
    const bool fits10 = size % record_bytes(cifar10) == 0;
    const bool fits100 = size % record_bytes(cifar100) == 0;
    if (fits10 && fits100)
        return bad_input(path.string(),
                         "may hold CIFAR-10 or CIFAR-100 records: call it data_batch_1.bin or train.bin");
    if (!fits10 && !fits100)
        return bad_input(path.string(),
                         "is " + std::to_string(size) +
                             " bytes long, not a whole number of CIFAR records (3073 or 3074 bytes each)");
    return fits10 ? cifar10 : cifar100;
}

Expected<void> read_labels(const formats::Bytes& bytes, const CifarKind& kind, Labels& labels)
{
    constexpr std::size_t records_at_once = 256;
    const std::uint64_t record = record_bytes(kind);
    std::vector<std::byte> block(static_cast<std::size_t>(record) * records_at_once);
    for (std::uint64_t offset = 0; offset < bytes.size(); offset += block.size()) {
        const std::span<std::byte> part = std::span(block).first(
            static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), bytes.size() - offset)));
        if (Expected<void> done = bytes.read(offset, part); !done)
            return done;
        for (std::uint64_t at = kind.label_bytes - 1; at < part.size(); at += record) {
            const auto label = std::to_integer<std::int64_t>(part[static_cast<std::size_t>(at)]);
            const std::string place = "record " + std::to_string((offset + at) / record);
            if (Expected<void> done = add_cifar_label(labels, kind, label, bytes.name(), place); !done)
                return done;
        }
    }
    return {};
}

}  // namespace

Expected<DatasetPtr> open_cifar_records(const std::vector<fs::path>& paths, Info info)
{
    Packed packed = cifar_packed(std::move(info));
    CifarKind kind = cifar10;
    for (const fs::path& path : paths) {
        Expected<formats::BytesPtr> bytes = formats::open_bytes(path);
        if (!bytes)
            return forward(bytes);
        const std::uint64_t size = (*bytes)->size();
        Expected<CifarKind> found = kind_of(path, size);
        if (!found)
            return forward(found);
        kind = *found;
        if (size % record_bytes(kind) != 0)
            return bad_input(path.string(), "is " + std::to_string(size) + " bytes long, not a whole number of " +
                                                kind.title + " records of " + std::to_string(record_bytes(kind)) +
                                                " bytes");
        packed.parts.push_back(
            {*bytes, kind.label_bytes, record_bytes(kind), static_cast<std::size_t>(size / record_bytes(kind))});
        if (Expected<void> done = read_labels(**bytes, kind, packed.labels); !done)
            return forward(done);
    }
    const fs::path names_file = paths.front().parent_path() / kind.names_file;
    std::error_code ec;
    if (fs::is_regular_file(names_file, ec)) {
        Expected<std::vector<std::string>> names = read_lines(names_file);
        if (!names)
            return forward(names);
        if (names->size() != kind.classes)
            return bad_input(names_file.string(), "names " + std::to_string(names->size()) + " classes, " + kind.title +
                                                      " has " + std::to_string(kind.classes));
        packed.info.class_names = std::move(*names);
    }
    return make_packed(std::move(packed));
}

}  // namespace exitscope::dataset
