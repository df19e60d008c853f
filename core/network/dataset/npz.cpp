// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/formats/bytes.h"
#include "core/base/formats/zip.h"
#include "core/network/dataset/formats.h"
#include "core/network/dataset/npy_images.h"

namespace exitscope::dataset {
namespace {

using Names = std::vector<std::string>;

/// Names under which images and labels are looked for, the usual ones first. `split` may be empty.
Names image_names(const std::string& split)
{
    if (split.empty())
        return {"x", "X", "images", "data", "arr_0"};
    return {"x_" + split, "X_" + split, split + "_images", "images_" + split,
            split + "_x", split + "_X", split + "_data"};
}
Names label_names(const std::string& split)
{
    if (split.empty())
        return {"y", "Y", "labels", "targets", "arr_1"};
    return {"y_" + split, "Y_" + split, split + "_labels", "labels_" + split, split + "_y", split + "_Y"};
}

const formats::ZipEntry* find(const std::vector<formats::ZipEntry>& entries, const Names& names)
{
    for (const std::string& name : names) {
        const auto found = std::find_if(entries.begin(), entries.end(),
                                        [&](const formats::ZipEntry& entry) { return entry.name == name + ".npy"; });
        if (found != entries.end())
            return &*found;
    }
    return nullptr;
}

Expected<formats::NpyArray> open_entry(const formats::BytesPtr& archive, const formats::ZipEntry& entry)
{
    const std::string array = entry.name.substr(0, entry.name.size() - 4);
    Expected<formats::BytesPtr> bytes = formats::open_zip_entry(archive, entry, archive->name() + "(" + array + ")");
    if (!bytes)
        return forward(bytes);
    return formats::parse_npy(std::move(*bytes));
}

std::string array_list(const std::vector<formats::ZipEntry>& entries)
{
    constexpr std::size_t shown = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(entries.size(), shown); ++i)
        text += (i ? ", " : "") + entries[i].name.substr(0, 64);
    return text + (entries.size() > shown ? ", ..." : "");
}

}  // namespace

Expected<DatasetPtr> open_npz(const Request& request)
{
    Expected<formats::BytesPtr> archive = formats::open_bytes(request.path);
    if (!archive)
        return forward(archive);
    Expected<std::vector<formats::ZipEntry>> entries = formats::read_zip_directory(**archive);
    if (!entries)
        return forward(entries);
    Names splits;
    for (const char* split : {"train", "val", "valid", "test"})
        if (find(*entries, image_names(split)))
            splits.emplace_back(split);
    std::string split;
    if (!splits.empty()) {
        Expected<std::string> chosen = choose_split(request, splits);
        if (!chosen)
            return forward(chosen);
        split = std::move(*chosen);
    } else if (Expected<void> fine = refuse_split(request); !fine)
        return forward(fine);
    const formats::ZipEntry* images = find(*entries, image_names(split));
    if (!images)
        return bad_input(request.path.string(),
                         "holds no array called x, images, data or arr_0 (it holds: " + array_list(*entries) + ")");
    Expected<formats::NpyArray> array = open_entry(*archive, *images);
    if (!array)
        return forward(array);
    Expected<Packed> packed = npy_images(*array, request.info("NPZ", split));
    if (!packed)
        return forward(packed);
    if (const formats::ZipEntry* labels = find(*entries, label_names(split))) {
        Expected<formats::NpyArray> label_array = open_entry(*archive, *labels);
        if (!label_array)
            return forward(label_array);
        Expected<Labels> read = formats::npy_labels(*label_array);
        if (!read)
            return forward(read);
        if (read->size() != array->shape[0])
            return bad_input(label_array->bytes->name(), "holds " + std::to_string(read->size()) + " labels for the " +
                                                             std::to_string(array->shape[0]) + " images of " +
                                                             images->name);
        packed->labels = std::move(*read);
    }
    return make_packed(std::move(*packed));
}

}  // namespace exitscope::dataset
