// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/image_list.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <system_error>
#include <utility>

#include "core/base/file.h"
#include "core/base/formats/bytes.h"
#include "core/base/formats/file_kind.h"
#include "core/base/formats/image_header.h"
#include "core/network/dataset/image_check.h"
#include "core/network/dataset/image_file.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

class ImageListDataset final : public Dataset {
public:
    explicit ImageListDataset(ImageList list) : list_(std::move(list)) {}

    const Info& info() const override { return list_.info; }
    std::size_t size() const override { return list_.files.size(); }
    Expected<Image> image(SampleIndex index) const override
    {
        if (index.at() >= size())
            return bad_input(list_.info.name, "has no sample #" + std::to_string(index.value));
        return read_image(path(index.at()));
    }
    std::optional<ClassIndex> label(SampleIndex index) const override { return list_.labels.at(index); }
    std::string origin(SampleIndex index) const override
    {
        return index.at() < size() ? path(index.at()).string() : list_.info.name;
    }

    std::optional<std::vector<std::byte>> file_bytes(SampleIndex index) const override
    {
        if (index.at() >= size())
            return std::nullopt;
        Expected<std::vector<std::byte>> bytes = read_file(path(index.at()), max_image_file);
        return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
    }

    /// Labels, the sizes of all files, and the content of up to 256 evenly spaced ones.
    std::string content_hash() const override
    {
        constexpr std::size_t sampled_files = 256;
        ContentHash hash;
        list_.labels.add_to_hash(hash);
        const std::size_t step = (size() + sampled_files - 1) / sampled_files;
        for (std::size_t i = 0; i < size(); ++i) {
            std::error_code ec;
            const std::uint64_t bytes = fs::file_size(path(i), ec);
            hash.add(std::as_bytes(std::span(&bytes, 1)));
            if (i % step != 0)
                continue;
            if (const Expected<formats::BytesPtr> file = formats::open_bytes(path(i)))
                add_to_hash(hash, **file);
        }
        return hash.hex();
    }

private:
    fs::path path(std::size_t index) const { return list_.root / list_.files[index]; }

    ImageList list_;
};

/// The files as messages name them: with their line where a list names them.
std::vector<std::string> names_of(const ImageList& list, const std::vector<BadImage>& bad)
{
    std::vector<std::string> names(list.files.size());
    for (const BadImage& one : bad)
        names[one.file] =
            (list.lines.empty() ? "" : "line " + std::to_string(list.lines[one.file]) + ": ") + list.files[one.file];
    return names;
}

}  // namespace

Expected<DatasetPtr> make_image_list(ImageList list, const OpenOptions& options)
{
    if (list.files.empty())
        return bad_input(list.info.source, "holds no images");
    if (list.files.size() > std::numeric_limits<std::uint32_t>::max())
        return bad_input(list.info.source, "holds more than 2^32 - 1 images");
    list.info.labelled = !list.labels.empty();
    if (list.info.labelled)
        list.info.class_count = std::max(list.labels.class_count(), list.info.class_names.size());
    if (options.unreadable == Unreadable::unchecked)
        return std::make_shared<ImageListDataset>(std::move(list));
    const bool skip = options.unreadable == Unreadable::skip;
    const std::vector<BadImage> bad = find_bad_images(list.root, list.files, skip, options.threads);
    if (bad.empty())
        return std::make_shared<ImageListDataset>(std::move(list));
    std::vector<std::string> origins;
    for (const std::string& file : list.files)
        origins.push_back((list.root / file).string());
    Expected<std::vector<SampleIndex>> good = leave_out(bad, names_of(list, bad), origins, skip, list.info);
    if (!good)
        return forward(good);
    std::string name = list.info.name;
    return subset(std::make_shared<ImageListDataset>(std::move(list)), std::move(*good), std::move(name));
}

Expected<DatasetPtr> open_images(const std::vector<std::string>& paths)
{
    ImageList list;
    list.files = paths;
    list.info.format = "images";
    list.info.name =
        paths.size() == 1 ? fs::path(paths.front()).filename().string() : std::to_string(paths.size()) + " images";
    for (const std::string& path : paths) {
        list.info.source += (list.info.source.empty() ? "" : ", ") + path;
        const Expected<formats::BytesPtr> file = formats::open_bytes(path);
        if (!file)
            return tl::unexpected<Error>(file.error());
        std::array<std::byte, formats::kind_bytes> start{};
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>((*file)->size(), start.size()));
        if (Expected<void> done = (*file)->read(0, std::span(start).first(size)); !done)
            return forward(done);
        if (!formats::is_image(std::span(start).first(size)))
            return bad_input(path, formats::foreign_image(std::span(start).first(size))
                                       .value_or("is not a PNG, JPEG, BMP, PNM, TIFF or WebP image"));
    }
    OpenOptions options;
    options.unreadable = Unreadable::unchecked;
    return make_image_list(std::move(list), options);
}

}  // namespace exitscope::dataset
