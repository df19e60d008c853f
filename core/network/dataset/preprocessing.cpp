// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/preprocessing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>

#include <opencv2/imgproc.hpp>

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

/// BT.601 luma of an RGB pixel, rounded, in 14-bit fixed point.
std::uint8_t luma(unsigned r, unsigned g, unsigned b)
{
    return static_cast<std::uint8_t>((r * 4899 + g * 9617 + b * 1868 + (1u << 13)) >> 14);
}

std::string size_text(int width, int height)
{
    return std::to_string(width) + "x" + std::to_string(height);
}

/// Applies one Preprocessing to many images; holds the tables and the buffers, so each thread needs its own.
class Converter {
public:
    explicit Converter(const Preprocessing& how) : how_(how)
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
        if (image.height == how_.height && image.width == how_.width)
            return fill(image.pixels, image.channels, out);
        if (!how_.resize)
            return bad_input({}, "is " + size_text(image.width, image.height) + ", the model takes " +
                                     size_text(how_.width, how_.height) + " (use --resize to scale)");
        if (Expected<void> done = scale(image); !done)
            return done;
        return fill(scaled_, image.channels, out);
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

    Expected<void> scale(const Image& image)
    {
        try {
            const int type = image.channels == 1 ? CV_8UC1 : CV_8UC3;
            const cv::Mat from(image.height, image.width, type, const_cast<std::uint8_t*>(image.pixels.data()));
            scaled_.resize(static_cast<std::size_t>(image.channels) * static_cast<std::size_t>(how_.height) *
                           static_cast<std::size_t>(how_.width));
            cv::Mat to(how_.height, how_.width, type, scaled_.data());
            const bool shrinks = how_.height <= image.height && how_.width <= image.width;
            cv::resize(from, to, to.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
        } catch (const std::exception& e) {
            return bad_input({}, std::string("cannot be scaled: ") + e.what());
        }
        return {};
    }

    Expected<void> fill(std::span<const std::uint8_t> pixels, int channels, std::span<float> out) const
    {
        const std::size_t positions = static_cast<std::size_t>(how_.height) * static_cast<std::size_t>(how_.width);
        if (how_.channels == 1 && channels == 1) {
            for (std::size_t i = 0; i < positions; ++i)
                out[i] = tables_[0][pixels[i]];
        } else if (how_.channels == 1) {
            for (std::size_t i = 0; i < positions; ++i)
                out[i] = tables_[0][luma(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2])];
        } else {
            const std::size_t step = channels == 1 ? 1 : 3;
            for (std::size_t c = 0; c < 3; ++c) {
                const std::size_t source = channels == 1 ? 0 : how_.order == ChannelOrder::bgr ? 2 - c : c;
                const Table& table = tables_[c];
                const std::uint8_t* from = pixels.data() + source;
                float* to = out.data() + c * positions;
                for (std::size_t i = 0; i < positions; ++i)
                    to[i] = table[from[step * i]];
            }
        }
        return {};
    }

    const Preprocessing& how_;
    std::array<Table, 3> tables_;
    std::vector<std::uint8_t> scaled_;
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
