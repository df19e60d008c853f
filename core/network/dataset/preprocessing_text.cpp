// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/preprocessing_text.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace exitscope::dataset {
namespace {

template <class Value>
struct Word {
    std::string_view text;
    Value value;
};

/// The first word of each value is its name.
constexpr Word<ChannelOrder> orders[] = {
    {"gray", ChannelOrder::gray}, {"rgb", ChannelOrder::rgb}, {"bgr", ChannelOrder::bgr}, {"grey", ChannelOrder::gray}};
constexpr Word<ValueRange> ranges[] = {
    {"0..1", ValueRange::unit}, {"0..255", ValueRange::bytes}, {"-1..1", ValueRange::symmetric}};
constexpr Word<Fit> fits[] = {{"stretch", Fit::stretch}, {"crop", Fit::crop}, {"pad", Fit::pad}};
constexpr Word<Filter> filters[] = {{"nearest", Filter::nearest}, {"bilinear", Filter::bilinear},
                                    {"bicubic", Filter::bicubic}, {"area", Filter::area},
                                    {"lanczos", Filter::lanczos}, {"box", Filter::area}};
constexpr Word<bool> exifs[] = {{"apply", true}, {"ignore", false}};

template <class Value, std::size_t count>
std::string_view name_in(const Word<Value> (&words)[count], Value value)
{
    return std::find_if(words, words + count - 1, [value](const auto& word) { return word.value == value; })->text;
}

template <class Value, std::size_t count>
std::optional<Value> find_in(const Word<Value> (&words)[count], std::string_view text)
{
    for (const Word<Value>& word : words)
        if (word.text == text)
            return word.value;
    return std::nullopt;
}

std::optional<int> parse_pixels(std::string_view text)
{
    constexpr int most = 65536;
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool valid = problem == std::errc() && end == text.data() + text.size() && value >= 1 && value <= most;
    return valid ? std::optional(value) : std::nullopt;
}

/// "0.485,0.456,0.406", the shortest digits that give the same floats.
std::string list(const std::vector<float>& values)
{
    std::string text;
    for (const float value : values) {
        char digits[32];
        const std::to_chars_result written = std::to_chars(digits, digits + sizeof digits, value);
        text += (text.empty() ? "" : ",") + std::string(digits, written.ptr);
    }
    return text;
}

std::string side_or_box(Extent extent)
{
    return extent.width == extent.height ? std::to_string(extent.width) : to_text(extent);
}

}  // namespace

std::string_view name(ChannelOrder order)
{
    return name_in(orders, order);
}

std::string_view name(ValueRange range)
{
    return name_in(ranges, range);
}

std::string_view name(Fit fit)
{
    return name_in(fits, fit);
}

std::string_view name(Filter filter)
{
    return name_in(filters, filter);
}

std::string_view exif_name(bool upright)
{
    return name_in(exifs, upright);
}

std::optional<ChannelOrder> parse_order(std::string_view text)
{
    return find_in(orders, text);
}

std::optional<ValueRange> parse_range(std::string_view text)
{
    return find_in(ranges, text);
}

std::optional<Fit> parse_fit(std::string_view text)
{
    return find_in(fits, text);
}

std::optional<Filter> parse_filter(std::string_view text)
{
    return find_in(filters, text);
}

std::optional<bool> parse_exif(std::string_view text)
{
    return find_in(exifs, text);
}

std::optional<Extent> parse_extent(std::string_view text)
{
    const std::size_t times = text.find_first_of("xX");
    const std::optional<int> width = parse_pixels(text.substr(0, times));
    const std::optional<int> height = times == text.npos ? width : parse_pixels(text.substr(times + 1));
    return width && height ? std::optional(Extent{*width, *height}) : std::nullopt;
}

std::string to_text(Extent extent)
{
    return std::to_string(extent.width) + "x" + std::to_string(extent.height);
}

std::optional<Resize> parse_resize(std::string_view text)
{
    if (text == "none")
        return Resize{.on = false};
    if (text == "input")
        return Resize{};
    const std::optional<Extent> box = parse_extent(text);
    if (!box)
        return std::nullopt;
    return Resize{.shorter_side = text.find_first_of("xX") == text.npos, .box = *box};
}

std::string Preprocessing::to_options() const
{
    std::string text;
    const auto add = [&text](std::string_view option, std::string_view value) {
        text += (text.empty() ? "" : " ") + std::string(option) + (value.empty() ? "" : " ") + std::string(value);
    };
    const bool shorter_side = fit == Fit::crop && box.width > 0 && box.width == box.height;
    if (resize) {
        add("--resize", shorter_side ? std::to_string(box.width) : box.width > 0 ? to_text(box) : "");
        if (box.width > 0 && box != input())
            add("--crop", side_or_box(input()));
    } else if (crop) {
        add("--crop", side_or_box(input()));
    }
    if (resize || crop) {
        if (!shorter_side && fit != Fit::stretch)
            add("--fit", name(fit));
        if (resize)
            add("--filter", name(filter));
        if (resize && !antialias)
            add("--no-antialias", {});
    }
    if (channels == 3)
        add("--channels", name(order));
    add("--range", name(range));
    if (!mean.empty())
        add("--mean", list(mean));
    if (!std.empty())
        add("--std", list(std));
    if (!upright)
        add("--exif", exif_name(upright));
    return text;
}

}  // namespace exitscope::dataset
