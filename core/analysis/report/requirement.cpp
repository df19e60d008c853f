// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/requirement.h"

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "core/analysis/analyse/static_points.h"
#include "core/base/number_text.h"
#include "core/base/share.h"
#include "core/base/text.h"

namespace exitscope::report {
namespace {

constexpr std::array<std::pair<std::string_view, Requirement::Quantity>, 4> quantities = {{
    {"accuracy", Requirement::Quantity::accuracy},
    {"drop", Requirement::Quantity::drop},
    {"cost", Requirement::Quantity::cost},
    {"agreement", Requirement::Quantity::agreement},
}};

Expected<Requirement> parse_one(std::string_view text)
{
    for (const auto& [name, quantity] : quantities) {
        if (!text.starts_with(name))
            continue;
        const std::string_view rest = trimmed(text.substr(name.size()));
        if (!rest.starts_with("<=") && !rest.starts_with(">="))
            continue;
        Expected<double> bound = parse_share(rest.substr(2), text);
        if (!bound)
            return forward(bound);
        return Requirement{quantity, rest.starts_with('>'), *bound, std::string(text)};
    }
    return fail(ErrorCode::usage, text.empty() ? "an empty text" : text,
                "is not a condition like drop<=0.005 (accuracy, drop, cost or agreement; <= or >=)");
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
        Expected<Requirement> one = parse_one(written);
        if (!one)
            return forward(one);
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
        return bad_input(where, "does not meet " + required.text + ": it is " + general_text(*value, 6));
    }
    return {};
}

}  // namespace exitscope::report
