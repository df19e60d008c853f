// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/risk/selection.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <utility>

#include "core/analysis/risk/tail_bounds.h"

namespace exitscope::risk {
namespace {

using Choice = std::optional<std::size_t>;

constexpr std::pair<Method, std::string_view> names[] = {
    {Method::naive, "naive"}, {Method::crc, "crc"}, {Method::ucb, "ucb"}, {Method::ltt, "ltt"}};

/// Sums of losses that ought to be equal may differ by rounding; ties count as equal.
constexpr double rounding = 1e-9;

double sum_of(std::span<const double> row, std::span<const std::uint32_t> samples)
{
    double sum = 0;
    for (const std::uint32_t i : samples)
        sum += row[i];
    return sum;
}

double positive_sum(std::span<const double> row, std::span<const std::uint32_t> samples)
{
    double sum = 0;
    for (const std::uint32_t i : samples)
        sum += std::max(row[i], 0.0);
    return sum;
}

/// Largest admissible knob of every level; `admits(sum, eps)` judges the sum of the losses.
std::vector<Choice> last_admissible(const LossTable& table, std::span<const std::uint32_t> samples,
                                    std::span<const double> eps, const std::function<bool(double, double)>& admits)
{
    std::vector<Choice> chosen(eps.size());
    std::size_t open = eps.size();
    for (std::size_t k = table.knobs; k-- > 0 && open > 0;) {
        const double sum = sum_of(table.row(k), samples);
        for (std::size_t e = 0; e < eps.size(); ++e) {
            if (!chosen[e] && admits(sum, eps[e])) {
                chosen[e] = k;
                --open;
            }
        }
    }
    return chosen;
}

/// Last knob of the initial run of passed tests of every level: `look(k)` prepares knob k, `passes(e)` tests level e.
std::vector<Choice> initial_run(std::size_t knobs, std::size_t levels, const std::function<void(std::size_t)>& look,
                                const std::function<bool(std::size_t)>& passes)
{
    std::vector<Choice> chosen(levels);
    std::vector<bool> running(levels, true);
    std::size_t open = levels;
    for (std::size_t k = 0; k < knobs && open > 0; ++k) {
        look(k);
        for (std::size_t e = 0; e < levels; ++e) {
            if (!running[e])
                continue;
            if (passes(e))
                chosen[e] = k;
            else {
                running[e] = false;
                --open;
            }
        }
    }
    return chosen;
}

std::vector<Choice> choose_crc(const LossTable& table, std::span<const std::uint32_t> samples, const Rule& rule,
                               std::span<const double> eps)
{
    const double n = static_cast<double>(samples.size());
    const auto admits = [n, &rule](double sum, double level) { return sum <= (n + 1) * level - rule.bound + rounding; };
    if (!rule.monotone)
        return last_admissible(table, samples, eps, admits);
    std::vector<double> largest(samples.size(), -rule.bound);
    double sum = 0;
    const auto look = [&](std::size_t k) {
        const std::span<const double> row = table.row(k);
        sum = 0;
        for (std::size_t j = 0; j < samples.size(); ++j)
            sum += largest[j] = std::max(largest[j], row[samples[j]]);
    };
    return initial_run(table.knobs, eps.size(), look, [&](std::size_t e) { return admits(sum, eps[e]); });
}

std::vector<Choice> choose_ucb(const LossTable& table, std::span<const std::uint32_t> samples, const Rule& rule,
                               std::span<const double> eps)
{
    BettingBound bound(rule.delta, rule.bound);
    std::vector<double> sequence;
    const auto look = [&](std::size_t k) {
        const std::span<const double> row = table.row(k);
        sequence.resize(samples.size());
        std::transform(samples.begin(), samples.end(), sequence.begin(), [row](std::uint32_t i) { return row[i]; });
        bound.take(sequence);
    };
    return initial_run(table.knobs, eps.size(), look, [&](std::size_t e) { return bound.below(eps[e]); });
}

std::vector<Choice> choose_ltt(const LossTable& table, std::span<const std::uint32_t> samples, const Rule& rule,
                               std::span<const double> eps)
{
    const std::size_t n = samples.size();
    const double scale = rule.zero_one ? 1.0 : rule.ltt_bound;
    std::vector<std::int64_t> counts;  // largest count of every level that passes
    for (const double level : eps)
        counts.push_back(
            binomial_threshold(n, std::min(level / scale, 1.0), rule.zero_one ? 1.0 : std::numbers::e, rule.delta));
    double sum = 0;
    const auto look = [&](std::size_t k) { sum = positive_sum(table.row(k), samples) / scale; };
    const auto passes = [&](std::size_t e) {
        const double p = eps[e] / scale;
        if (p > 1)  // losses are at most 1
            return true;
        if (std::ceil(sum - rounding) <= static_cast<double>(counts[e]))
            return true;
        return !rule.zero_one && hoeffding_rejects(sum / static_cast<double>(n), n, p, rule.delta);
    };
    return initial_run(table.knobs, eps.size(), look, passes);
}

std::vector<Choice> choose_safely(const LossTable& table, std::span<const std::uint32_t> samples, const Rule& rule,
                                  std::span<const double> eps)
{
    const auto below = [n = static_cast<double>(samples.size())](double sum, double level) {
        return sum < level * n - rounding;
    };
    switch (rule.method) {
    case Method::naive: return last_admissible(table, samples, eps, below);
    case Method::crc: return choose_crc(table, samples, rule, eps);
    case Method::ucb: return choose_ucb(table, samples, rule, eps);
    case Method::ltt: return choose_ltt(table, samples, rule, eps);
    }
    return std::vector<Choice>(eps.size());
}

}  // namespace

std::optional<Method> parse_method(std::string_view text)
{
    for (const auto& [method, known] : names)
        if (known == text)
            return method;
    return std::nullopt;
}

std::string_view name(Method method)
{
    return std::find_if(std::begin(names), std::end(names), [method](const auto& n) { return n.first == method; })
        ->second;
}

std::vector<Choice> choose(const LossTable& table, std::span<const std::uint32_t> calibration, const Rule& rule,
                           std::span<const double> eps)
{
    std::vector<Choice> chosen = choose_safely(table, calibration, rule, eps);
    if (!rule.reference_compatible)
        return chosen;
    for (Choice& choice : chosen) {
        if (rule.method == Method::ltt)
            choice = std::min(choice ? *choice + 1 : 0, table.knobs - 1);
        else
            choice = choice.value_or(0);
    }
    return chosen;
}

}  // namespace exitscope::risk
