// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/cost/energy.h"

#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/file.h"

namespace exitscope::cost {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t most_bytes = 1 << 20;
constexpr std::size_t fewest_bits = 2;

std::optional<double> energy_of(const Json& value)
{
    if (!value.is_number())
        return std::nullopt;
    const auto pj = value.get<double>();
    return std::isfinite(pj) && pj >= 0 ? std::optional(pj) : std::nullopt;
}

Expected<void> read_integer_macs(const Json& json, const std::string& file, EnergyTable& table)
{
    if (!json.is_object())
        return bad_input(file, "integer_mac_pj is not an object of pJ by bits");
    for (const auto& [bits, value] : json.items()) {
        const std::size_t width = bits.size() == 1 ? static_cast<std::size_t>(bits[0] - '0') : 0;
        if (width < fewest_bits || width >= table.integer_mac.size())
            return bad_input(file, "integer_mac_pj has \"" + bits.substr(0, 16) + "\", widths are 2 to 8 bits");
        const std::optional<double> pj = energy_of(value);
        if (!pj)
            return bad_input(file, "integer_mac_pj of " + bits + " bits is not a number from 0 on");
        table.integer_mac[width] = *pj;
    }
    return {};
}

}  // namespace

Expected<EnergyTable> read_energy_table(const std::filesystem::path& path)
{
    const std::string file = path.string();
    Expected<std::vector<std::byte>> bytes = read_file(path, most_bytes);
    if (!bytes)
        return forward(bytes);
    const auto* text = reinterpret_cast<const char*>(bytes->data());
    const Json json = Json::parse(text, text + bytes->size(), nullptr, false);
    if (!json.is_object())
        return bad_input(file, "is not a JSON object");
    EnergyTable table;
    for (const auto& [key, value] : json.items()) {
        if (key == "integer_mac_pj") {
            if (Expected<void> read = read_integer_macs(value, file, table); !read)
                return forward(read);
        } else if (key == "float_mac_pj" || key == "weight_byte_pj") {
            const std::optional<double> pj = energy_of(value);
            if (!pj)
                return bad_input(file, key + " is not a number from 0 on");
            (key == "float_mac_pj" ? table.float_mac : table.weight_byte) = *pj;
        } else if (key == "source" && value.is_string()) {
            table.source = value.get<std::string>();
        } else {
            return bad_input(file, "has the key \"" + key.substr(0, 32) +
                                       "\"; known are integer_mac_pj, float_mac_pj, weight_byte_pj and source");
        }
    }
    return table;
}

std::string to_json(const EnergyTable& table)
{
    Json json;
    json["source"] = table.source;
    for (std::size_t bits = fewest_bits; bits < table.integer_mac.size(); ++bits)
        json["integer_mac_pj"][std::to_string(bits)] = table.integer_mac[bits];
    json["float_mac_pj"] = table.float_mac;
    json["weight_byte_pj"] = table.weight_byte;
    return json.dump(2) + "\n";
}

}  // namespace exitscope::cost
