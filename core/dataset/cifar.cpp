// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <utility>

#include "core/dataset/bytes.h"
#include "core/dataset/formats.h"
#include "core/dataset/packed.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr int side = 32;
constexpr std::uint64_t pixel_bytes = 3 * side * side;  ///< planar RGB

/// The two record layouts: labels (CIFAR-100: coarse, then fine), then the pixels.
struct Variant {
    const char* title;
    std::uint64_t label_bytes;
    std::size_t classes;
    const char* names_file;

    [[nodiscard]] std::uint64_t record() const { return label_bytes + pixel_bytes; }
};
constexpr Variant cifar10{"CIFAR-10", 1, 10, "batches.meta.txt"};
constexpr Variant cifar100{"CIFAR-100", 2, 100, "fine_label_names.txt"};

bool is_cifar10_name(const std::string& name)
{
    return name == "test_batch.bin" || (name.starts_with("data_batch_") && name.ends_with(".bin"));
}

bool is_cifar100_name(const std::string& name)
{
    return name == "train.bin" || name == "test.bin";
}

/// By the usual file name, else by the file of class names beside it, else by the size.
Expected<Variant> variant_of(const fs::path& path, std::uint64_t size)
{
    const std::string name = path.filename().string();
    if (is_cifar10_name(name))
        return cifar10;
    if (is_cifar100_name(name))
        return cifar100;
    std::error_code ec;
    const bool names10 = fs::is_regular_file(path.parent_path() / cifar10.names_file, ec);
    const bool names100 = fs::is_regular_file(path.parent_path() / cifar100.names_file, ec);
    if (names10 != names100)
        return names10 ? cifar10 : cifar100;
    const bool fits10 = size % cifar10.record() == 0;
    const bool fits100 = size % cifar100.record() == 0;
    if (fits10 && fits100)
        return bad_input(path.string(),
                         "may hold CIFAR-10 or CIFAR-100 records: call it data_batch_1.bin or train.bin");
    if (!fits10 && !fits100)
        return bad_input(path.string(),
                         "is " + std::to_string(size) +
                             " bytes long, not a whole number of CIFAR records (3073 or 3074 bytes each)");
    return fits10 ? cifar10 : cifar100;
}

Expected<void> read_labels(const Bytes& bytes, const Variant& variant, Labels& labels)
{
    constexpr std::size_t records_at_once = 256;
    const std::uint64_t record = variant.record();
    std::vector<std::byte> block(static_cast<std::size_t>(record) * records_at_once);
    for (std::uint64_t offset = 0; offset < bytes.size(); offset += block.size()) {
        const std::span<std::byte> part = std::span(block).first(
            static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), bytes.size() - offset)));
        if (Expected<void> done = bytes.read(offset, part); !done)
            return done;
        for (std::uint64_t at = variant.label_bytes - 1; at < part.size(); at += record) {
            const auto label = std::to_integer<std::size_t>(part[static_cast<std::size_t>(at)]);
            const std::string place = "record " + std::to_string((offset + at) / record);
            if (label >= variant.classes)
                return bad_input(bytes.name(), place + " has label " + std::to_string(label) + ", " + variant.title +
                                                   " has " + std::to_string(variant.classes) + " classes");
            if (Expected<void> done = labels.add(static_cast<std::int64_t>(label), bytes.name(), place); !done)
                return done;
        }
    }
    return {};
}

Expected<DatasetPtr> open_files(const std::vector<fs::path>& paths, Info info)
{
    Packed packed;
    packed.info = std::move(info);
    packed.layout = PixelLayout::u8_chw;
    packed.channels = 3;
    packed.height = side;
    packed.width = side;
    Variant variant = cifar10;
    for (const fs::path& path : paths) {
        Expected<BytesPtr> bytes = open_bytes(path);
        if (!bytes)
            return forward(bytes);
        const std::uint64_t size = (*bytes)->size();
        Expected<Variant> found = variant_of(path, size);
        if (!found)
            return forward(found);
        variant = *found;
        if (size % variant.record() != 0)
            return bad_input(path.string(), "is " + std::to_string(size) + " bytes long, not a whole number of " +
                                                variant.title + " records of " + std::to_string(variant.record()) +
                                                " bytes");
        packed.parts.push_back(
            {*bytes, variant.label_bytes, variant.record(), static_cast<std::size_t>(size / variant.record())});
        if (Expected<void> done = read_labels(**bytes, variant, packed.labels); !done)
            return forward(done);
    }
    const fs::path names_file = paths.front().parent_path() / variant.names_file;
    std::error_code ec;
    if (fs::is_regular_file(names_file, ec)) {
        Expected<std::vector<std::string>> names = read_lines(names_file);
        if (!names)
            return forward(names);
        if (names->size() != variant.classes)
            return bad_input(names_file.string(), "names " + std::to_string(names->size()) + " classes, " +
                                                      variant.title + " has " + std::to_string(variant.classes));
        packed.info.class_names = std::move(*names);
    }
    return make_packed(std::move(packed));
}

/// The number in "data_batch_12.bin", so that batch 10 follows batch 9; large for anything else.
unsigned long batch_number(const std::string& file)
{
    const std::string digits = file.substr(11, file.size() - 15);
    const bool number = !digits.empty() && digits.size() < 9 &&
                        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    return number ? std::stoul(digits) : ~0UL;
}

}  // namespace

Expected<DatasetPtr> open_cifar_file(const fs::path& path, Info info)
{
    return open_files({path}, std::move(info));
}

bool is_cifar_directory(const Listing& listing)
{
    return std::any_of(listing.files.begin(), listing.files.end(),
                       [](const std::string& file) { return is_cifar10_name(file) || is_cifar100_name(file); });
}

Expected<DatasetPtr> open_cifar_directory(const Request& request, const Listing& listing)
{
    std::vector<std::string> batches;
    for (const std::string& file : listing.files)
        if (file.starts_with("data_batch_") && is_cifar10_name(file))
            batches.push_back(file);
    std::stable_sort(batches.begin(), batches.end(),
                     [](const std::string& a, const std::string& b) { return batch_number(a) < batch_number(b); });
    const bool has100 = listing.has_file("train.bin") || listing.has_file("test.bin");
    if (has100 && (!batches.empty() || listing.has_file("test_batch.bin")))
        return bad_input(request.path.string(), "holds files of both CIFAR-10 and CIFAR-100: name the file");
    if (listing.has_file("train.bin"))
        batches.push_back("train.bin");
    const std::string test = has100 ? "test.bin" : "test_batch.bin";
    std::vector<std::string> splits;
    if (!batches.empty())
        splits.emplace_back("train");
    if (listing.has_file(test))
        splits.emplace_back("test");
    Expected<std::string> split = choose_split(request, splits);
    if (!split)
        return forward(split);
    std::vector<fs::path> paths;
    if (*split == "train")
        for (const std::string& batch : batches)
            paths.push_back(request.path / batch);
    else
        paths.push_back(request.path / test);
    return open_files(paths, request.info("CIFAR binary", *split));
}

}  // namespace exitscope::dataset
