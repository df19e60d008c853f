// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/preprocessing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/network/dataset/orientation.h"
#include "core/network/dataset/placement.h"

namespace exitscope::dataset {
namespace {

/// The network's input values for the 256 pixel values of one channel, in float32 arithmetic.
using Table = std::array<float, 256>;

float in_range(float pixel, ValueRange range)
{
    switch (range) {
    case ValueRange::unit: return pixel / 255.0f;
    case ValueRange::bytes: return pixel;
    case ValueRange::symmetric: return pixel / 127.5f - 1.0f;
    }
    return pixel;
}

Table make_table(ValueRange range, float mean, float std)
{
    Table table;
    for (std::size_t value = 0; value < table.size(); ++value)
        table[value] = (in_range(static_cast<float>(value), range) - mean) / std;
    return table;
}

/// Pillow's "L": BT.601 luma of an RGB pixel, rounded, in 16-bit fixed point.
std::uint8_t luma(unsigned r, unsigned g, unsigned b)
{
    return static_cast<std::uint8_t>((r * 19595 + g * 38470 + b * 7471 + (1u << 15)) >> 16);
}

/// Applies one Preprocessing to many images; holds the tables and the buffers, so each thread needs its own.
class Converter {
public:
    explicit Converter(const Preprocessing& how) : how_(how), resampler_(how.filter, how.antialias)
    {
        if (how.channels != 1 && how.channels != 3)
            return;
        for (std::size_t c = 0; c < static_cast<std::size_t>(how.channels); ++c)
            tables_[c] =
                make_table(how.range, how.mean.empty() ? 0.0f : how.mean[c], how.std.empty() ? 1.0f : how.std[c]);
    }

    Expected<void> apply(const Image& image, std::span<float> out)
    {
        if (out.size() != how_.values())
            return fail(ErrorCode::usage, {}, "the buffer for the network's input has the wrong size");
        if (image.is_float())
            return copy_floats(image, out);
        const bool readable = (image.channels == 1 || image.channels == 3) && image.height > 0 && image.width > 0 &&
                              image.pixels.size() == static_cast<std::size_t>(image.channels) *
                                                         static_cast<std::size_t>(image.height) *
                                                         static_cast<std::size_t>(image.width);
        if (!readable)
            return bad_input({}, "is not a grey or RGB image");
        if (how_.channels != 1 && how_.channels != 3)
            return bad_input({}, "has " + std::to_string(image.channels) + " channels, the model takes " +
                                     std::to_string(how_.channels));
        std::span<const std::uint8_t> pixels = image.pixels;
        Extent size{image.width, image.height};
        if (!how_.upright && image.orientation != 1) {
            size = turn(pixels, image.channels, size, opposite(image.orientation), stored_);
            pixels = stored_;
        }
        const Expected<Placement> placed = place(size, how_);
        if (!placed)
            return tl::unexpected<Error>(placed.error());
        int channels = image.channels;
        if (channels == 3 && (how_.channels == 1 || how_.order == ChannelOrder::gray)) {
            make_grey(pixels);
            pixels = grey_;
            channels = 1;
        }
        fill(fitted(pixels, channels, size, *placed), channels, out);
        return {};
    }

private:
    Expected<void> copy_floats(const Image& image, std::span<float> out) const
    {
        if (image.channels != how_.channels || image.height != how_.height || image.width != how_.width ||
            image.values.size() != out.size())
            return bad_input({}, "has the shape [" + std::to_string(image.channels) + "," +
                                     std::to_string(image.height) + "," + std::to_string(image.width) +
                                     "], the model takes [" + std::to_string(how_.channels) + "," +
                                     std::to_string(how_.height) + "," + std::to_string(how_.width) + "]");
        std::copy(image.values.begin(), image.values.end(), out.begin());
        return {};
    }

    void make_grey(std::span<const std::uint8_t> pixels)
    {
        grey_.resize(pixels.size() / 3);
        for (std::size_t i = 0; i < grey_.size(); ++i)
            grey_[i] = luma(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
    }

    /// The pixels of the input, [height, width, channels].
    std::span<const std::uint8_t> fitted(std::span<const std::uint8_t> pixels, int channels, Extent size,
                                         const Placement& placed)
    {
        const Window& part = placed.part;
        const bool covers = part.width == how_.width && part.height == how_.height;
        if (covers && size == how_.input() && placed.scaled == size)
            return pixels;
        const std::size_t row = static_cast<std::size_t>(part.width) * static_cast<std::size_t>(channels);
        scaled_.resize(row * static_cast<std::size_t>(part.height));
        resampler_.run(pixels, channels, size, placed.scaled, part, scaled_);
        if (covers)
            return scaled_;
        const std::size_t stride = static_cast<std::size_t>(how_.width) * static_cast<std::size_t>(channels);
        padded_.assign(stride * static_cast<std::size_t>(how_.height), 0);
        const std::size_t corner = static_cast<std::size_t>(placed.top) * stride +
                                   static_cast<std::size_t>(placed.left) * static_cast<std::size_t>(channels);
        for (std::size_t y = 0; y < static_cast<std::size_t>(part.height); ++y)
            std::copy_n(scaled_.data() + y * row, row, padded_.data() + corner + y * stride);
        return padded_;
    }

    void fill(std::span<const std::uint8_t> pixels, int channels, std::span<float> out) const
    {
        const std::size_t positions = static_cast<std::size_t>(how_.height) * static_cast<std::size_t>(how_.width);
        const std::size_t step = channels == 1 ? 1 : 3;
        for (std::size_t c = 0; c < static_cast<std::size_t>(how_.channels); ++c) {
            const std::size_t source = channels == 1 ? 0 : how_.order == ChannelOrder::bgr ? 2 - c : c;
            const Table& table = tables_[c];
            const std::uint8_t* from = pixels.data() + source;
            float* to = out.data() + c * positions;
            for (std::size_t i = 0; i < positions; ++i)
                to[i] = table[from[step * i]];
        }
    }

    const Preprocessing& how_;
    Resampler resampler_;
    std::array<Table, 3> tables_;
    std::vector<std::uint8_t> stored_;  ///< before it was turned upright
    std::vector<std::uint8_t> grey_;
    std::vector<std::uint8_t> scaled_;
    std::vector<std::uint8_t> padded_;
};

}  // namespace

Expected<void> validate(const Preprocessing& how)
{
    constexpr std::size_t max_values = std::size_t{1} << 28;
    constexpr int max_extent = 65536;
    const auto usable = [](int extent) { return extent >= 1 && extent <= max_extent; };
    if (!usable(how.channels) || !usable(how.height) || !usable(how.width) || how.values() > max_values)
        return bad_input({}, "the model's input [" + std::to_string(how.channels) + "," + std::to_string(how.height) +
                                 "," + std::to_string(how.width) + "] has no usable size");
    const auto channels = static_cast<std::size_t>(how.channels);
    if ((!how.mean.empty() && how.mean.size() != channels) || (!how.std.empty() && how.std.size() != channels))
        return bad_input({}, "mean and standard deviation need one value for each of the " +
                                 std::to_string(how.channels) + " channels");
    if (!std::all_of(how.mean.begin(), how.mean.end(), [](float value) { return std::isfinite(value); }) ||
        !std::all_of(how.std.begin(), how.std.end(), [](float value) { return std::isfinite(value) && value > 0; }))
        return bad_input({}, "mean must be finite and standard deviation positive");
    const auto text = [](Extent size) { return std::to_string(size.width) + "x" + std::to_string(size.height); };
    const bool boxed = how.box.width != 0 || how.box.height != 0;
    if (how.resize && boxed && (!usable(how.box.width) || !usable(how.box.height)))
        return bad_input({},
                         "a size of " + text(how.box) + " to scale to is not in 1 to " + std::to_string(max_extent));
    if (how.resize && boxed && (how.box.width < how.width || how.box.height < how.height))
        return bad_input({}, "scaled to " + text(how.box) + ", images do not cover the model's input of " +
                                 text(how.input()));
    return {};
}

Expected<void> check_size(Extent image, const Preprocessing& how)
{
    if (const Expected<Placement> placed = place(image, how); !placed)
        return tl::unexpected<Error>(placed.error());
    return {};
}

Expected<void> preprocess(const Image& image, const Preprocessing& how, std::span<float> out)
{
    if (Expected<void> valid = validate(how); !valid)
        return valid;
    return Converter(how).apply(image, out);
}

Expected<void> read_batch(const Dataset& data, std::size_t begin, std::size_t count, const Preprocessing& how,
                          std::span<float> out)
{
    if (Expected<void> valid = validate(how); !valid)
        return valid;
    if (begin > data.size() || count > data.size() - begin)
        return fail(ErrorCode::usage, data.info().name,
                    "has " + std::to_string(data.size()) + " samples, none from " + std::to_string(begin) + " to " +
                        std::to_string(begin + count));
    const std::size_t values = how.values();
    if (out.size() / values != count || out.size() % values != 0)
        return fail(ErrorCode::usage, data.info().name, "the buffer for a batch has the wrong size");
    Converter converter(how);
    Image image;
    for (std::size_t k = 0; k < count; ++k) {
        const SampleIndex index(begin + k);
        if (Expected<void> done = data.read(index, image); !done)
            return done;
        if (Expected<void> done = converter.apply(image, out.subspan(k * values, values)); !done) {
            done.error().where = data.origin(index);
            return done;
        }
    }
    return {};
}

}  // namespace exitscope::dataset
