// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/array_images.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <span>
#include <utility>

#include "core/network/dataset/array_layout.h"

namespace exitscope::dataset {
namespace {

constexpr double largest_pixel = 255;

/// Smallest and largest value of some images.
struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
};

Expected<Range> range_of(const formats::Array& array)
{
    constexpr std::uint64_t looked_at = 32;
    std::vector<double> row(static_cast<std::size_t>(array.row_elements()));
    Range range;
    const std::uint64_t step = std::max<std::uint64_t>(array.rows() / looked_at, 1);
    for (std::uint64_t i = 0; i < array.rows(); i += step) {
        if (Expected<void> done = array.read(i, std::span(row)); !done)
            return forward(done);
        const auto [low, high] = std::minmax_element(row.begin(), row.end());
        range.low = std::min(range.low, *low);
        range.high = std::max(range.high, *high);
    }
    return range;
}

class ArrayDataset final : public Dataset {
public:
    explicit ArrayDataset(ArrayImages data) : data_(std::move(data)), layout_(data_.layout)
    {
        stored_ = static_cast<std::size_t>(data_.images->row_elements());
        is_float_ = data_.images->type().kind == 'f';
        kept_channels_ = !is_float_ && layout_.channels == 4 ? 3 : layout_.channels;
    }

    const Info& info() const override { return data_.info; }
    std::size_t size() const override { return static_cast<std::size_t>(data_.images->rows()); }
    std::optional<ClassIndex> label(SampleIndex index) const override { return data_.labels.at(index); }

    Expected<Image> image(SampleIndex index) const override
    {
        Image made;
        if (Expected<void> done = read(index, made); !done)
            return forward(done);
        return made;
    }

    Expected<void> read(SampleIndex index, Image& into) const override
    {
        if (index.at() >= size())
            return bad_input(data_.info.name, "has no sample #" + std::to_string(index.value));
        into.channels = static_cast<int>(kept_channels_);
        into.height = static_cast<int>(layout_.height);
        into.width = static_cast<int>(layout_.width);
        return is_float_ ? read_floats(index, into) : read_pixels(index, into);
    }

    std::string origin(SampleIndex index) const override
    {
        if (index.at() >= size())
            return data_.info.name;
        return std::filesystem::path(data_.images->name()).filename().string() + " #" + std::to_string(index.value);
    }

    std::string content_hash() const override
    {
        ContentHash hash;
        data_.labels.add_to_hash(hash);
        data_.images->add_to_hash(hash);
        return hash.hex();
    }

private:
    Expected<void> read_pixels(SampleIndex index, Image& into) const
    {
        const formats::ElementType type = data_.images->type();
        into.values.clear();
        into.pixels.resize(kept_channels_ * layout_.height * layout_.width);
        const bool in_order = layout_.channel_stride == 1 || layout_.channels == 1;
        if (type.is_byte() && kept_channels_ == layout_.channels && in_order &&
            layout_.column_stride == layout_.channels)
            return data_.images->read(index.at(), std::span(into.pixels));
        std::vector<std::uint8_t> stored(stored_);
        if (type.is_byte() || type.kind == 'b') {
            if (Expected<void> done = data_.images->read(index.at(), std::span(stored)); !done)
                return done;
            if (type.kind == 'b')
                std::replace_if(
                    stored.begin(), stored.end(), [](std::uint8_t value) { return value != 0; }, std::uint8_t{255});
        } else if (Expected<void> done = read_integers(index, stored); !done)
            return done;
        std::uint8_t* to = into.pixels.data();
        for (std::size_t y = 0; y < layout_.height; ++y)
            for (std::size_t x = 0; x < layout_.width; ++x)
                for (std::size_t c = 0; c < kept_channels_; ++c)
                    *to++ = stored[layout_.at(c, y, x)];
        return {};
    }

    Expected<void> read_integers(SampleIndex index, std::span<std::uint8_t> out) const
    {
        std::vector<double> wide(out.size());
        if (Expected<void> done = data_.images->read(index.at(), std::span(wide)); !done)
            return done;
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (wide[i] < 0 || wide[i] > largest_pixel)
                return bad_input(data_.images->name(), "image " + std::to_string(index.value) + " has a pixel of " +
                                                           shortest_text(wide[i]) + ", pixels go from 0 to 255");
            out[i] = static_cast<std::uint8_t>(wide[i]);
        }
        return {};
    }

    Expected<void> read_floats(SampleIndex index, Image& into) const
    {
        into.pixels.clear();
        into.values.resize(stored_);
        const bool in_order = layout_.column_stride == 1 && layout_.row_stride == layout_.width;
        std::vector<float> stored(in_order ? 0 : stored_);
        if (Expected<void> done = data_.images->read(index.at(), in_order ? std::span(into.values) : std::span(stored));
            !done)
            return done;
        float* to = into.values.data();
        for (std::size_t c = 0; c < layout_.channels && !in_order; ++c)
            for (std::size_t y = 0; y < layout_.height; ++y)
                for (std::size_t x = 0; x < layout_.width; ++x)
                    *to++ = stored[layout_.at(c, y, x)];
        if (!std::all_of(into.values.begin(), into.values.end(), [](float value) { return std::isfinite(value); }))
            return bad_input(
                data_.images->name(),
                "image " + std::to_string(index.value) +
                    " holds a value that is not a finite number; --skip-unreadable leaves such images out");
        return {};
    }

    ArrayImages data_;
    ArrayLayout layout_;
    std::size_t stored_;  ///< values per image in the array
    bool is_float_;
    std::size_t kept_channels_;
};

/// What the values mean for the network, where users may expect something else. Error: integers that are no pixels.
Expected<void> judge_values(const formats::Array& array, const ArrayLayout& layout, Notices& notices)
{
    const formats::ElementType type = array.type();
    const auto tell = [&](const char* code, const std::string& text) {
        notices.push_back({code, array.name() + ": is " + array.describe() + ", " + text});
    };
    if (type.kind == 'b') {
        tell("array-values", "true is read as white (255) and false as black (0)");
        return {};
    }
    Expected<Range> range = range_of(array);
    if (!range)
        return forward(range);
    const std::string values = "values from " + shortest_text(range->low) + " to " + shortest_text(range->high);
    if (type.kind == 'f') {
        if (range->low >= 0 && range->high > 0 && range->high <= largest_pixel)
            tell("array-values", values + ": floats are fed to the network as they are, without mean and standard "
                                          "deviation; save bytes from 0 to 255 (uint8) if these should be applied");
        return {};
    }
    if (range->low < 0 || range->high > largest_pixel)
        return bad_input(array.name(), "is " + array.describe() + " with " + values +
                                           ", pixels go from 0 to 255: scale it and save it as uint8");
    if (range->high == 1)
        tell("array-values", values +
                                 ": pixels go from 0 to 255, so that these are all but black; multiply them by 255 if "
                                 "1 means white");
    if (layout.channels == 4)
        tell("array-alpha", "the fourth channel is taken for alpha and left out");
    return {};
}

}  // namespace

Expected<ArrayImages> as_images(formats::ArrayPtr array, bool reversed_axes, Info info)
{
    Expected<ArrayLayout> layout = layout_of(*array, reversed_axes, info.notices);
    if (!layout)
        return forward(layout);
    if (array->rows() > std::numeric_limits<std::uint32_t>::max())
        return bad_input(array->name(), "holds more than 2^32 - 1 images");
    return ArrayImages{std::move(array), *layout, std::move(info), {}};
}

Expected<DatasetPtr> make_array_dataset(ArrayImages data)
{
    const formats::Array& images = *data.images;
    if (!data.labels.empty() && data.labels.size() != images.rows())
        return bad_input(images.name(), "has " + std::to_string(data.labels.size()) + " labels for " +
                                            std::to_string(images.rows()) + " images");
    if (Expected<void> fine = judge_values(images, data.layout, data.info.notices); !fine)
        return forward(fine);
    data.info.labelled = !data.labels.empty();
    if (data.info.labelled)
        data.info.class_count =
            std::max({data.info.class_count, data.labels.class_count(), data.info.class_names.size()});
    else
        data.info.class_count = 0;
    return std::make_shared<ArrayDataset>(std::move(data));
}

}  // namespace exitscope::dataset
