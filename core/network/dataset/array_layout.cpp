// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/array_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

namespace exitscope::dataset {
namespace {

constexpr std::uint64_t max_side = 65536;

bool is_colour(std::uint64_t channels)
{
    return channels == 1 || channels == 3 || channels == 4;
}

ArrayLayout interleaved(std::size_t height, std::size_t width, std::size_t channels)
{
    return {channels, height, width, 1, width * channels, channels};
}

ArrayLayout planar(std::size_t channels, std::size_t height, std::size_t width)
{
    return {channels, height, width, height * width, width, 1};
}

/// Planes whose columns stand one after the other.
ArrayLayout by_columns(std::size_t channels, std::size_t width, std::size_t height)
{
    return {channels, height, width, height * width, 1, height};
}

tl::unexpected<Error> no_images(const formats::Array& array, const std::string& remedy)
{
    return bad_input(array.name(), "is " + array.describe() + ", " + remedy);
}

/// Sum of the differences between neighbours: small for the layout that an image really has.
double roughness(std::span<const double> row, const ArrayLayout& layout)
{
    double sum = 0;
    for (std::size_t c = 0; c < layout.channels; ++c)
        for (std::size_t y = 0; y + 1 < layout.height; ++y)
            for (std::size_t x = 0; x + 1 < layout.width; ++x) {
                const double value = row[layout.at(c, y, x)];
                sum += std::abs(value - row[layout.at(c, y, x + 1)]) + std::abs(value - row[layout.at(c, y + 1, x)]);
            }
    return sum;
}

/// Rows of three square planes, or of interleaved pixels: what makes the smoother images. Planes where that is open.
Expected<ArrayLayout> flat_colour(const formats::Array& array, std::size_t side, Notices& notices)
{
    constexpr std::uint64_t looked_at = 32;
    constexpr double clearly = 0.8;
    const ArrayLayout planes = planar(3, side, side);
    const ArrayLayout pixels = interleaved(side, side, 3);
    std::vector<double> row(3 * side * side);
    double as_planes = 0;
    double as_pixels = 0;
    const std::uint64_t step = std::max<std::uint64_t>(array.rows() / looked_at, 1);
    for (std::uint64_t i = 0; i < array.rows(); i += step) {
        if (Expected<void> done = array.read(i, std::span(row)); !done)
            return forward(done);
        as_planes += roughness(row, planes);
        as_pixels += roughness(row, pixels);
    }
    const bool are_pixels = as_pixels < clearly * as_planes;
    const bool sure = are_pixels || as_planes < clearly * as_pixels;
    const std::string size = std::to_string(side) + "x" + std::to_string(side);
    notices.push_back({"array-layout",
                       array.name() + ": is " + array.describe() + ", rows are read as " +
                           (are_pixels ? "pixels of three colours, " + size + ", which makes the smoother images"
                                       : "three colour planes of " + size +
                                             (sure ? ", which makes the smoother images" : ", as CIFAR stores them")) +
                           "; to be sure save it with the shape [N,3," + std::to_string(side) + "," +
                           std::to_string(side) + "]"});
    return are_pixels ? pixels : planes;
}

/// [N,values]
Expected<ArrayLayout> flat(const formats::Array& array, bool reversed_axes, Notices& notices)
{
    const std::uint64_t values = array.shape()[1];
    const auto root = [](std::uint64_t square) -> std::size_t {
        const auto side = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(square))));
        return side <= max_side && side * side == square ? side : 0;
    };
    if (values >= 4 && values <= 3 * max_side * max_side) {
        if (const std::size_t side = root(values))
            return reversed_axes ? by_columns(1, side, side) : planar(1, side, side);
        if (const std::size_t side = values % 3 == 0 ? root(values / 3) : 0)
            return reversed_axes ? Expected<ArrayLayout>(by_columns(3, side, side)) : flat_colour(array, side, notices);
    }
    return no_images(array, "images have three or four axes, or one row per square image: reshape it to [N,H,W,C]");
}

/// [N,H,W], or an image that lacks the axis of samples.
Expected<ArrayLayout> three_axes(const formats::Array& array, Notices& notices)
{
    const formats::Shape& s = array.shape();
    constexpr std::uint64_t small = 4;  // below, any axis may be one of samples
    if ((s[2] == 3 || s[2] == 4) && s[0] > small && s[1] > small)
        return no_images(array,
                         "which looks like one image without an axis of samples: save x[None] (or, if these are " +
                             std::to_string(s[0]) + " grey images, x[..., None])");
    if (s[0] == 3 && s[1] > small && s[2] > small)
        notices.push_back({"array-layout", array.name() + ": is " + array.describe() +
                                               ", read as three grey images; if it is one colour image, save x[None]"});
    return planar(1, static_cast<std::size_t>(s[1]), static_cast<std::size_t>(s[2]));
}

Expected<ArrayLayout> four_axes(const formats::Array& array, Notices& notices)
{
    const formats::Shape& s = array.shape();
    const auto a = static_cast<std::size_t>(s[1]);
    const auto b = static_cast<std::size_t>(s[2]);
    const auto c = static_cast<std::size_t>(s[3]);
    const bool floats = array.type().kind == 'f';
    const bool channels_first = is_colour(a);
    const bool channels_last = is_colour(c);
    if (channels_first && channels_last) {
        const bool first = b == c && a != b ? true : a == b && b != c ? false : floats;
        if (!(a == 1 && b == 1) && !(b == 1 && c == 1) && a * b * c > 1)
            notices.push_back({"array-layout", array.name() + ": is " + array.describe() + ", read as [N," +
                                                   (first ? "C,H,W" : "H,W,C") +
                                                   "]; transpose it if its axes mean something else"});
        return first ? planar(a, b, c) : interleaved(a, b, c);
    }
    if (channels_last)
        return interleaved(a, b, c);
    if (channels_first)
        return planar(a, b, c);
    if (is_colour(s[2]) && s[0] == s[1])
        return no_images(array, "which looks like [H,W,C,N]: save numpy.transpose(x, (3, 0, 1, 2))");
    if (floats)
        return planar(a, b, c);
    return no_images(array, "images have the shape [N,H,W], [N,H,W,C] or [N,C,H,W] with C 1, 3 or 4");
}

/// MATLAB's arrays come with their axes in reverse.
Expected<ArrayLayout> from_matlab(const formats::Array& array)
{
    const formats::Shape& s = array.shape();
    if (s.size() == 3)
        return by_columns(1, static_cast<std::size_t>(s[1]), static_cast<std::size_t>(s[2]));
    if (s.size() == 4 && is_colour(s[1]))
        return by_columns(static_cast<std::size_t>(s[1]), static_cast<std::size_t>(s[2]),
                          static_cast<std::size_t>(s[3]));
    return no_images(array, "in MATLAB images are [H,W,C,N] or [H,W,N]: use permute(), as in permute(X, [2 3 4 1])");
}

}  // namespace

Expected<ArrayLayout> layout_of(const formats::Array& array, bool reversed_axes, Notices& notices)
{
    const formats::Shape& s = array.shape();
    if (array.type().is_text() || s.size() < 2 || s.size() > 4)
        return no_images(array, "images are numbers of the shape [N,H,W], [N,H,W,C] or [N,C,H,W]");
    if (s.size() > 2 && *std::max_element(s.begin() + 1, s.end()) > max_side)
        return no_images(array, "images have at most 65536 pixels a side");
    if (s[0] == 0)
        return bad_input(array.name(), "holds no images");
    if (array.row_elements() == 0)
        return bad_input(array.name(), "is " + array.describe() + ", which is not a usable size");
    if (array.row_elements() > std::uint64_t{1} << 26)
        return bad_input(array.name(), "is " + array.describe() + ", images have at most 2^26 values");
    if (s.size() == 2)
        return flat(array, reversed_axes, notices);
    if (reversed_axes)
        return from_matlab(array);
    return s.size() == 3 ? three_axes(array, notices) : four_axes(array, notices);
}

}  // namespace exitscope::dataset
