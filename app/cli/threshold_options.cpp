// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/threshold_options.h"

#include "core/base/number_text.h"
#include "core/base/text.h"

namespace exitscope::cli {

namespace {

bool is_off(std::string_view text)
{
    return text == "-" || lower(text) == "off";
}

bool is_threshold(std::string_view text)
{
    return is_off(text) || is_number(text);
}

}  // namespace

void ThresholdOptions::add_to(Command& app)
{
    app.add_option("--thresholds", thresholds,
                   "One for each exit before the last: an image leaves at the first whose statistic reaches it; off "
                   "switches an exit off")
        ->list(is_threshold);
    app.add_option("--statistic", statistic,
                   "What --thresholds are compared with: confidence (>=), entropy in nats (<=) or margin (>=)")
        ->capture_default_str();
    app.add_option("--path", path, "Precisions of the stages for --thresholds, as w4a4-w8a8 (default: the highest)");
}

Expected<std::optional<policy::UserThresholds>> ThresholdOptions::parse() const
{
    const auto known = policy::parse_statistic(statistic);
    if (!known)
        return fail(ErrorCode::usage, "--statistic",
                    "there is no statistic \"" + statistic + "\"; known are confidence, entropy, margin");
    if (!given()) {
        if (!path.empty())
            return fail(ErrorCode::usage, "--path", "belongs to --thresholds");
        return std::nullopt;
    }
    policy::UserThresholds choice;
    choice.statistic = *known;
    choice.path = path;
    for (const std::string& written : thresholds) {
        const std::string_view text = trimmed(written);
        const std::optional<double> value = number_of(text);
        if (!value && !is_off(text))
            return fail(ErrorCode::usage, "--thresholds", "\"" + written + "\" is neither a number nor \"off\"");
        choice.thresholds.push_back(is_off(text) ? std::nullopt : value);
    }
    return choice;
}

Json to_json(const policy::UserThresholds& choice)
{
    Json json = {{"statistic", std::string(policy::name(choice.statistic))}, {"thresholds", Json::array()}};
    for (const std::optional<double>& threshold : choice.thresholds)
        json["thresholds"].push_back(threshold ? Json(*threshold) : Json(nullptr));
    return json;
}

std::string to_text(const policy::UserThresholds& choice)
{
    std::string text = std::string(policy::name(choice.statistic)) +
                       (choice.statistic == policy::UserThresholds::Statistic::entropy ? " at most" : " at least");
    const char* separator = " ";
    for (const std::optional<double>& threshold : choice.thresholds) {
        text += separator + (threshold ? shortest_text(*threshold) : "off");
        separator = ", ";
    }
    return text;
}

}  // namespace exitscope::cli
