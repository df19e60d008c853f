// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/risk/guarantee.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/base/number_text.h"

namespace exitscope::risk {
namespace {

constexpr std::size_t steps_to_eps = 100;

/// Means of a row over the calibration samples and over the others.
template <class Value>
std::pair<double, double> means(std::span<const Value> row, const std::vector<char>& calibrates, std::size_t n)
{
    double inside = 0;
    double outside = 0;
    for (std::size_t i = 0; i < row.size(); ++i)
        (calibrates[i] ? inside : outside) += static_cast<double>(row[i]);
    return {inside / double(n), outside / double(row.size() - n)};
}

/// Least level of a fine grid at which each setting, or a cheaper one, is chosen.
std::vector<std::optional<double>> bounds(const LossTable& table, std::span<const std::uint32_t> calibration,
                                          const Rule& rule, double eps)
{
    std::vector<double> levels;
    for (std::size_t step = 0; step <= 2 * steps_to_eps; ++step)
        levels.push_back(eps * double(step) / double(steps_to_eps));
    const auto chosen = choose(table, calibration, rule, levels);
    std::vector<std::optional<double>> bound(table.knobs);
    for (std::size_t level = levels.size(); level-- > 0;)
        for (std::size_t k = 0; chosen[level] && k <= *chosen[level]; ++k)
            bound[k] = levels[level];
    return bound;
}

}  // namespace

Rule rule_for(Method method, const LossInfo& loss, double delta)
{
    Rule rule;
    rule.method = method;
    rule.delta = delta;
    rule.bound = loss.bound;
    rule.ltt_bound = loss.bound;
    rule.zero_one = loss.zero_one;
    rule.monotone = true;
    return rule;
}

std::string promise(const Rule& rule)
{
    switch (rule.method) {
    case Method::naive: return "the empirical risk is below eps: no guarantee";
    case Method::crc:
        return rule.monotone ? "the expected risk is at most eps"
                             : "the expected risk is at most eps where every sample's loss rises along the knob";
    case Method::ucb:
    case Method::ltt: return "the risk is at most eps with probability " + fixed_text(1 - rule.delta, 3);
    }
    return {};
}

Expected<Guarantee> guarantee(const KnobPath& path, const GuaranteeRequest& request, Progress& progress)
{
    ControlRequest calibration;
    calibration.rule = request.rule;
    calibration.eps = {request.eps};
    calibration.n = request.n;
    calibration.trials = request.trials;
    calibration.seed = request.seed;
    calibration.threads = request.threads;
    if (request.n >= path.losses.samples)
        return fail(ErrorCode::usage, "--n", "every sample calibrates, and none is left to test on");
    Expected<std::vector<LevelOutcome>> outcomes = control_risk(path.losses, path.relative_cost, calibration, progress);
    if (!outcomes)
        return forward(outcomes);

    Guarantee result;
    result.eps = request.eps;
    result.calibration_samples = request.n;
    result.held_out_samples = path.losses.samples - request.n;
    result.trials = std::move(outcomes->front());
    result.index = result.trials.index.front();
    std::vector<std::uint32_t> drawn;
    draw_calibration(request.seed, 0, path.losses.samples, request.n, drawn);
    std::vector<char> calibrates(path.losses.samples, 0);
    for (const std::uint32_t i : drawn)
        calibrates[i] = 1;
    const std::vector<std::optional<double>> bound = bounds(path.losses, drawn, request.rule, request.eps);
    for (std::size_t k = 0; k < path.losses.knobs; ++k) {
        const auto [inside, outside] = means(path.losses.row(k), calibrates, request.n);
        const std::span<const float> costs =
            std::span(path.relative_cost).subspan(k * path.losses.samples, path.losses.samples);
        result.knobs.push_back({means(costs, calibrates, request.n).second, inside, outside, bound[k]});
    }
    return result;
}

Histogram histogram(const std::vector<double>& values, double edge, std::size_t bins)
{
    Histogram result;
    double low = edge;
    double high = edge;
    std::size_t finite = 0;
    for (const double value : values) {
        if (!std::isfinite(value))
            continue;
        ++finite;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    if (finite == 0 || bins == 0)
        return result;
    result.width = high > low ? (high - low) / double(bins) : 1.0;
    // bins include their upper end, so that a risk of exactly eps does not count as a violation
    const auto bin = [&](double value) { return std::ceil((value - edge) / result.width) - 1; };
    const double first = std::min(bin(low), -1.0);
    result.low = edge + first * result.width;
    result.counts.assign(static_cast<std::size_t>(std::max(bin(high), 0.0) - first) + 1, 0);
    for (const double value : values)
        if (std::isfinite(value))
            ++result.counts[static_cast<std::size_t>(bin(value) - first)];
    return result;
}

}  // namespace exitscope::risk
