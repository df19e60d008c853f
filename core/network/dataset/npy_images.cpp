// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/npy_images.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

std::string replaced_last(std::string text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.rfind(from);
    return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

/// Names under which the labels of `stem`.npy may lie beside it, the most specific first.
std::vector<std::string> label_names(const std::string& stem)
{
    std::vector<std::string> names{stem + "_labels"};
    if (stem.starts_with("x_") || stem.starts_with("X_"))
        names.push_back((stem[0] == 'x' ? "y_" : "Y_") + stem.substr(2));
    if (stem.starts_with("X_"))
        names.push_back("y_" + stem.substr(2));
    for (const char* word : {"images", "imgs", "data"})
        if (std::string name = replaced_last(stem, word, "labels"); !name.empty())
            names.push_back(std::move(name));
    return names;
}

Expected<formats::NpyArray> open_array(const fs::path& path)
{
    Expected<formats::BytesPtr> bytes = formats::open_bytes(path);
    if (!bytes)
        return forward(bytes);
    return formats::parse_npy(std::move(*bytes));
}

/// Labels beside an array of `samples` images; empty when there are none. A file named after the images must have one
/// label per image; a file with the common name labels.npy is ignored when it has not.
Expected<Labels> labels_beside(const fs::path& images, std::uint64_t samples)
{
    std::error_code ec;
    for (const std::string& name : label_names(images.stem().string())) {
        const fs::path path = images.parent_path() / (name + ".npy");
        if (path == images || !fs::is_regular_file(path, ec))
            continue;
        Expected<formats::NpyArray> array = open_array(path);
        if (!array)
            return forward(array);
        Expected<Labels> labels = formats::npy_labels(*array);
        if (labels && labels->size() != samples)
            return bad_input(path.string(), "holds " + std::to_string(labels->size()) + " labels for the " +
                                                std::to_string(samples) + " images of " + images.filename().string());
        return labels;
    }
    const fs::path common = images.parent_path() / "labels.npy";
    if (common != images && fs::is_regular_file(common, ec)) {
        Expected<formats::NpyArray> array = open_array(common);
        if (!array)
            return forward(array);
        if (!array->shape.empty() && array->shape[0] == samples)
            return formats::npy_labels(*array);
    }
    return Labels();
}

}  // namespace

Expected<Packed> npy_images(const formats::NpyArray& array, Info info)
{
    const std::string& name = array.bytes->name();
    const std::vector<std::uint64_t>& s = array.shape;
    const auto colour = [](std::uint64_t channels) { return channels == 1 || channels == 3; };
    Packed packed;
    packed.info = std::move(info);
    std::array<std::uint64_t, 3> chw{};
    const bool bytes = array.kind == 'u' && array.item_bytes == 1;
    const bool floats = array.kind == 'f' && array.item_bytes >= 4;
    if (!bytes && !floats)
        return bad_input(name, "is " + array.describe() + ", images are uint8, float32 or float64");
    if (floats)
        packed.layout = array.item_bytes == 4 ? PixelLayout::f32_chw : PixelLayout::f64_chw;
    if (s.size() == 3)
        chw = {1, s[1], s[2]};
    else if (s.size() == 4 && floats)
        chw = {s[1], s[2], s[3]};
    else if (s.size() == 4 && colour(s[3]))
        chw = {s[3], s[1], s[2]};
    else if (s.size() == 4 && colour(s[1])) {
        chw = {s[1], s[2], s[3]};
        packed.layout = PixelLayout::u8_chw;
    } else
        return bad_input(name, "is " + array.describe() +
                                   ", images have the shape [N,H,W], [N,H,W,C] (uint8, C 1 or 3) or [N,C,H,W]");
    if (*std::max_element(chw.begin(), chw.end()) > 65536)
        return bad_input(name, "is " + array.describe() + ", images have at most 65536 pixels a side");
    packed.channels = static_cast<int>(chw[0]);
    packed.height = static_cast<int>(chw[1]);
    packed.width = static_cast<int>(chw[2]);
    packed.parts.push_back({array.bytes, array.data_offset, image_bytes(packed.layout, chw[0], chw[1], chw[2]),
                            static_cast<std::size_t>(s[0])});
    return packed;
}

Expected<DatasetPtr> open_npy_file(const fs::path& path, Info info)
{
    Expected<formats::NpyArray> array = open_array(path);
    if (!array)
        return forward(array);
    Expected<Packed> packed = npy_images(*array, std::move(info));
    if (!packed)
        return forward(packed);
    Expected<Labels> labels = labels_beside(path, array->shape[0]);
    if (!labels)
        return forward(labels);
    packed->labels = std::move(*labels);
    return make_packed(std::move(*packed));
}

}  // namespace exitscope::dataset
