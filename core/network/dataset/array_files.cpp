// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "core/base/formats/hdf5_array.h"
#include "core/base/formats/npy_array.h"
#include "core/network/dataset/array_images.h"
#include "core/network/dataset/array_labels.h"
#include "core/network/dataset/array_names.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

bool is_hdf5_extension(const std::string& extension)
{
    return extension == ".h5" || extension == ".hdf5" || extension == ".hdf";
}

Expected<formats::ArrayPtr> open_npy(const fs::path& path)
{
    Expected<formats::BytesPtr> bytes = formats::open_bytes(path);
    if (!bytes)
        return forward(bytes);
    Expected<formats::NpyArray> array = formats::parse_npy(std::move(*bytes));
    if (!array)
        return forward(array);
    return formats::as_array(std::move(*array));
}

Expected<formats::ArrayFilePtr> open_npz_path(const fs::path& path)
{
    Expected<formats::BytesPtr> archive = formats::open_bytes(path);
    if (!archive)
        return forward(archive);
    return formats::open_npz_file(std::move(*archive));
}

/// The labels in a file of their own. Error: an archive whose names do not say which array holds them.
Expected<formats::ArrayPtr> open_label_array(const fs::path& path)
{
    const std::string extension = lower_extension(path);
    if (extension == ".npy")
        return open_npy(path);
    Expected<formats::ArrayFilePtr> file =
        is_hdf5_extension(extension) ? formats::open_hdf5_file(path) : open_npz_path(path);
    if (!file)
        return forward(file);
    const std::optional<std::string> array = find_labels((*file)->arrays());
    if (!array)
        return bad_input(path.string(), "holds no array called labels or y");
    return (*file)->open(*array);
}

/// Labels beside a file of `samples` images; none when there is no such file. One that is named after the images must
/// have one label per image; one with a common name (labels.npy) is ignored when it has another number, or holds no
/// labels (y.npy may be what a network answered).
Expected<std::optional<ArrayLabels>> labels_beside(const fs::path& images, std::uint64_t samples)
{
    constexpr std::array<const char*, 4> endings{".npy", ".npz", ".h5", ".hdf5"};
    std::vector<std::string> names = label_file_names(images.stem().string());
    const std::size_t own_names = names.size();
    names.insert(names.end(), {"labels", "y", "targets"});
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool own = i < own_names && names[i] != "y";
        for (const char* ending : endings) {
            const fs::path path = images.parent_path() / (names[i] + ending);
            std::error_code ec;
            if (path == images || !fs::is_regular_file(path, ec))
                continue;
            Expected<formats::ArrayPtr> array = open_label_array(path);
            if (!array)
                return forward(array);
            if (!own && (*array)->rows() != samples)
                continue;
            Expected<ArrayLabels> labels = read_array_labels(**array, samples, images.filename().string());
            if (!labels && !own)
                continue;
            if (!labels)
                return forward(labels);
            return std::optional(std::move(*labels));
        }
    }
    return std::nullopt;
}

void use_labels(ArrayImages& data, ArrayLabels&& labels)
{
    data.labels = std::move(labels.labels);
    data.info.class_count = std::max(data.info.class_count, labels.class_count);
    if (!labels.class_names.empty())
        data.info.class_names = std::move(labels.class_names);
}

/// Class names that the file lists. Names that are too few for the labels say nothing.
void use_stated_names(const formats::ArrayFile& file, const std::string& labels, ArrayImages& data)
{
    if (data.labels.empty() || !data.info.class_names.empty())
        return;
    std::vector<std::string> names = file.class_names();
    if (const std::optional<std::string> array = find_class_names(file.arrays());
        names.empty() && array && *array != labels) {
        const Expected<formats::ArrayPtr> opened = file.open(*array);
        if (opened && (*opened)->type().is_text() && (*opened)->rows() <= max_classes)
            if (Expected<std::vector<std::string>> texts = (*opened)->texts())
                names = std::move(*texts);
    }
    if (names.empty())
        return;
    if (names.size() < data.labels.class_count())
        data.info.notices.push_back({"class-names", file.name() + ": names " + std::to_string(names.size()) +
                                                        " classes, but its labels go up to " +
                                                        std::to_string(data.labels.class_count() - 1) +
                                                        ": the names are not used"});
    else
        data.info.class_names = std::move(names);
}

std::string array_list(const std::vector<std::string>& arrays)
{
    constexpr std::size_t shown = 8;
    constexpr std::size_t longest = 64;
    std::string text;
    for (std::size_t i = 0; i < std::min(arrays.size(), shown); ++i)
        text += (i ? ", " : "") + arrays[i].substr(0, longest);
    return text + (arrays.size() > shown ? ", ..." : "");
}

/// The arrays that the request names. When names do not tell, the only array is taken for images.
Expected<ArrayNames> choose_arrays(const Request& request, const formats::ArrayFile& file)
{
    const std::vector<std::string>& arrays = file.arrays();
    std::vector<ArrayNames> found = find_images(arrays);
    if (found.empty() && arrays.size() == 1)
        found.push_back({"", arrays.front(), ""});
    if (found.empty())
        return bad_input(request.path.string(),
                         "holds no array whose name says that it holds images, such as x, images "
                         "or data" +
                             (arrays.empty() ? std::string() : " (it holds: " + array_list(arrays) + ")"));
    std::vector<std::string> splits;
    for (const ArrayNames& names : found)
        if (!names.split.empty())
            splits.push_back(names.split);
    if (splits.empty() || (request.split.empty() && found.front().split.empty())) {
        if (Expected<void> fine = refuse_split(request); !fine)
            return forward(fine);
        return found.front();
    }
    Expected<std::string> split = choose_split(request, splits);
    if (!split)
        return forward(split);
    return *std::find_if(found.begin(), found.end(), [&](const ArrayNames& names) { return names.split == *split; });
}

Expected<DatasetPtr> open_array_file(const Request& request, const formats::ArrayFile& file, const char* format)
{
    Expected<ArrayNames> names = choose_arrays(request, file);
    if (!names)
        return forward(names);
    Expected<formats::ArrayPtr> images = file.open(names->images);
    if (!images)
        return forward(images);
    Expected<ArrayImages> described = as_images(*images, file.reverses_axes(), request.info(format, names->split));
    if (!described)
        return forward(described);
    ArrayImages& data = *described;
    const std::uint64_t samples = (*images)->rows();
    if (!names->labels.empty()) {
        Expected<formats::ArrayPtr> array = file.open(names->labels);
        if (!array)
            return forward(array);
        Expected<ArrayLabels> labels = read_array_labels(**array, samples, names->images);
        if (!labels)
            return forward(labels);
        use_labels(data, std::move(*labels));
    } else {
        Expected<std::optional<ArrayLabels>> labels = labels_beside(request.path, samples);
        if (!labels)
            return forward(labels);
        if (*labels)
            use_labels(data, std::move(**labels));
    }
    use_stated_names(file, names->labels, data);
    return make_array_dataset(std::move(data));
}

}  // namespace

Expected<ArrayLabels> read_label_array(const fs::path& path, std::uint64_t samples, const std::string& images)
{
    Expected<formats::ArrayPtr> array = open_label_array(path);
    if (!array)
        return forward(array);
    return read_array_labels(**array, samples, images);
}

Expected<DatasetPtr> open_npy_file(const fs::path& path, Info info)
{
    Expected<formats::ArrayPtr> images = open_npy(path);
    if (!images)
        return forward(images);
    Expected<ArrayImages> described = as_images(std::move(*images), false, std::move(info));
    if (!described)
        return forward(described);
    ArrayImages& data = *described;
    Expected<std::optional<ArrayLabels>> labels = labels_beside(path, data.images->rows());
    if (!labels)
        return forward(labels);
    if (*labels)
        use_labels(data, std::move(**labels));
    return make_array_dataset(std::move(data));
}

Expected<DatasetPtr> open_npz(const Request& request)
{
    Expected<formats::ArrayFilePtr> file = open_npz_path(request.path);
    if (!file)
        return forward(file);
    return open_array_file(request, **file, "NPZ");
}

Expected<DatasetPtr> open_hdf5(const Request& request)
{
    Expected<formats::ArrayFilePtr> file = formats::open_hdf5_file(request.path);
    if (!file)
        return forward(file);
    return open_array_file(request, **file, "HDF5");
}

}  // namespace exitscope::dataset
