// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cmath>
#include <optional>

#include "core/analysis/analyse/curve.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/report/comparison.h"
#include "core/analysis/report/sections.h"
#include "core/analysis/report/text.h"

namespace exitscope::report {
namespace {

constexpr std::array budgets = {0.25, 0.5, 0.75};
constexpr std::array drops = {0.0, 0.005, 0.01};
constexpr std::size_t columns = budgets.size() + drops.size() + 1;

/// Whether less is better in a column.
constexpr bool smaller(std::size_t column)
{
    return column >= budgets.size() && column < budgets.size() + drops.size();
}

using Values = std::array<std::optional<double>, columns>;

Values values_of(const analyse::Curve& curve, double full_accuracy)
{
    Values values;
    std::size_t column = 0;
    for (const double budget : budgets)
        values[column++] = accuracy_at(curve, budget);
    for (const double drop : drops)
        values[column++] = cost_at(curve, full_accuracy - drop);
    values[column] = curve.area;
    return values;
}

/// Oracles are bounds, which are never marked as best.
bool competes(const analyse::PolicyResult& policy)
{
    return !policy.info || !policy.info->oracle;
}

Values best_of(const std::vector<analyse::PolicyResult>& policies, const std::vector<Values>& rows)
{
    Values best;
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < columns && competes(policies[r]); ++c)
            if (rows[r][c] && (!best[c] || (smaller(c) ? *rows[r][c] < *best[c] : *rows[r][c] > *best[c])))
                best[c] = rows[r][c];
    return best;
}

Table comparison(const Page& page)
{
    Table table;
    table.head = {"Method",         "accuracy at 25 %", "at 50 %", "at 75 % cost", "cost at full accuracy",
                  "at −0.5 points", "at −1 point",      "area"};
    const std::vector<analyse::PolicyResult>& policies = page.content.policies;
    std::vector<Values> rows;
    rows.reserve(policies.size());
    for (const analyse::PolicyResult& policy : policies)
        rows.push_back(values_of(policy.curve, page.full_accuracy));
    const Values best = best_of(policies, rows);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::string& name = policies[r].curve.policy;
        Table::Row line = row({policy::title(name) + (competes(policies[r]) ? "" : " (bound)")},
                              name == page.content.decisions.policy);
        for (std::size_t c = 0; c < columns; ++c) {
            const std::optional<double> value = rows[r][c];
            line.cells.push_back({value ? percent(*value, smaller(c) ? 1 : 2) : "–",
                                  value && competes(policies[r]) && value == best[c]});
        }
        table.rows.push_back(std::move(line));
    }
    return table;
}

}  // namespace

void add_trade_off(Page& page)
{
    page.section("Accuracy against cost", "trade-off");
    page.figure("trade-off");
    if (!page.labelled() || page.content.policies.empty())
        return;
    page.add(comparison(page));
    page.note(
        "Cost: share of the full model's " + page.cost_title() +
        ". Best of each column in bold; the method of the operating point is shaded. Full accuracy is " +
        percent(page.full_accuracy) + ". Area: mean accuracy over costs from " +
        percent(page.content.policies.front().curve.area_low, 1) +
        " to 100 %. “–”: never reached, or below the cheapest point. With " + grouped(page.run.test.samples) +
        " test images the standard error of an accuracy is about " +
        decimal(100 * std::sqrt(page.full_accuracy * (1 - page.full_accuracy) / double(page.run.test.samples)), 2) +
        " points; smaller differences between methods on the same images may still be real, but are not tested "
        "here.");
}

}  // namespace exitscope::report
