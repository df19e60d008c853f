// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/requirement.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/analysis/analyse/static_points.h"
#include "core/base/text.h"

namespace exitscope::report {
namespace {

constexpr std::array<std::pair<std::string_view, Requirement::Quantity>, 4> quantities = {{
    {"accuracy", Requirement::Quantity::accuracy},
    {"drop", Requirement::Quantity::drop},
    {"cost", Requirement::Quantity::cost},
    {"agreement", Requirement::Quantity::agreement},
}};

std::optional<double> parse_number(std::string_view text)
{
    const bool percentage = text.ends_with('%');
    if (percentage)
        text.remove_suffix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return percentage ? value / 100 : value;
}

std::optional<Requirement> parse_one(std::string_view text)
{
    for (const auto& [name, quantity] : quantities) {
        if (!text.starts_with(name))
            continue;
        const std::string_view rest = trimmed(text.substr(name.size()));
        if (!rest.starts_with("<=") && !rest.starts_with(">="))
            continue;
        if (const auto bound = parse_number(trimmed(rest.substr(2))))
            return Requirement{quantity, rest.starts_with('>'), *bound, std::string(text)};
    }
    return std::nullopt;
}

/// The quantity's value; nullopt where it needs labels and the split has none.
std::optional<double> measured(Requirement::Quantity quantity, const run::Run& run, const analyse::Outcome& outcome)
{
    const bool labelled = outcome.accuracy.samples > 0;
    switch (quantity) {
    case Requirement::Quantity::accuracy: return labelled ? std::optional(outcome.accuracy.value) : std::nullopt;
    case Requirement::Quantity::drop:
        return labelled ? std::optional(analyse::full_accuracy(run).value - outcome.accuracy.value) : std::nullopt;
    case Requirement::Quantity::cost: return outcome.relative_cost;
    case Requirement::Quantity::agreement: return outcome.agreement;
    }
    return std::nullopt;
}

}  // namespace

Expected<std::vector<Requirement>> parse_requirements(std::string_view text)
{
    std::vector<Requirement> requirements;
    while (true) {
        const std::size_t comma = text.find(',');
        const std::string_view written = trimmed(text.substr(0, comma));
        const auto one = parse_one(written);
        if (!one)
            return fail(ErrorCode::usage, written.empty() ? "an empty text" : written,
                        "is not a condition like drop<=0.005 (accuracy, drop, cost or agreement; <= or >=)");
        requirements.push_back(*one);
        if (comma == std::string_view::npos)
            return requirements;
        text.remove_prefix(comma + 1);
    }
}

Expected<void> check(const std::vector<Requirement>& requirements, const run::Run& run, const analyse::Outcome& outcome,
                     std::string_view where)
{
    for (const Requirement& required : requirements) {
        const std::optional<double> value = measured(required.quantity, run, outcome);
        if (!value)
            return bad_input(where, "does not meet " + required.text + ": the test split has no labels");
        if (required.at_least ? *value >= required.bound : *value <= required.bound)
            continue;
        char digits[32];
        const auto [end, error] = std::to_chars(digits, digits + sizeof digits, *value, std::chars_format::general, 6);
        return bad_input(where, "does not meet " + required.text + ": it is " + std::string(digits, end));
    }
    return {};
}

}  // namespace exitscope::report
