// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <numeric>

#include "core/analysis/policy/exit_shares.h"
#include "core/analysis/policy/policies.h"

namespace exitscope::policy {
namespace {

constexpr std::size_t settings = 121;
/// ln p from -greatest to greatest: everybody at the first exit to everybody at the last.
constexpr double greatest_log = 12;

/// Shares proportional to p^k, k = 1..exits, for any ln p without overflow.
std::vector<double> geometric_shares(double log_p, std::size_t exits)
{
    std::vector<double> shares(exits);
    const double highest = log_p > 0 ? log_p * static_cast<double>(exits - 1) : 0.0;
    for (std::size_t k = 0; k < exits; ++k)
        shares[k] = std::exp(log_p * static_cast<double>(k) - highest);
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double& share : shares)
        share /= sum;
    return shares;
}

/// Budgeted batch classification of MSDNet (Huang et al. 2018): the knob is p.
Expected<FittedPtr> fit_msdnet(const Context& context)
{
    const Chain chain = chain_to(context.run, context.run.full());
    std::vector<double> logs;
    std::vector<double> grid;
    for (std::size_t i = 0; i < settings; ++i) {
        logs.push_back(greatest_log * (2.0 * static_cast<double>(i) / static_cast<double>(settings - 1) - 1.0));
        grid.push_back(std::exp(logs.back()));
    }
    ChainRule rule = rule_of_shares(context.run, chain, confidence_scorer(chain, context.seed), settings,
                                    [&](std::size_t setting) { return geometric_shares(logs[setting], chain.size()); });
    return fit_knob(context, exit_rules(std::move(grid), {std::move(rule)}));
}

}  // namespace

constinit const Info msdnet_policy{
    .name = "msdnet",
    .title = "MSDNet",
    .description =
        translatable("core", "Exit shares that fall or rise geometrically from exit to exit; highest precision"),
    .line = {3, Dash::dash_dot, 1.6},
    .fit = fit_msdnet,
};

}  // namespace exitscope::policy
