// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/network/dataset/preprocessing_text.h"
#include "core/network/model/model_preprocessing.h"

// Configurations of image models on the Hugging Face hub. Keys and defaults are those of Transformers'
// image_processing_*.py and of timm's data/config.py and data/transforms_factory.py.

namespace exitscope::model {
namespace {

using Json = nlohmann::json;
using dataset::Extent;
using dataset::Filter;
using dataset::Fit;
using dataset::PreprocessingChoice;
using dataset::Resize;

constexpr int most_pixels = 65536;

/// A configuration whose members are read leniently where they are missing and strictly where they are there.
class Config {
public:
    explicit Config(const Json& object) : object_(object) {}

    [[nodiscard]] const Json* find(const char* key) const
    {
        const auto found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }
    [[nodiscard]] std::string text(const char* key, const char* otherwise) const
    {
        const Json* found = find(key);
        return found && found->is_string() ? found->get<std::string>() : otherwise;
    }
    [[nodiscard]] Expected<bool> flag(const char* key, bool otherwise) const
    {
        const Json* found = find(key);
        if (!found)
            return otherwise;
        return found->is_boolean() ? Expected<bool>(found->get<bool>()) : wrong(key, "is neither true nor false");
    }
    [[nodiscard]] Expected<double> number(const char* key, double otherwise) const
    {
        const Json* found = find(key);
        if (!found)
            return otherwise;
        const double value = found->is_number() ? found->get<double>() : std::nan("");
        return std::isfinite(value) && value > 0 ? Expected<double>(value) : wrong(key, "is not a positive number");
    }
    /// Finite numbers, at least one; nullopt when the key is missing.
    [[nodiscard]] Expected<std::optional<std::vector<double>>> numbers(const char* key) const
    {
        const Json* found = find(key);
        if (!found)
            return std::nullopt;
        const Json entries = found->is_number() ? Json::array({*found}) : *found;
        std::vector<double> values;
        if (entries.is_array() && entries.size() <= 16)
            for (const Json& entry : entries)
                values.push_back(entry.is_number() ? entry.get<double>() : std::nan(""));
        if (values.empty() ||
            !std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
            return wrong(key, "is not a list of numbers");
        return values;
    }
    [[nodiscard]] static tl::unexpected<Error> wrong(const std::string& key, const std::string& what)
    {
        return bad_input({}, "its \"" + key + "\" " + what);
    }

private:
    const Json& object_;
};

std::optional<int> pixels(const Json& value)
{
    if (!value.is_number_integer())
        return std::nullopt;
    const auto count = value.get<std::int64_t>();
    return count >= 1 && count <= most_pixels ? std::optional(static_cast<int>(count)) : std::nullopt;
}

/// A size in one of Transformers' forms: 224, {"height": 224, "width": 224}, {"shortest_edge": 256}, [224, 224].
Expected<std::optional<Resize>> size_of(const Config& config, const char* key)
{
    const Json* size = config.find(key);
    if (!size)
        return std::nullopt;
    if (const std::optional<int> side = pixels(*size))
        return Resize{.box = {*side, *side}};
    if (size->is_array() && size->size() == 2 && pixels((*size)[0]) && pixels((*size)[1]))
        return Resize{.box = {*pixels((*size)[1]), *pixels((*size)[0])}};
    if (size->is_object()) {
        const auto member = [size](const char* name) {
            const auto found = size->find(name);
            return found == size->end() ? std::nullopt : pixels(*found);
        };
        if (const auto side = member("shortest_edge"); side && !size->contains("longest_edge"))
            return Resize{.shorter_side = true, .box = {*side, *side}};
        if (const auto height = member("height"), width = member("width"); height && width)
            return Resize{.box = {*width, *height}};
    }
    return Config::wrong(key, "is not a size in pixels that this program knows");
}

/// Pillow's numbers of filters.
Expected<Filter> filter_of(const Config& config, Filter otherwise)
{
    const Json* code = config.find("resample");
    if (!code)
        return otherwise;
    constexpr Filter filters[] = {Filter::nearest, Filter::lanczos, Filter::bilinear, Filter::bicubic, Filter::area};
    if (code->is_number_unsigned() && code->get<std::uint64_t>() < std::size(filters))
        return filters[code->get<std::uint64_t>()];
    return Config::wrong("resample", "is none of 0 to 4 (nearest, lanczos, bilinear, bicubic, box)");
}

/// One of Transformers' image processors: how it differs from the others where its file leaves something open.
struct Processor {
    const char* prefix;  ///< of the type's name
    Filter filter;
    bool crops;         ///< unless do_center_crop says otherwise
    bool side_is_edge;  ///< a plain number as size is the shorter side
    double crop_share;  ///< 0: has no crop_pct
};
constexpr Processor processors[] = {
    {"ViT", Filter::bilinear, false, false, 0},       {"ConvNext", Filter::bilinear, false, true, 224.0 / 256},
    {"CLIP", Filter::bicubic, true, true, 0},         {"DeiT", Filter::bicubic, true, false, 0},
    {"Beit", Filter::bicubic, false, false, 0},       {"Bit", Filter::bicubic, true, true, 0},
    {"MobileNetV1", Filter::bilinear, true, true, 0}, {"MobileNetV2", Filter::bilinear, true, true, 0},
    {"MobileViT", Filter::bilinear, true, true, 0},   {"EfficientNet", Filter::nearest, false, false, 0},
    {"PoolFormer", Filter::bicubic, true, true, 0.9}, {"Levit", Filter::bicubic, true, true, 0},
};
constexpr Processor any_processor = {"", Filter::bilinear, false, false, 0};

const Processor& processor_of(const std::string& type)
{
    for (const Processor& one : processors)
        if (type.rfind(one.prefix, 0) == 0)
            return one;
    return any_processor;
}

/// Mean and deviation of the numbers that a processor makes of pixels / 255: it multiplies bytes with `factor`, adds
/// `offset` (-1 or 0), then normalises.
void set_values(PreprocessingChoice& choice, double factor, double offset, const std::vector<double>& mean,
                const std::vector<double>& std)
{
    const double unit = 255 * factor;
    const std::size_t count = std::max(mean.size(), std.size());
    std::vector<float> to_mean;
    std::vector<float> to_std;
    for (std::size_t c = 0; c < count; ++c) {
        to_mean.push_back(static_cast<float>((mean[mean.size() == 1 ? 0 : c] - offset) / unit));
        to_std.push_back(static_cast<float>(std[std.size() == 1 ? 0 : c] / unit));
    }
    choice.range = dataset::ValueRange::unit;
    choice.mean = std::move(to_mean);
    choice.std = std::move(to_std);
}

Expected<void> read_values(const Config& config, const std::string& type, PreprocessingChoice& choice)
{
    const Expected<bool> rescales = config.flag("do_rescale", true);
    const Expected<double> factor = config.number("rescale_factor", 1 / 255.0);
    const Expected<bool> offsets = config.flag("rescale_offset", false);
    const Expected<bool> normalises = config.flag("do_normalize", true);
    const Expected<bool> twice = config.flag("include_top", false);
    const Expected<bool> flips = config.flag("do_flip_channel_order", type.rfind("MobileViT", 0) == 0);
    for (const Expected<bool>* flag : {&rescales, &offsets, &normalises, &twice, &flips})
        if (!*flag)
            return tl::unexpected<Error>(flag->error());
    if (!factor)
        return tl::unexpected<Error>(factor.error());
    Expected<std::optional<std::vector<double>>> mean = config.numbers("image_mean");
    Expected<std::optional<std::vector<double>>> std = config.numbers("image_std");
    for (auto* list : {&mean, &std})
        if (!*list)
            return forward(*list);
    choice.order = *flips ? dataset::ChannelOrder::bgr : dataset::ChannelOrder::rgb;
    const bool bare = type.rfind("MobileViT", 0) == 0;  // never normalises
    if (*normalises && !bare && (!*mean || !*std))
        return {};  // the class's own constants, which the file does not tell
    std::vector<double> to_mean = *normalises && !bare ? **mean : std::vector<double>{0};
    std::vector<double> to_std = *normalises && !bare ? **std : std::vector<double>{1};
    if (to_mean.size() != 1 && to_std.size() != 1 && to_mean.size() != to_std.size())
        return Config::wrong("image_std", "has another number of values than \"image_mean\"");
    if (std::any_of(to_std.begin(), to_std.end(), [](double value) { return value <= 0; }))
        return Config::wrong("image_std", "has a value that is not positive");
    if (*twice && type.rfind("EfficientNet", 0) == 0)
        for (double& value : to_std)  // normalised once more, by the deviation alone
            value *= value;
    set_values(choice, *rescales ? *factor : 1.0, *rescales && *offsets ? -1.0 : 0.0, to_mean, to_std);
    return {};
}

/// Scaling and cropping of a processor; false when its result is not the model's input.
Expected<bool> read_geometry(const Config& config, const std::string& type, Extent input, PreprocessingChoice& choice)
{
    const Processor& processor = processor_of(type);
    const Expected<bool> resizes = config.flag("do_resize", true);
    const Expected<bool> crops = config.flag("do_center_crop", processor.crops || config.find("crop_size") != nullptr);
    for (const Expected<bool>* flag : {&resizes, &crops})
        if (!*flag)
            return tl::unexpected<Error>(flag->error());
    Expected<std::optional<Resize>> size = size_of(config, "size");
    Expected<std::optional<Resize>> crop = size_of(config, "crop_size");
    for (auto* one : {&size, &crop})
        if (!*one)
            return forward(*one);
    const Expected<double> share = config.number("crop_pct", processor.crop_share > 0 ? processor.crop_share : 1.0);
    if (!share)
        return tl::unexpected<Error>(share.error());
    const Expected<Filter> filter = filter_of(config, processor.filter);
    if (!filter)
        return tl::unexpected<Error>(filter.error());
    choice.filter = *filter;
    Extent result = input;
    if (*crops && *crop)
        choice.crop = result = (*crop)->box;
    if (!*resizes)
        choice.resize = Resize{.on = false};
    if (*resizes && *size) {
        Resize resize = **size;
        const bool plain = config.find("size")->is_number();
        resize.shorter_side = resize.shorter_side || (plain && processor.side_is_edge);
        const int side = resize.box.width;
        constexpr int warped_from = 384;  // ConvNeXt stretches larger images and crops smaller ones
        if (type.rfind("ConvNext", 0) == 0 && resize.shorter_side) {
            choice.crop = result = resize.box;
            const int larger = static_cast<int>(side / *share);
            resize = side < warped_from ? Resize{.shorter_side = true, .box = {larger, larger}} : Resize{.box = result};
        } else if (type.rfind("PoolFormer", 0) == 0 && resize.shorter_side) {
            const int larger = static_cast<int>(std::floor(side / *share));
            resize.box = {larger, larger};
        } else if (type.rfind("Levit", 0) == 0 && resize.shorter_side) {
            const int larger = static_cast<int>(256.0 / 224.0 * side);
            resize.box = {larger, larger};
        }
        if (!choice.crop && !resize.shorter_side)
            result = resize.box;
        choice.resize = resize;
    }
    return result == input;
}

/// Forgets where pixels come from and keeps what becomes of them.
void drop_geometry(FoundPreprocessing& found, Extent input)
{
    const Extent wanted = found.choice.crop     ? *found.choice.crop
                          : found.choice.resize ? found.choice.resize->box
                                                : Extent();
    found.unused = "its size of " + dataset::to_text(wanted) + " is not the model's input of " +
                   dataset::to_text(input) + ", so that its sizes are left out";
    found.choice.crop.reset();
    found.choice.resize.reset();
}

/// timm's input_size is [channels, height, width].
std::optional<Extent> input_size_of(const Config& config, const char* key)
{
    const Json* size = config.find(key);
    if (!size || !size->is_array() || size->size() != 3 || !pixels((*size)[1]) || !pixels((*size)[2]))
        return std::nullopt;
    return Extent{*pixels((*size)[2]), *pixels((*size)[1])};
}

}  // namespace

Expected<FoundPreprocessing> parse_transformers_config(std::string_view json, Extent input)
{
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object())
        return bad_input({}, "is not a JSON object");
    const Config config(object);
    const std::string type = config.text("image_processor_type", config.text("feature_extractor_type", "").c_str());
    FoundPreprocessing found{.choice = {}, .source = "preprocessor_config.json", .unused = {}};
    if (Expected<void> done = read_values(config, type, found.choice); !done)
        return forward(done);
    const Expected<bool> fits = read_geometry(config, type, input, found.choice);
    if (!fits)
        return tl::unexpected<Error>(fits.error());
    if (!*fits)
        drop_geometry(found, input);
    found.choice.upright = false;  // Transformers, like Pillow, leaves images as they are stored
    return found;
}

Expected<std::optional<FoundPreprocessing>> parse_timm_config(std::string_view json, Extent input)
{
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object())
        return bad_input({}, "is not a JSON object");
    const auto nested = object.find("pretrained_cfg");
    const Config config(nested != object.end() && nested->is_object() ? *nested : object);
    if (!config.find("mean") || !config.find("std") || !input_size_of(config, "input_size"))
        return std::nullopt;
    FoundPreprocessing found{.choice = {}, .source = "config.json", .unused = {}};
    PreprocessingChoice& choice = found.choice;
    const auto mean = config.numbers("mean");
    const auto std = config.numbers("std");
    for (const auto* list : {&mean, &std})
        if (!*list)
            return tl::unexpected<Error>(list->error());
    const std::vector<double>& deviations = **std;
    if ((*mean)->size() != deviations.size() ||
        std::any_of(deviations.begin(), deviations.end(), [](double value) { return value <= 0; }))
        return Config::wrong("std", "does not hold one positive number per channel");
    set_values(choice, 1 / 255.0, 0, **mean, deviations);
    const std::string filter = config.text("interpolation", "bilinear");
    choice.filter = dataset::parse_filter(filter);
    if (!choice.filter)
        return Config::wrong("interpolation",
                             "is \"" + filter + "\", none of nearest, bilinear, bicubic, lanczos, box");
    const bool tested = input_size_of(config, "test_input_size") == input;
    const Expected<double> usual = config.number("crop_pct", 0.875);
    const Expected<double> share = tested && usual ? config.number("test_crop_pct", *usual) : usual;
    if (!share || *share > 1)
        return Config::wrong("crop_pct", "is not above 0 and at most 1");
    const std::string mode = config.text("crop_mode", "center");
    const auto scaled = [&share](int side) { return static_cast<int>(std::floor(side / *share)); };
    if (mode == "squash") {
        choice.resize = Resize{.box = {scaled(input.width), scaled(input.height)}};
    } else if (mode == "center" && input.width == input.height) {
        choice.resize = Resize{.shorter_side = true, .box = {scaled(input.width), scaled(input.height)}};
    } else {
        found.unused = "its crop_mode \"" + mode + "\" is not known for this input, so that its sizes are left out";
    }
    if (choice.resize)
        choice.crop = input;
    choice.order = dataset::ChannelOrder::rgb;
    choice.upright = false;
    return found;
}

}  // namespace exitscope::model
