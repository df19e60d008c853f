// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/risk/tail_bounds.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/math/distributions/binomial.hpp>

namespace exitscope::risk {
namespace {

/// The interval in which the bound's root is searched; outside it the bound is its nearer end, or B.
constexpr double least_mean = 1e-10;
constexpr double greatest_mean = 1 - 1e-10;

/// a ln(a / b), with 0 ln 0 = 0.
double relative_term(double a, double b)
{
    return a > 0 ? a * std::log(a / b) : 0.0;
}

}  // namespace

std::int64_t binomial_threshold(std::uint64_t n, double p, double factor, double level)
{
    const boost::math::binomial_distribution<double> successes(static_cast<double>(n), p);
    const auto within = [&](std::int64_t count) {
        return factor * boost::math::cdf(successes, static_cast<double>(count)) <= level;
    };
    std::int64_t below = -1;  // within the level, or -1
    std::int64_t above = static_cast<std::int64_t>(n) + 1;
    while (above - below > 1) {
        const std::int64_t middle = below + (above - below) / 2;
        (within(middle) ? below : above) = middle;
    }
    return below;
}

bool hoeffding_rejects(double mean, std::uint64_t n, double p, double level)
{
    const double a = std::min(mean, p);
    const double entropy = relative_term(a, p) + relative_term(1 - a, 1 - p);
    return std::exp(-static_cast<double>(n) * entropy) <= level;
}

void BettingBound::take(std::vector<double>& losses)
{
    std::swap(losses_, losses);
    bets_.resize(losses_.size());
    // bets_ first holds the variances, s2_{i-1} at i, so that the square roots below make one plain loop.
    double sum = 0.5;
    double squares = 0.25;
    double variance = 0.25;
    for (std::size_t i = 0; i < losses_.size(); ++i) {
        bets_[i] = variance;
        const double count = static_cast<double>(i) + 2;  // samples so far and the prior's one
        sum += losses_[i];
        const double deviation = losses_[i] - sum / count;
        squares += deviation * deviation;
        variance = squares / count;
    }
    const double scale = 2 * std::log(1 / delta_) / static_cast<double>(losses_.size());
    const double most = 1 / bound_;
    for (double& bet : bets_)
        bet = std::min(std::sqrt(scale / bet), most);
}

bool BettingBound::below(double eps) const
{
    if (eps > bound_)
        return true;
    if (!(eps > least_mean))
        return false;
    return wealth_passes(eps > greatest_mean ? 1.0 : eps);
}

bool BettingBound::wealth_passes(double m) const
{
    // The product is kept near 1 by powers of two, and compared with 1 / delta scaled alike.
    constexpr std::size_t block = 16;
    constexpr double small = 0x1p-256;
    constexpr double large = 0x1p256;
    double wealth = 1;
    int exponent = 0;
    double goal = 1 / delta_;
    for (std::size_t begin = 0; begin < losses_.size(); begin += block) {
        const std::size_t end = std::min(begin + block, losses_.size());
        double best = 0;
        for (std::size_t j = begin; j < end; ++j) {
            wealth *= 1 - bets_[j] * (losses_[j] - m);
            best = std::max(best, wealth);
        }
        if (best > goal)
            return true;
        if (wealth < small || wealth > large) {
            exponent += std::ilogb(wealth);
            wealth = std::scalbn(wealth, -std::ilogb(wealth));
            goal = std::scalbn(1 / delta_, -exponent);
        }
    }
    return false;
}

}  // namespace exitscope::risk
