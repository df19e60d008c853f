// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/network/dataset/preprocessing.h"

namespace exitscope::dataset {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* place = "preprocessing";
constexpr std::array<const char*, 3> order_names{"gray", "rgb", "bgr"};
constexpr std::array<const char*, 3> range_names{"0..1", "0..255", "-1..1"};
constexpr int max_extent = 65536;

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

Expected<int> extent(const Json& object, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer())
        return bad_input(place, std::string("lacks the integer \"") + key + "\"");
    const auto value = found->get<std::int64_t>();
    if (value < 1 || value > max_extent)
        return bad_input(place, std::string("\"") + key + "\" is " + std::to_string(value) + ", not in 1 to " +
                                    std::to_string(max_extent));
    return static_cast<int>(value);
}

Expected<std::vector<float>> numbers(const Json& object, const char* key, int channels)
{
    std::vector<float> values;
    const auto found = object.find(key);
    if (found == object.end())
        return values;
    if (!found->is_array() || (!found->empty() && found->size() != static_cast<std::size_t>(channels)))
        return bad_input(place, std::string("\"") + key + "\" is not a list of one number per channel");
    for (const Json& entry : *found) {
        const float value = entry.is_number() ? entry.get<float>() : std::numeric_limits<float>::quiet_NaN();
        if (!std::isfinite(value))
            return bad_input(place, std::string("\"") + key + "\" has an entry that is not a finite number");
        values.push_back(value);
    }
    return values;
}

/// Sets `value` to the enumerator whose name the object has under `key`, if it has any.
template <class Enum, std::size_t count>
Expected<void> one_of(const Json& object, const char* key, const std::array<const char*, count>& names, Enum& value)
{
    const auto found = object.find(key);
    if (found == object.end())
        return {};
    std::string known;
    for (std::size_t i = 0; i < count; ++i) {
        if (found->is_string() && found->get_ref<const std::string&>() == names[i]) {
            value = static_cast<Enum>(i);
            return {};
        }
        known += std::string(i == 0 ? "\"" : ", \"") + names[i] + "\"";
    }
    return bad_input(place, std::string("\"") + key + "\" is none of " + known);
}

Expected<Preprocessing> parse(const Json& object)
{
    if (!object.is_object())
        return bad_input(place, "is not a JSON object");
    Preprocessing how;
    for (const auto& [key, target] :
         {std::pair{"channels", &how.channels}, std::pair{"height", &how.height}, std::pair{"width", &how.width}}) {
        Expected<int> value = extent(object, key);
        if (!value)
            return forward(value);
        *target = *value;
    }
    how.order = how.channels == 1 ? ChannelOrder::gray : ChannelOrder::rgb;
    if (Expected<void> done = one_of(object, "order", order_names, how.order); !done)
        return forward(done);
    if (Expected<void> done = one_of(object, "range", range_names, how.range); !done)
        return forward(done);
    for (const auto& [key, target] : {std::pair{"mean", &how.mean}, std::pair{"std", &how.std}}) {
        Expected<std::vector<float>> values = numbers(object, key, how.channels);
        if (!values)
            return forward(values);
        *target = std::move(*values);
    }
    if (const auto resize = object.find("resize"); resize != object.end()) {
        if (!resize->is_boolean())
            return bad_input(place, "\"resize\" is neither true nor false");
        how.resize = resize->get<bool>();
    }
    if (Expected<void> valid = validate(how); !valid)
        return forward(valid);
    return how;
}

}  // namespace

std::string Preprocessing::to_json() const
{
    Json object;
    object["channels"] = channels;
    object["height"] = height;
    object["width"] = width;
    object["order"] = order_names[static_cast<std::size_t>(order)];
    object["mean"] = to_array(mean);
    object["std"] = to_array(std);
    object["resize"] = resize;
    object["range"] = range_names[static_cast<std::size_t>(range)];
    return object.dump();
}

Expected<Preprocessing> Preprocessing::from_json(std::string_view text)
{
    const Json object = Json::parse(text, nullptr, false);
    if (object.is_discarded())
        return bad_input(place, "is not valid JSON");
    return parse(object);
}

}  // namespace exitscope::dataset
