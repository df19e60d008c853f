// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/formats/bytes.h"
#include "core/base/formats/gzip.h"
#include "core/network/dataset/formats.h"
#include "core/network/dataset/packed.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_rank = 4;
constexpr std::uint64_t max_memory = std::uint64_t{2} << 30;  ///< for an unpacked .gz, bytes

/// An IDX file of bytes: magic 00 00 08 rank, then `rank` big-endian 32-bit sizes, then the data.
struct Idx {
    formats::BytesPtr bytes;
    std::vector<std::uint32_t> shape;

    [[nodiscard]] std::uint64_t header_size() const { return 4 + 4 * shape.size(); }
};

Expected<std::size_t> parse_rank(std::span<const std::byte> magic, const std::string& name)
{
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(magic[i]); };
    if (at(0) != 0 || at(1) != 0)
        return bad_input(name, "is not an IDX file (the first two bytes are not 0)");
    if (at(2) != 0x08)
        return bad_input(name,
                         "holds IDX data of type " + std::to_string(at(2)) + ", only unsigned bytes (type 8) are read");
    if (at(3) == 0 || at(3) > max_rank)
        return bad_input(name, "declares " + std::to_string(at(3)) + " IDX dimensions, 1 to 4 are read");
    return at(3);
}

std::vector<std::uint32_t> parse_shape(std::span<const std::byte> sizes)
{
    std::vector<std::uint32_t> shape;
    for (std::size_t i = 0; i + 4 <= sizes.size(); i += 4) {
        std::uint32_t size = 0;
        for (std::size_t k = 0; k < 4; ++k)
            size = size << 8 | std::to_integer<std::uint32_t>(sizes[i + k]);
        shape.push_back(size);
    }
    return shape;
}

std::uint64_t elements(const std::vector<std::uint32_t>& shape)
{
    std::uint64_t product = 1;
    for (const std::uint32_t size : shape)
        product = formats::saturating_product(product, size);
    return product;
}

Expected<Idx> read_gzipped(const fs::path& path)
{
    const std::string name = path.string();
    Expected<formats::GzipFile> file = formats::GzipFile::open(path);
    if (!file)
        return forward(file);
    std::vector<std::byte> bytes(4);
    if (Expected<void> done = file->read(bytes); !done)
        return forward(done);
    if (bytes[0] != std::byte{0} || bytes[1] != std::byte{0})
        return bad_input(name, "is compressed by gzip and holds no IDX data: unpack it (gunzip)");
    Expected<std::size_t> rank = parse_rank(bytes, name);
    if (!rank)
        return forward(rank);
    bytes.resize(4 + 4 * *rank);
    if (Expected<void> done = file->read(std::span(bytes).subspan(4)); !done)
        return forward(done);
    Idx idx;
    idx.shape = parse_shape(std::span(bytes).subspan(4));
    const std::uint64_t size = elements(idx.shape);
    if (size > max_memory)
        return bad_input(name, "declares " + std::to_string(size) + " bytes of data, a .gz file is unpacked up to " +
                                   std::to_string(max_memory) + " (unpack it with gunzip)");
    if (size > formats::max_inflated(file->compressed_size()))
        return bad_input(name, "holds less data than it declares");
    bytes.resize(idx.header_size() + size);
    if (Expected<void> done = file->read(std::span(bytes).subspan(idx.header_size())); !done)
        return forward(done);
    if (Expected<void> done = file->finish(); !done)
        return forward(done);
    idx.bytes = formats::memory_bytes(name, std::move(bytes));
    return idx;
}

Expected<Idx> read_idx(const fs::path& path)
{
    Expected<formats::BytesPtr> file = formats::open_bytes(path);
    if (!file)
        return forward(file);
    const std::string name = path.string();
    std::array<std::byte, 4 + 4 * max_rank> head;
    if (Expected<void> done = (*file)->read(0, std::span(head).first(4)); !done)
        return bad_input(name, "is too short for an IDX file");
    if (head[0] == std::byte{0x1f} && head[1] == std::byte{0x8b})
        return read_gzipped(path);
    Expected<std::size_t> rank = parse_rank(head, name);
    if (!rank)
        return forward(rank);
    const std::span<std::byte> sizes = std::span(head).subspan(4, 4 * *rank);
    if (Expected<void> done = (*file)->read(4, sizes); !done)
        return bad_input(name, "ends inside the IDX header");
    Idx idx;
    idx.bytes = *file;
    idx.shape = parse_shape(sizes);
    const std::uint64_t size = elements(idx.shape);
    const std::uint64_t present = (*file)->size() - idx.header_size();
    if (size != present)
        return bad_input(name,
                         "declares " + std::to_string(size) + " bytes of data but holds " + std::to_string(present));
    return idx;
}

Expected<Labels> read_labels(const fs::path& path)
{
    Expected<Idx> idx = read_idx(path);
    if (!idx)
        return forward(idx);
    if (idx->shape.size() != 1)
        return bad_input(path.string(),
                         "has " + std::to_string(idx->shape.size()) + " IDX dimensions, a labels file has one");
    std::vector<std::byte> bytes(idx->shape[0]);
    if (Expected<void> done = idx->bytes->read(idx->header_size(), bytes); !done)
        return forward(done);
    Labels labels;
    labels.reserve(bytes.size());
    for (const std::byte label : bytes)
        if (Expected<void> done = labels.add(std::to_integer<std::int64_t>(label), path.string(), {}); !done)
            return forward(done);
    return labels;
}

/// The labels file that belongs to an images file (images-idx3 -> labels-idx1), with or without ".gz"; empty when it
/// does not exist.
fs::path labels_beside(const fs::path& images)
{
    std::string name = images.filename().string();
    if (name.ends_with(".gz"))
        name.resize(name.size() - 3);
    for (const char rank : {'3', '4'})
        for (const char separator : {'-', '.'}) {
            const std::string from = std::string("images") + separator + "idx" + rank;
            const std::size_t at = name.rfind(from);
            if (at == std::string::npos)
                continue;
            name.replace(at, from.size(), std::string("labels") + separator + "idx1");
            for (const char* ending : {"", ".gz"}) {
                fs::path labels = images.parent_path() / (name + ending);
                std::error_code ec;
                if (fs::is_regular_file(labels, ec))
                    return labels;
            }
            return {};
        }
    return {};
}

Expected<Packed> describe(const Idx& images)
{
    const std::vector<std::uint32_t>& shape = images.shape;
    Packed packed;
    std::array<std::uint32_t, 3> hwc{};
    if (shape.size() == 3)
        hwc = {shape[1], shape[2], 1};
    else if (shape.size() == 4 && (shape[3] == 1 || shape[3] == 3))
        hwc = {shape[1], shape[2], shape[3]};
    else if (shape.size() == 4 && (shape[1] == 1 || shape[1] == 3)) {
        hwc = {shape[2], shape[3], shape[1]};
        packed.layout = PixelLayout::u8_chw;
    } else if (shape.size() == 1)
        return bad_input(images.bytes->name(), "holds one dimension only, labels perhaps: open the images file");
    else
        return bad_input(images.bytes->name(),
                         "has no shape of images: [N,H,W], or four dimensions with 1 or 3 channels");
    if (*std::max_element(hwc.begin(), hwc.end()) > 65536)
        return bad_input(images.bytes->name(), "declares images of more than 65536 pixels a side");
    packed.height = static_cast<int>(hwc[0]);
    packed.width = static_cast<int>(hwc[1]);
    packed.channels = static_cast<int>(hwc[2]);
    const std::uint64_t stride = image_bytes(hwc[2], hwc[0], hwc[1]);
    packed.parts.push_back({images.bytes, images.header_size(), stride, shape[0]});
    return packed;
}

/// "train-images-idx3-ubyte.gz" is an images file of the split "train"; empty for other files.
std::string split_of(const std::string& file)
{
    if (file.find("images-idx") == std::string::npos && file.find("images.idx") == std::string::npos)
        return {};
    if (file.find("train") != std::string::npos)
        return "train";
    if (file.find("t10k") != std::string::npos || file.find("test") != std::string::npos)
        return "test";
    return {};
}

}  // namespace

Expected<DatasetPtr> open_idx_file(const fs::path& path, Info info)
{
    Expected<Idx> images = read_idx(path);
    if (!images)
        return forward(images);
    Expected<Packed> packed = describe(*images);
    if (!packed)
        return forward(packed);
    packed->info = std::move(info);
    if (const fs::path beside = labels_beside(path); !beside.empty()) {
        Expected<Labels> labels = read_labels(beside);
        if (!labels)
            return forward(labels);
        packed->labels = std::move(*labels);
        if (packed->labels.size() != images->shape[0])
            return bad_input(beside.string(), "holds " + std::to_string(packed->labels.size()) + " labels for the " +
                                                  std::to_string(images->shape[0]) + " images of " +
                                                  path.filename().string());
    }
    return make_packed(std::move(*packed));
}

bool is_idx_directory(const Listing& listing)
{
    return std::any_of(listing.files.begin(), listing.files.end(),
                       [](const std::string& file) { return !split_of(file).empty(); });
}

Expected<DatasetPtr> open_idx_directory(const Request& request, const Listing& listing)
{
    std::vector<std::string> splits;
    for (const char* split : {"train", "test"})
        if (std::any_of(listing.files.begin(), listing.files.end(),
                        [&](const std::string& file) { return split_of(file) == split; }))
            splits.emplace_back(split);
    Expected<std::string> split = choose_split(request, splits);
    if (!split)
        return forward(split);
    std::string chosen;
    for (const std::string& file : listing.files) {
        if (split_of(file) != *split || file == chosen + ".gz")
            continue;
        if (!chosen.empty())
            return bad_input(request.path.string(), "holds several images files of the split " + *split + " (" +
                                                        chosen + ", " + file + "): name the file");
        chosen = file;
    }
    return open_idx_file(request.path / chosen, request.info("IDX", *split));
}

}  // namespace exitscope::dataset
