// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/preprocessing_options.h"

#include <optional>
#include <utility>

#include "core/network/dataset/preprocessing_text.h"

namespace exitscope::cli {
namespace {

/// Sets `target` to what `parse` makes of the text of an option that was given.
template <class Value>
Expected<void> read(const char* option, const std::string& text, std::optional<Value> (*parse)(std::string_view),
                    const char* known, std::optional<Value>& target)
{
    if (text.empty())
        return {};
    target = parse(text);
    if (!target)
        return fail(ErrorCode::usage, option, "\"" + text + "\" is not " + known);
    return {};
}

}  // namespace

void PreprocessingOptions::add_to(Command& app, FitOption fit)
{
    std::string known;
    for (const dataset::Preset& preset : dataset::presets())
        known += (known.empty() ? "" : ", ") + std::string(preset.name);
    app.add_option("--preset", preset_, "Preprocessing by name, over which other options go: " + known);
    app.add_option("--resize", resize_,
                   "Scale images: N (shorter side), WxH, or without a value to the network's input; none")
        ->optional_value([](std::string_view text) { return dataset::parse_resize(text).has_value(); }, "input");
    app.add_option("--crop", crop_, "Take the middle, N or WxH, after scaling (default: the network's input)");
    app.add_option("--filter", filter_,
                   "How pixels are weighted when scaling: bilinear (default), bicubic, nearest, area or lanczos");
    app.add_flag("--no-antialias", no_antialias_,
                 "Do not widen the filter when shrinking, as OpenCV and PyTorch's interpolate do not");
    app.add_option(fit == FitOption::shape ? "--fit,--image-fit" : "--image-fit", fit_,
                   "Shape of images: stretch (default), crop or pad (with black)");
    app.add_option("--channels", channels_, "Order of the channels: rgb, bgr or gray");
    app.add_option("--range", range_, "What pixels become before mean and deviation: 0..1, 0..255 or -1..1");
    app.add_option("--mean", mean_, "Mean per channel in units of the range, e.g. 0.485,0.456,0.406")->list();
    app.add_option("--std", std_, "Standard deviation per channel in units of the range")->list();
    app.add_option("--exif", exif_, "Orientation that a camera stored with the image: apply (default) or ignore");
}

Expected<dataset::PreprocessingChoice> PreprocessingOptions::choice() const
{
    dataset::PreprocessingChoice choice;
    if (!preset_.empty())
        choice.preset = preset_;
    Expected<void> done = read("--resize", resize_, dataset::parse_resize,
                               "a number of pixels (256), a size (320x256) or none", choice.resize);
    const auto next = [&done](auto step) {
        if (done)
            done = step();
    };
    next([&] {
        return read("--crop", crop_, dataset::parse_extent, "a number of pixels (224) or a size (224x224)",
                    choice.crop);
    });
    next([&] {
        return read("--filter", filter_, dataset::parse_filter, "bilinear, bicubic, nearest, area or lanczos",
                    choice.filter);
    });
    next([&] { return read("--fit", fit_, dataset::parse_fit, "stretch, crop or pad", choice.fit); });
    next([&] { return read("--channels", channels_, dataset::parse_order, "rgb, bgr or gray", choice.order); });
    next([&] { return read("--range", range_, dataset::parse_range, "0..1, 0..255 or -1..1", choice.range); });
    next([&] { return read("--exif", exif_, dataset::parse_exif, "apply or ignore", choice.upright); });
    if (!done)
        return forward(done);
    if (no_antialias_)
        choice.antialias = false;
    if (!mean_.empty())
        choice.mean = mean_;
    if (!std_.empty())
        choice.std = std_;
    return choice;
}

}  // namespace exitscope::cli
