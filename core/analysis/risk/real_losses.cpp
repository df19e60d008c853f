// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/risk/real_losses.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/analysis/risk/loss_file.h"
#include "core/base/number_text.h"

namespace exitscope::risk {
namespace {

constexpr LossRange usual[] = {{0, 1}, {-1, 1}, {-2, 2}};
/// Rounding of losses stored in 16 or 32 bits, in units of the range.
constexpr double tolerance = 1e-3;

bool contains(LossRange range, double value)
{
    const double slack = tolerance * (range.high - range.low);
    return value >= range.low - slack && value <= range.high + slack;
}

/// The loss at position `at` in words: "the loss of knob 3 and sample 17 is 2.5".
std::string loss_text(const LossTable& table, std::size_t at)
{
    return "the loss of knob " + std::to_string(at / table.samples) + " and sample " +
           std::to_string(at % table.samples) + " is " + general_text(table.values[at], 9);
}

std::string range_text(LossRange range)
{
    return "from " + general_text(range.low, 9) + " to " + general_text(range.high, 9);
}

/// The first of the usual ranges that holds all values; the last one where none does.
LossRange usual_range(const LossTable& table)
{
    for (const LossRange range : usual)
        if (std::all_of(table.values.begin(), table.values.end(), [range](double v) { return contains(range, v); }))
            return range;
    return usual[std::size(usual) - 1];
}

}  // namespace

Expected<RealLosses> read_real_losses(const std::filesystem::path& path, std::optional<LossRange> range)
{
    if (range && !(std::isfinite(range->low) && std::isfinite(range->high) && range->low < range->high))
        return fail(ErrorCode::usage, "--loss-range", "is two numbers LO,HI with LO below HI");
    Expected<LossTable> table = read_loss_table(path, std::array<std::string_view, 1>{"losses"});
    if (!table)
        return forward(table);
    std::vector<double>& values = table->values;
    const auto odd = std::find_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); });
    if (odd != values.end())
        return bad_input(path.string(), loss_text(*table, static_cast<std::size_t>(odd - values.begin())) +
                                            ", and losses are finite numbers");
    const LossRange within = range ? *range : usual_range(*table);
    const auto beyond = std::find_if(values.begin(), values.end(), [&](double v) { return !contains(within, v); });
    if (beyond != values.end())
        return bad_input(path.string(), loss_text(*table, static_cast<std::size_t>(beyond - values.begin())) +
                                            ", outside the range " + range_text(within) +
                                            "; --loss-range LO,HI says between which bounds losses can lie");
    for (double& value : values)
        value = std::clamp(value, within.low, within.high);
    return RealLosses{std::move(*table), within};
}

Expected<std::vector<LevelOutcome>> control_real_losses(const RealLosses& real, ControlRequest request,
                                                        Progress& progress)
{
    const double low = real.range.low;
    const double width = real.range.high - low;
    for (double& level : request.eps) {
        if (!(level >= low))
            return fail(ErrorCode::usage, "--eps",
                        "a level is a mean loss, and " + general_text(level, 9) + " is below the least loss, " +
                            general_text(low, 9));
        level = (level - low) / width;
    }
    LossTable unit = real.losses;
    for (double& value : unit.values)
        value = (value - low) / width;
    request.rule.bound = 1;
    request.rule.ltt_bound = 1;
    request.rule.zero_one = false;
    request.against_full_model = false;
    auto outcomes = control_risk(unit, {}, request, progress);
    if (!outcomes)
        return outcomes;
    for (LevelOutcome& outcome : *outcomes) {
        outcome.eps = low + width * outcome.eps;
        outcome.risk_mean = low + width * outcome.risk_mean;
        outcome.risk_error *= width;
        for (double& risk : outcome.risk)
            risk = low + width * risk;
    }
    return outcomes;
}

}  // namespace exitscope::risk
