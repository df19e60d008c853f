// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/eero.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analysis/policy/exit_shares.h"
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/state_facts.h"
#include "core/base/parallel.h"

namespace exitscope::policy {
namespace {

/// Temperatures tried, in units of error; the fit split chooses among them.
constexpr double temperatures[] = {0.003, 0.01, 0.03, 0.1, 0.3, 1.0};
constexpr double path_temperatures[] = {0.01, 0.1};
constexpr std::size_t budgets = 101;
constexpr std::size_t path_budgets = 51;

double mean_cost(std::span<const double> shares, std::span<const double> cost)
{
    return std::inner_product(shares.begin(), shares.end(), cost.begin(), 0.0);
}

/// One chain at one temperature: risks and costs on the fit split, the budget as knob.
ChainRule eero_rule(const Context& context, const std::vector<double>& accuracy, const Chain& chain, double temperature,
                    std::span<const double> grid)
{
    std::vector<double> risk;
    std::vector<double> cost;
    for (const StateIndex state : chain) {
        risk.push_back(1 - accuracy[state.at()]);
        cost.push_back(context.costs.relative(state));
    }
    const auto shares_at = [&](std::size_t setting) {
        const double budget = std::max(grid[setting], *std::min_element(cost.begin(), cost.end()));
        return *eero_probabilities(risk, cost, temperature, budget);
    };
    return rule_of_shares(context.run, chain, confidence_scorer(chain, context.seed), grid.size(), shares_at);
}

Expected<FittedPtr> fit_chains(const Context& context, const std::vector<Chain>& chains,
                               std::span<const double> temperatures_tried, std::size_t settings)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    double least = 1;
    for (const Chain& chain : chains)
        for (const StateIndex state : chain)
            least = std::min(least, context.costs.relative(state));
    std::vector<double> grid;
    for (std::size_t b = 0; b < settings; ++b)
        grid.push_back(least + (1 - least) * static_cast<double>(b) / static_cast<double>(settings - 1));

    const std::vector<double> accuracy = state_accuracy(context.run);
    std::vector<ChainRule> rules(chains.size() * temperatures_tried.size());
    for_each_job(rules.size(), context.threads, [&](std::size_t r) {
        rules[r] = eero_rule(context, accuracy, chains[r / temperatures_tried.size()],
                             temperatures_tried[r % temperatures_tried.size()], grid);
    });
    return fit_knob(context, exit_rules(std::move(grid), std::move(rules)));
}

}  // namespace

std::vector<double> eero_shares(std::span<const double> risk, std::span<const double> cost, double temperature,
                                double mu)
{
    std::vector<double> shares(risk.size());
    for (std::size_t l = 0; l < shares.size(); ++l)
        shares[l] = -(risk[l] + mu * cost[l]) / temperature;
    const double highest = *std::max_element(shares.begin(), shares.end());
    for (double& share : shares)
        share = std::exp(share - highest);
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double& share : shares)
        share /= sum;
    return shares;
}

std::optional<std::vector<double>> eero_probabilities(std::span<const double> risk, std::span<const double> cost,
                                                      double temperature, double budget)
{
    if (!(budget >= *std::min_element(cost.begin(), cost.end())))
        return std::nullopt;
    std::vector<double> shares = eero_shares(risk, cost, temperature, 0);
    if (mean_cost(shares, cost) <= budget)
        return shares;
    constexpr double greatest_price = 1e15;
    constexpr int steps = 200;
    double low = 0;
    double high = temperature;
    while (mean_cost(eero_shares(risk, cost, temperature, high), cost) > budget && high < greatest_price)
        high *= 2;
    for (int i = 0; i < steps && low < high; ++i) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high)
            break;
        (mean_cost(eero_shares(risk, cost, temperature, middle), cost) > budget ? low : high) = middle;
    }
    return eero_shares(risk, cost, temperature, high);
}

namespace {

Expected<FittedPtr> fit_eero(const Context& context)
{
    return fit_chains(context, {chain_to(context.run, context.run.full())}, temperatures, budgets);
}

/// (exit, precision) pairs along every precision path to the last exit; the fit split chooses path and temperature.
Expected<FittedPtr> fit_eero_paths(const Context& context)
{
    std::vector<Chain> chains;
    for (std::size_t s = 0; s < context.run.states.size(); ++s)
        if (context.run.states[s].children.empty() && context.costs.offers(StateIndex(s)))
            chains.push_back(chain_to(context.run, StateIndex(s)));
    return fit_chains(context, chains, path_temperatures, path_budgets);
}

}  // namespace

constinit const Info eero_policy{
    .name = "eero",
    .title = "EERO",
    .description =
        translatable("core", "Weighs the exits exponentially by risk and cost under a budget and takes survivors' "
                             "quantiles of the largest probability as thresholds; highest precision"),
    .line = {2, Dash::dashed, 1.8},
    .fit = fit_eero,
};

constinit const Info eero_paths_policy{
    .name = "eero-paths",
    .title = "EERO (paths)",
    .description = translatable("core", "EERO on the exits of one fixed mixed-precision path, chosen on the fit split"),
    .line = {2, Dash::dotted, 1.6},
    .fit = fit_eero_paths,
};

}  // namespace exitscope::policy
