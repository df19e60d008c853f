// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/risk/control.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/parallel.h"
#include "core/base/random.h"

namespace exitscope::risk {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

tl::unexpected<Error> usage(std::string_view where, std::string detail)
{
    return fail(ErrorCode::usage, where, std::move(detail));
}

Expected<void> check(const LossTable& losses, const ControlRequest& request)
{
    if (request.eps.empty())
        return usage("--eps", "no level was given");
    for (const double level : request.eps)
        if (!std::isfinite(level) || level < 0)
            return usage("--eps", "a level is a number from 0 on");
    if (!(request.rule.delta > 0 && request.rule.delta < 1))
        return usage("--delta", "delta lies between 0 and 1");
    if (request.n == 0)
        return usage("--n", "at least one sample must calibrate");
    if (request.n > losses.samples)
        return usage("--n", std::to_string(request.n) + " calibration samples were asked for, and there are " +
                                std::to_string(losses.samples));
    if (request.trials == 0)
        return usage("--trials", "at least one trial is needed");
    if (request.order.empty())
        return {};
    if (request.trials > 1)
        return usage("--trials", "a given order of the samples makes one trial");
    if (request.order.size() < request.n)
        return usage("--order", "names " + std::to_string(request.order.size()) + " samples, fewer than --n");
    std::vector<bool> seen(losses.samples, false);
    for (const std::uint32_t position : request.order) {
        if (position >= losses.samples)
            return usage("--order", "names sample " + std::to_string(position) + ", and there are " +
                                        std::to_string(losses.samples));
        if (seen[position])
            return usage("--order", "names sample " + std::to_string(position) + " twice");
        seen[position] = true;
    }
    return {};
}

/// Mean of a row over the samples that are not calibration samples.
template <class Value>
double test_mean(std::span<const Value> row, double total, std::span<const std::uint32_t> calibration)
{
    double used = 0;
    for (const std::uint32_t i : calibration)
        used += static_cast<double>(row[i]);
    return (total - used) / static_cast<double>(row.size() - calibration.size());
}

template <class Value>
std::vector<double> row_totals(std::span<const Value> values, std::size_t samples)
{
    std::vector<double> totals;
    for (std::size_t begin = 0; begin < values.size(); begin += samples)
        totals.push_back(std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                         values.begin() + static_cast<std::ptrdiff_t>(begin + samples), 0.0));
    return totals;
}

/// One trial at one level.
struct TrialScore {
    std::optional<std::size_t> index;
    double risk = unknown;
    double cost = unknown;
};

LevelOutcome summarise(double eps, std::span<const TrialScore> scores)
{
    LevelOutcome outcome;
    outcome.eps = eps;
    const auto known = static_cast<double>(
        std::count_if(scores.begin(), scores.end(), [](const TrialScore& score) { return !std::isnan(score.risk); }));
    double squares = 0;
    for (const TrialScore& score : scores) {
        outcome.index.push_back(score.index);
        outcome.risk.push_back(score.risk);
        if (std::isnan(score.risk))
            continue;
        outcome.risk_mean += score.risk / known;
        outcome.cost_mean += score.cost / known;
        outcome.violations += score.risk > eps ? 1 / known : 0.0;
    }
    for (const TrialScore& score : scores)
        if (!std::isnan(score.risk))
            squares += (score.risk - outcome.risk_mean) * (score.risk - outcome.risk_mean);
    outcome.risk_error = std::sqrt(squares / std::max(1.0, known - 1));
    if (known == 0)
        outcome.risk_mean = outcome.cost_mean = outcome.violations = outcome.risk_error = unknown;
    return outcome;
}

}  // namespace

void draw_calibration(std::uint64_t seed, std::size_t trial, std::size_t samples, std::size_t n,
                      std::vector<std::uint32_t>& order)
{
    order.resize(samples);
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    Random random(mix64(mix64(seed) + trial));
    shuffle_first(order, n, random);
    order.resize(n);
}

Expected<std::vector<LevelOutcome>> control_risk(const LossTable& losses, std::span<const float> relative_cost,
                                                 const ControlRequest& request, Progress& progress)
{
    if (Expected<void> sensible = check(losses, request); !sensible)
        return forward(sensible);
    const std::size_t levels = request.eps.size();
    const std::vector<double> loss_totals = row_totals(std::span(losses.values), losses.samples);
    const std::vector<double> cost_totals = row_totals(relative_cost, losses.samples);
    const bool tests = request.n < losses.samples;

    std::vector<std::vector<TrialScore>> scores(levels, std::vector<TrialScore>(request.trials));
    progress.begin("Calibrating", request.trials);
    const unsigned threads = thread_count(request.threads, request.trials);
    std::vector<std::vector<std::uint32_t>> drawn(threads);
    const auto trial = [&](unsigned worker, std::size_t t) -> Expected<void> {
        if (progress.cancelled())
            return cancelled();
        std::vector<std::uint32_t>& calibration = drawn[worker];
        if (request.order.empty())
            draw_calibration(request.seed, t, losses.samples, request.n, calibration);
        else
            calibration.assign(request.order.begin(), request.order.begin() + static_cast<std::ptrdiff_t>(request.n));
        const auto chosen = choose(losses, calibration, request.rule, request.eps);
        for (std::size_t e = 0; e < levels; ++e) {
            TrialScore& score = scores[e][t];
            score.index = chosen[e];
            if (!tests)
                continue;
            if (!chosen[e]) {
                score.risk = request.against_full_model ? 0 : unknown;
                score.cost = request.against_full_model ? 1 : unknown;
                continue;
            }
            const std::size_t k = *chosen[e];
            score.risk = test_mean(losses.row(k), loss_totals[k], calibration);
            if (!relative_cost.empty())
                score.cost =
                    test_mean(relative_cost.subspan(k * losses.samples, losses.samples), cost_totals[k], calibration);
        }
        progress.advance();
        return {};
    };
    if (Expected<void> done = parallel_for(request.trials, threads, trial); !done)
        return forward(done);

    std::vector<LevelOutcome> outcomes;
    for (std::size_t e = 0; e < levels; ++e)
        outcomes.push_back(summarise(request.eps[e], scores[e]));
    return outcomes;
}

}  // namespace exitscope::risk
