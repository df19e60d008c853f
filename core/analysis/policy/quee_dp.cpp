// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/gates.h"
#include "core/analysis/policy/knob_policy.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/state_facts.h"
#include "core/analysis/policy/sweep.h"
#include "core/analysis/predict/features.h"
#include "core/analysis/predict/folds.h"
#include "core/analysis/predict/kmeans.h"
#include "core/analysis/predict/targets.h"
#include "core/base/parallel.h"

namespace exitscope::policy {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t cluster_count = 16;
/// Weight of the mean error and of the marginal of the next clusters, in samples.
constexpr double pseudo_counts = 4;
constexpr std::size_t lambda_count = 160;
constexpr double greatest_lambda = 100;
constexpr double least_lambda = 1e-4;

/// Clusters of one state's statistics.
struct Cells {
    predict::Standardiser standardise;
    predict::Clusters clusters{predict::Clusters::Centres::Zero(4, 1)};
    std::vector<std::uint32_t> of_row;  ///< cluster of every labelled sample of the fit split

    [[nodiscard]] std::size_t at(const run::Statistics& statistics) const
    {
        return clusters.nearest(standardise(statistics));
    }
    [[nodiscard]] std::size_t count() const { return clusters.count(); }
};

/// The best action in every cluster of a state at every lambda: 0 = leave, c + 1 = go to child c. [lambda][cluster]
using StatePlan = std::vector<std::uint8_t>;

/// Backward induction on the clusters (methods.md#quee-backward-induction), for one set of samples of the fit split.
class Planner {
public:
    Planner(const run::Run& run, const cost::Costs& costs, const std::vector<Cells>& cells,
            const predict::Errors& errors, std::span<const std::uint32_t> rows, const std::vector<bool>& leads)
        : run_(run), costs_(costs), error_(run.states.size()), next_(run.states.size())
    {
        for (std::size_t s = 0; s < run.states.size(); ++s) {
            if (!leads[s])
                continue;
            const auto clusters = static_cast<Index>(cells[s].count());
            VectorXd size = VectorXd::Zero(clusters);
            VectorXd wrong = VectorXd::Zero(clusters);
            for (const std::uint32_t row : rows) {
                size[cells[s].of_row[row]] += 1;
                wrong[cells[s].of_row[row]] += errors.wrong[s][row];
            }
            const double mean = rows.empty() ? 0.0 : wrong.sum() / double(rows.size());
            error_[s] = (wrong.array() + pseudo_counts * mean) / (size.array() + pseudo_counts);
            for (const StateIndex child : run.states[s].children) {
                if (!leads[child.at()]) {
                    next_[s].emplace_back();
                    continue;
                }
                MatrixXd moves = MatrixXd::Zero(clusters, static_cast<Index>(cells[child.at()].count()));
                for (const std::uint32_t row : rows)
                    moves(cells[s].of_row[row], cells[child.at()].of_row[row]) += 1;
                const Eigen::RowVectorXd marginal = moves.colwise().sum() / std::max<double>(1.0, double(rows.size()));
                moves += pseudo_counts * VectorXd::Ones(clusters) * marginal;
                moves.array().colwise() /= size.array() + pseudo_counts;
                next_[s].push_back(std::move(moves));
            }
        }
    }

    /// Appends the plans for one lambda.
    void plan(double lambda, std::vector<StatePlan>& plans) const
    {
        std::vector<VectorXd> value(run_.states.size());
        for (std::size_t s = run_.states.size(); s-- > 0;) {
            // No sample leaves at a state that is not offered. A state that leads to no offered one has no clusters.
            value[s] = error_[s];
            if (!costs_.offers(StateIndex(s)))
                value[s].setConstant(std::numeric_limits<double>::infinity());
            const std::size_t begin = plans[s].size();
            plans[s].resize(begin + static_cast<std::size_t>(value[s].size()), 0);
            for (std::size_t c = 0; c < next_[s].size(); ++c) {
                if (next_[s][c].size() == 0)
                    continue;
                const StateIndex child = run_.states[s].children[c];
                const double price = lambda * costs_.step[child.at()] / costs_.reference;
                const VectorXd onward = (next_[s][c] * value[child.at()]).array() + price;
                for (Index k = 0; k < value[s].size(); ++k) {
                    if (onward[k] < value[s][k]) {
                        value[s][k] = onward[k];
                        plans[s][begin + static_cast<std::size_t>(k)] = static_cast<std::uint8_t>(c + 1);
                    }
                }
            }
        }
    }

private:
    const run::Run& run_;
    const cost::Costs& costs_;
    std::vector<VectorXd> error_;              ///< [states] by cluster
    std::vector<std::vector<MatrixXd>> next_;  ///< [states][children]: cluster here -> cluster there
};

class PlanTracer final : public Tracer {
public:
    PlanTracer(const run::Run& run, const run::Split& split, std::span<const StateIndex> roots,
               const std::vector<Cells>& cells, const std::array<std::vector<StatePlan>, predict::folds + 1>& plans,
               std::span<const std::uint8_t> fold, std::size_t grid)
        : run_(run), split_(split), roots_(roots), cells_(cells), plans_(plans), fold_(fold), grid_(grid)
    {
    }

    std::span<const Sweep::Break> trace(SampleIndex sample, std::size_t rule) override
    {
        breaks_.clear();
        const std::size_t which = &split_ == &run_.fit ? fold_[sample.at()] : predict::all_folds;
        descend(plans_[which], sample, roots_[rule], 0, grid_);
        return breaks_;
    }

private:
    /// Decides at `state` for the grid positions [begin, end) that reach it.
    void descend(const std::vector<StatePlan>& plans, SampleIndex sample, StateIndex state, std::size_t begin,
                 std::size_t end)
    {
        const Cells& cells = cells_[state.at()];
        const std::size_t k = cells.at(split_.statistics[state.at()][sample.at()]);
        while (begin < end) {
            const std::uint8_t choice = plans[state.at()][begin * cells.count() + k];
            std::size_t until = begin + 1;
            while (until < end && plans[state.at()][until * cells.count() + k] == choice)
                ++until;
            if (choice == 0)
                breaks_.push_back({static_cast<std::uint32_t>(begin), state});
            else
                descend(plans, sample, run_.states[state.at()].children[choice - 1], begin, until);
            begin = until;
        }
    }

    const run::Run& run_;
    const run::Split& split_;
    std::span<const StateIndex> roots_;
    const std::vector<Cells>& cells_;
    const std::array<std::vector<StatePlan>, predict::folds + 1>& plans_;
    std::span<const std::uint8_t> fold_;
    std::size_t grid_;
    std::vector<Sweep::Break> breaks_;
};

/// The plan of the whole fit split at one lambda.
class PlanGates final : public Gates {
public:
    PlanGates(const run::Run& run, const std::vector<Cells>& cells, const std::vector<StatePlan>& plans,
              StateIndex root, std::size_t position, double lambda)
        : run_(run), cells_(cells), plans_(plans), root_(root), position_(position), lambda_(lambda)
    {
    }
    StateIndex root() const override { return root_; }
    StateIndex next(StateIndex state, const Visit& visit) override
    {
        const Cells& cells = cells_[state.at()];
        const std::uint8_t choice = plans_[state.at()][position_ * cells.count() + cells.at(visit.evidence.here)];
        return choice == 0 ? state : run_.states[state.at()].children[choice - 1];
    }
    std::optional<Judgement> judge(StateIndex state, const Visit& visit) override
    {
        const Cells& cells = cells_[state.at()];
        if (run_.states[state.at()].children.empty())
            return std::nullopt;
        return PlannedStep{cells.at(visit.evidence.here), cells.count(), lambda_};
    }
    bool reads(StateIndex) const override { return true; }

private:
    const run::Run& run_;
    const std::vector<Cells>& cells_;
    const std::vector<StatePlan>& plans_;
    StateIndex root_;
    std::size_t position_;
    double lambda_;
};

/// One rule per root state, lambda falling along the grid. Samples of the fit split follow the plan without their fold.
class PlanRules final : public KnobRules {
public:
    explicit PlanRules(const Context& context)
        : run_(context.run), roots_(offered_roots(context.run, context.costs)),
          fold_(predict::fold_of_samples(context.run.fit.samples, context.seed))
    {
        for (std::size_t i = 0; i <= lambda_count; ++i)
            lambdas_.push_back(greatest_lambda * std::pow(least_lambda / greatest_lambda, double(i) / lambda_count));
        lambdas_.push_back(0.0);

        const predict::Errors errors = predict::labelled_errors(run_, run_.fit);
        const std::vector<bool> leads = leads_to_offered(run_, context.costs);
        cells_.resize(run_.states.size());
        for_each_job(run_.states.size(), context.threads, [&](std::size_t s) {
            std::vector<run::Statistics> statistics;
            for (const std::uint32_t i : errors.samples)
                statistics.push_back(run_.fit.statistics[s][i]);
            Cells& cells = cells_[s];
            cells.standardise = predict::Standardiser(statistics);
            const predict::Features features = cells.standardise(statistics);
            predict::KMeansOptions options;
            options.clusters = cluster_count;
            options.seed = mix64(mix64(context.seed) + s);
            cells.clusters = predict::kmeans(features, options);
            cells.of_row = cells.clusters.nearest(features);
        });
        for_each_job(plans_.size(), context.threads, [&](std::size_t left_out) {
            std::vector<std::uint32_t> rows;
            for (std::size_t row = 0; row < errors.samples.size(); ++row)
                if (fold_[errors.samples[row]] != left_out)
                    rows.push_back(static_cast<std::uint32_t>(row));
            const Planner planner(run_, context.costs, cells_, errors, rows, leads);
            plans_[left_out].resize(run_.states.size());
            for (const double lambda : lambdas_)
                planner.plan(lambda, plans_[left_out]);
        });
    }
    std::size_t rules() const override { return roots_.size(); }
    std::span<const double> grid() const override { return lambdas_; }
    std::unique_ptr<Tracer> tracer(const run::Split& split) const override
    {
        return std::make_unique<PlanTracer>(run_, split, roots_, cells_, plans_, fold_, lambdas_.size());
    }
    GatesPtr gates(std::size_t rule, std::size_t position) const override
    {
        return std::make_unique<PlanGates>(run_, cells_, plans_[predict::all_folds], roots_[rule], position,
                                           lambdas_[position]);
    }

private:
    const run::Run& run_;
    std::vector<StateIndex> roots_;
    std::vector<std::uint8_t> fold_;  ///< [fit samples]
    std::vector<double> lambdas_;     ///< descending
    std::vector<Cells> cells_;        ///< [states]
    std::array<std::vector<StatePlan>, predict::folds + 1> plans_;
};

Expected<FittedPtr> fit_quee_dp(const Context& context)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    return fit_knob(context, std::make_shared<PlanRules>(context));
}

}  // namespace

constinit const Info quee_dp_policy{
    .name = "quee-dp",
    .title = "QuEE (backward induction)",
    .description =
        translatable("core", "QuEE by exact backward induction over clusters of the gates' features and the moves "
                             "between them"),
    .line = {5, Dash::dashed, 1.6},
    .fit = fit_quee_dp,
};

}  // namespace exitscope::policy
