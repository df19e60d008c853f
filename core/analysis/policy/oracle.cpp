// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/analysis/policy/knob_policy.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/sweep.h"

namespace exitscope::policy {
namespace {

/// The label-knowing minimiser of err + lambda C (methods.md#baselines-and-bounds). With 0/1 errors it takes the
/// cheapest right state if that costs at most 1/lambda more than the cheapest state of all, else the cheapest state. So
/// it changes only where 1/lambda passes a state's extra cost, and one grid position for each extra cost gives its hull
/// exactly.
class OracleRules final : public KnobRules {
public:
    explicit OracleRules(const cost::Costs& costs, bool any_price)
    {
        for (std::size_t s = 0; s < costs.state.size(); ++s)
            order_.emplace_back(s);
        std::stable_sort(order_.begin(), order_.end(),
                         [&](StateIndex a, StateIndex b) { return costs.state[a.at()] < costs.state[b.at()]; });
        double before = -1;
        for (const StateIndex state : order_) {
            const double extra = costs.relative(state) - costs.relative(order_.front());
            if (extra > before && !any_price)
                lambdas_.push_back(extra > 0 ? 1 / extra : lambda_of_cheapest);
            before = extra;
            position_.push_back(any_price ? 0 : static_cast<std::uint32_t>(lambdas_.size() - 1));
        }
        if (any_price)
            lambdas_.push_back(0.0);
    }
    std::size_t rules() const override { return 1; }
    std::span<const double> grid() const override { return lambdas_; }
    std::unique_ptr<Tracer> tracer(const run::Split& split) const override;

    [[nodiscard]] std::span<const StateIndex> order() const { return order_; }
    [[nodiscard]] std::uint32_t position(std::size_t rank) const { return position_[rank]; }

private:
    /// A lambda so large that only the cheapest state is worth its cost.
    static constexpr double lambda_of_cheapest = 1e6;

    std::vector<StateIndex> order_;        ///< cheapest first
    std::vector<std::uint32_t> position_;  ///< of order_: grid position from which the state is affordable
    std::vector<double> lambdas_;          ///< descending
};

class OracleTracer final : public Tracer {
public:
    OracleTracer(const OracleRules& rules, const run::Split& split) : rules_(rules), split_(split) {}

    std::span<const Sweep::Break> trace(SampleIndex sample, std::size_t) override
    {
        const std::span<const StateIndex> order = rules_.order();
        breaks_.assign(1, {0, order.front()});
        if (!split_.labelled())
            return breaks_;
        for (std::size_t rank = 0; rank < order.size(); ++rank) {
            if (!split_.correct(order[rank], sample))
                continue;
            if (rules_.position(rank) == 0)
                breaks_.front().state = order[rank];
            else
                breaks_.push_back({rules_.position(rank), order[rank]});
            break;
        }
        return breaks_;
    }

private:
    const OracleRules& rules_;
    const run::Split& split_;
    std::vector<Sweep::Break> breaks_;
};

std::unique_ptr<Tracer> OracleRules::tracer(const run::Split& split) const
{
    return std::make_unique<OracleTracer>(*this, split);
}

Expected<FittedPtr> fit_with(const Context& context, bool any_price)
{
    if (!context.run.test.labelled())
        return bad_input("oracle", "an oracle reads the labels of the test split, and it has none");
    return fit_knob(context, std::make_shared<OracleRules>(context.costs, any_price));
}

Expected<FittedPtr> fit_oracle(const Context& context)
{
    return fit_with(context, false);
}

/// The oracle for which being right is worth any price: one point.
Expected<FittedPtr> fit_oracle_cheapest(const Context& context)
{
    return fit_with(context, true);
}

}  // namespace

constinit const Info oracle_policy{
    .name = "oracle",
    .title = "Oracle",
    .description =
        translatable("core", "Knows the labels and minimises error plus lambda times cost: no policy lies above it"),
    .line = {6, Dash::dotted, 1.4},
    .oracle = true,
    .fit = fit_oracle,
};

constinit const Info oracle_cheapest_policy{
    .name = "oracle-cheapest",
    .title = "Oracle (cheapest correct)",
    .description =
        translatable("core", "Knows the labels and takes the cheapest state that is right, or the cheapest of all "
                             "if none is"),
    .line = {6, Dash::dash_dot_dot, 1.2},
    .oracle = true,
    .fit = fit_oracle_cheapest,
};

}  // namespace exitscope::policy
