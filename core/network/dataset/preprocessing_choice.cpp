// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/preprocessing_choice.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/network/dataset/preprocessing_text.h"

namespace exitscope::dataset {
namespace {

tl::unexpected<Error> misuse(std::string detail)
{
    return fail(ErrorCode::usage, {}, std::move(detail));
}

/// The settings that say where pixels come from.
Expected<void> apply_geometry(const PreprocessingChoice& choice, Preprocessing& how)
{
    const bool known = how.height > 0 && how.width > 0;
    if (choice.crop) {
        const Extent crop = choice.crop->width > 0 ? *choice.crop : how.input();
        if (known && crop != how.input())
            return misuse("the crop of " + to_text(crop) + " is not the model's input of " + to_text(how.input()));
        how.width = crop.width;
        how.height = crop.height;
        how.crop = true;
    } else if (!known && choice.resize && choice.resize->box.width > 0) {
        how.width = choice.resize->box.width;
        how.height = choice.resize->box.height;
    }
    if (choice.resize) {
        const Resize& resize = *choice.resize;
        how.resize = resize.on;
        how.box = resize.box;
        how.fit = resize.shorter_side ? Fit::crop : Fit::stretch;
        constexpr int smallest = 64;
        if (resize.crop_share > 0 && std::min(how.width, how.height) < smallest) {
            how.resize = false;
        } else if (resize.crop_share > 0) {
            const int side = static_cast<int>(std::floor(std::min(how.width, how.height) / resize.crop_share));
            how.box = {side, side};
            how.fit = Fit::crop;
        }
    } else if (choice.fit && !choice.crop && !how.resize && !how.crop) {
        how.resize = true;
        how.box = {};
    }
    how.fit = choice.fit.value_or(how.fit);
    how.filter = choice.filter.value_or(how.filter);
    how.antialias = choice.antialias.value_or(how.antialias);
    if (how.resize && !how.antialias && (how.filter == Filter::area || how.filter == Filter::lanczos))
        return misuse("the filter " + std::string(name(how.filter)) +
                      " is antialiased always; without antialiasing there are nearest, bilinear and bicubic");
    how.upright = choice.upright.value_or(how.upright);
    return {};
}

/// One value per channel; a single one serves all.
Expected<std::vector<float>> per_channel(const std::vector<float>& values, int channels, const char* what)
{
    const auto count = static_cast<std::size_t>(channels);
    if (values.size() == 1)
        return std::vector<float>(count, values.front());
    if (!values.empty() && values.size() != count)
        return misuse("the " + std::string(what) + " has " + std::to_string(values.size()) +
                      " values, but the model reads " + std::to_string(channels) +
                      (channels == 1 ? " channel" : " channels"));
    return values;
}

/// The settings that say which numbers pixels become.
Expected<void> apply_values(const PreprocessingChoice& choice, Preprocessing& how)
{
    if (choice.order) {
        if (how.channels == 1 && *choice.order == ChannelOrder::bgr)
            return misuse("the model reads one channel, which has no order bgr");
        how.order = how.channels == 1 ? ChannelOrder::gray : *choice.order;
    }
    if (choice.range && *choice.range != how.range) {
        if ((!how.mean.empty() && !choice.mean) || (!how.std.empty() && !choice.std))
            return misuse("the range " + std::string(name(*choice.range)) +
                          " changes the unit of mean and standard deviation: say --mean and --std too (0 and 1 if "
                          "there are none)");
        how.range = *choice.range;
    }
    for (const auto& [given, target, what] :
         {std::tuple(&choice.mean, &how.mean, "mean"), std::tuple(&choice.std, &how.std, "standard deviation")}) {
        if (!*given)
            continue;
        Expected<std::vector<float>> values = per_channel(**given, how.channels, what);
        if (!values)
            return forward(values);
        *target = std::move(*values);
    }
    return {};
}

}  // namespace

Expected<Preprocessing> apply(const PreprocessingChoice& choice, const Preprocessing& base)
{
    Preprocessing how = base;
    if (choice.preset) {
        const Preset* preset = find_preset(*choice.preset);
        if (!preset) {
            std::string known;
            for (const Preset& one : presets())
                known += (known.empty() ? "" : ", ") + std::string(one.name);
            return misuse("there is no preset \"" + *choice.preset + "\"; known are " + known);
        }
        if (how.height == 0 || how.width == 0) {
            const Extent input = choice.crop.value_or(preset->usual_input);
            how.width = input.width;
            how.height = input.height;
        }
        Expected<Preprocessing> set = apply(preset->choice, how);
        if (!set)
            return set;
        how = std::move(*set);
    }
    if (Expected<void> done = apply_geometry(choice, how); !done)
        return forward(done);
    if (Expected<void> done = apply_values(choice, how); !done)
        return forward(done);
    if (how.height > 0 && how.width > 0)
        if (Expected<void> valid = validate(how); !valid)
            return misuse(valid.error().detail);
    return how;
}

}  // namespace exitscope::dataset
