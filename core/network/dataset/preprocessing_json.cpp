// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/network/dataset/preprocessing_text.h"

namespace exitscope::dataset {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* place = "preprocessing";

/// The double that prints like the float: 0.485, not 0.48500001430511475.
double shortest(float value)
{
    char text[32];
    const std::to_chars_result written = std::to_chars(text, text + sizeof text, value);
    double parsed = 0;
    std::from_chars(text, written.ptr, parsed);
    return parsed;
}

Json to_array(const std::vector<float>& values)
{
    Json array = Json::array();
    for (const float value : values)
        array.push_back(shortest(value));
    return array;
}

tl::unexpected<Error> wrong(std::string_view key, const std::string& what)
{
    return bad_input(place, "\"" + std::string(key) + "\" " + what);
}

/// Reads the members of one JSON object, each into its target if it is there.
class Members {
public:
    explicit Members(const Json& object) : object_(object) {}

    Expected<void> extent(const char* key, std::optional<int>& target) const
    {
        constexpr int most = 65536;
        const auto found = object_.find(key);
        if (found == object_.end())
            return {};
        if (!found->is_number_integer())
            return wrong(key, "is not an integer");
        const auto value = found->get<std::int64_t>();
        if (value < 1 || value > most)
            return wrong(key, "is " + std::to_string(value) + ", not in 1 to " + std::to_string(most));
        target = static_cast<int>(value);
        return {};
    }

    /// 224, "224x192" or {"width":224,"height":192}; nullopt when the key is missing or a truth value.
    Expected<std::optional<Extent>> box(const char* key) const
    {
        const auto found = object_.find(key);
        if (found == object_.end() || found->is_boolean())
            return std::nullopt;
        std::optional<Extent> size;
        if (found->is_number_unsigned())
            size = parse_extent(std::to_string(found->get<std::uint64_t>()));
        else if (found->is_string())
            size = parse_extent(found->get_ref<const std::string&>());
        if (size)
            return size;
        if (!found->is_object())
            return wrong(key, "is neither true, false nor a size in pixels");
        std::optional<int> width;
        std::optional<int> height;
        const Members sides(*found);
        for (const auto& [name, side] : {std::pair("width", &width), std::pair("height", &height)})
            if (Expected<void> done = sides.extent(name, *side); !done)
                return forward(done);
        if (!width || !height)
            return wrong(key, "lacks its width or height");
        return Extent{*width, *height};
    }

    Expected<void> flag(const char* key, std::optional<bool>& target) const
    {
        const auto found = object_.find(key);
        if (found == object_.end())
            return {};
        if (!found->is_boolean())
            return wrong(key, "is neither true nor false");
        target = found->get<bool>();
        return {};
    }

    /// A list of numbers or a single one; null is as good as missing.
    Expected<void> numbers(const char* key, std::optional<std::vector<float>>& target) const
    {
        constexpr std::size_t most = 65536;
        const auto found = object_.find(key);
        if (found == object_.end() || found->is_null())
            return {};
        const Json entries = found->is_number() ? Json::array({*found}) : *found;
        if (!entries.is_array() || entries.size() > most)
            return wrong(key, "is not a list of one number per channel");
        std::vector<float> values;
        for (const Json& entry : entries) {
            const float value = entry.is_number() ? entry.get<float>() : std::numeric_limits<float>::quiet_NaN();
            if (!std::isfinite(value))
                return wrong(key, "has an entry that is not a finite number");
            values.push_back(value);
        }
        target = std::move(values);
        return {};
    }

    template <class Value>
    Expected<void> word(const char* key, std::optional<Value> (*parse)(std::string_view), const char* known,
                        std::optional<Value>& target) const
    {
        const auto found = object_.find(key);
        if (found == object_.end())
            return {};
        const std::optional<Value> value =
            found->is_string() ? parse(found->get_ref<const std::string&>()) : std::nullopt;
        if (!value)
            return wrong(key, std::string("is none of ") + known);
        target = value;
        return {};
    }

    /// false, true (to the input's size), 256 (the shorter side), "320x256" or {"width":320,"height":256}.
    Expected<void> resize(std::optional<Resize>& target) const
    {
        const auto found = object_.find("resize");
        if (found == object_.end())
            return {};
        if (found->is_boolean()) {
            target = Resize{.on = found->get<bool>()};
            return {};
        }
        if (found->is_string())
            target = parse_resize(found->get_ref<const std::string&>());
        if (target)
            return {};
        const Expected<std::optional<Extent>> size = box("resize");
        if (!size)
            return tl::unexpected<Error>(size.error());
        target = Resize{.shorter_side = found->is_number(), .box = **size};
        return {};
    }

    /// true stands for the size of the input.
    Expected<void> crop(std::optional<Extent>& target) const
    {
        const auto found = object_.find("crop");
        if (found == object_.end())
            return {};
        if (found->is_boolean()) {
            if (found->get<bool>())
                target = Extent();
            return {};
        }
        Expected<std::optional<Extent>> size = box("crop");
        if (!size)
            return forward(size);
        target = *size;
        return {};
    }

private:
    const Json& object_;
};

}  // namespace

std::string Preprocessing::to_json() const
{
    Json object;
    object["channels"] = channels;
    object["height"] = height;
    object["width"] = width;
    object["order"] = name(order);
    object["range"] = name(range);
    object["mean"] = to_array(mean);
    object["std"] = to_array(std);
    object["resize"] = resize;
    if (resize && box.width > 0)
        object["resize"] = {{"width", box.width}, {"height", box.height}};
    object["crop"] = crop;
    object["fit"] = name(fit);
    object["filter"] = name(filter);
    object["antialias"] = antialias;
    object["exif"] = exif_name(upright);
    return object.dump();
}

std::string to_json(const PreprocessingChoice& choice)
{
    const auto size = [](Extent extent) { return Json{{"width", extent.width}, {"height", extent.height}}; };
    Json object = Json::object();
    if (choice.order)
        object["order"] = name(*choice.order);
    if (choice.range)
        object["range"] = name(*choice.range);
    if (choice.mean)
        object["mean"] = to_array(*choice.mean);
    if (choice.std)
        object["std"] = to_array(*choice.std);
    if (choice.resize) {
        const Resize& resize = *choice.resize;
        if (!resize.on || resize.box == Extent())
            object["resize"] = resize.on;
        else if (resize.shorter_side)
            object["resize"] = resize.box.width;
        else
            object["resize"] = size(resize.box);
    }
    if (choice.crop)
        object["crop"] = *choice.crop == Extent() ? Json(true) : size(*choice.crop);
    if (choice.fit)
        object["fit"] = name(*choice.fit);
    if (choice.filter)
        object["filter"] = name(*choice.filter);
    if (choice.antialias)
        object["antialias"] = *choice.antialias;
    if (choice.upright)
        object["exif"] = exif_name(*choice.upright);
    return object.dump();
}

Expected<StoredPreprocessing> parse_preprocessing(std::string_view json)
{
    const Json object = Json::parse(json, nullptr, false);
    if (object.is_discarded())
        return bad_input(place, "is not valid JSON");
    if (!object.is_object())
        return bad_input(place, "is not a JSON object");
    StoredPreprocessing stored;
    PreprocessingChoice& choice = stored.choice;
    const Members members(object);
    Expected<void> done = members.extent("channels", stored.channels);
    const auto then = [&done](auto read) {
        if (done)
            done = read();
    };
    then([&] { return members.extent("height", stored.height); });
    then([&] { return members.extent("width", stored.width); });
    then([&] { return members.word("order", parse_order, R"("gray", "rgb", "bgr")", choice.order); });
    then([&] { return members.word("range", parse_range, R"("0..1", "0..255", "-1..1")", choice.range); });
    then([&] { return members.numbers("mean", choice.mean); });
    then([&] { return members.numbers("std", choice.std); });
    then([&] { return members.resize(choice.resize); });
    then([&] { return members.crop(choice.crop); });
    then([&] { return members.word("fit", parse_fit, R"("stretch", "crop", "pad")", choice.fit); });
    then([&] {
        return members.word("filter", parse_filter, R"("nearest", "bilinear", "bicubic", "area", "lanczos")",
                            choice.filter);
    });
    then([&] { return members.flag("antialias", choice.antialias); });
    then([&] { return members.word("exif", parse_exif, R"("apply", "ignore")", choice.upright); });
    if (!done)
        return forward(done);
    if (!choice.resize && choice.fit)
        choice.resize = Resize{.on = false};  // a fit alone would ask for scaling
    return stored;
}

Expected<Preprocessing> Preprocessing::from_json(std::string_view text)
{
    const Expected<StoredPreprocessing> stored = parse_preprocessing(text);
    if (!stored)
        return tl::unexpected<Error>(stored.error());
    for (const auto& [key, value] : {std::pair("channels", stored->channels), std::pair("height", stored->height),
                                     std::pair("width", stored->width)})
        if (!value)
            return bad_input(place, std::string("lacks the integer \"") + key + "\"");
    Preprocessing base;
    base.channels = *stored->channels;
    base.height = *stored->height;
    base.width = *stored->width;
    base.order = base.channels == 1 ? ChannelOrder::gray : ChannelOrder::rgb;
    Expected<Preprocessing> how = apply(stored->choice, base);
    if (!how)
        return bad_input(place, how.error().detail);
    return how;
}

}  // namespace exitscope::dataset
