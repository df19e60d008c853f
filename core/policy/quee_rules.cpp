// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/policy/quee_rules.h"

#include <algorithm>
#include <cmath>

namespace exitscope::policy {
namespace {

using Break = Sweep::Break;

/// The geometric part of the grid of lambda.
constexpr std::size_t lambda_count = 240;
constexpr double greatest_lambda = 100;
constexpr double least_lambda = 1e-4;

/// What one gate may decide.
struct Gate {
    struct Option {
        double cost;           ///< relative cost of the terminal
        std::uint32_t output;  ///< position among the predictor's terminals
        StateIndex next;       ///< the gate itself (leave), or where to go: the child on the way to the terminal, or,
                               ///< when all is decided at once, the terminal
    };
    std::vector<Option> options;  ///< cheapest first
    std::size_t outputs = 0;      ///< of the predictor that the options need
    std::size_t depth = 0;        ///< gates before this one
};

class QueeTracer final : public Tracer {
public:
    QueeTracer(const run::Split& split, bool held_out, const error::Predictors& predictors,
               const std::vector<Gate>& gates, std::span<const StateIndex> roots, std::span<const double> lambdas,
               std::size_t depth, bool replan)
        : split_(split), held_out_(held_out), predictors_(predictors), gates_(gates), roots_(roots), lambdas_(lambdas),
          replan_(replan), scratch_(depth)
    {
    }

    std::span<const Break> trace(SampleIndex sample, std::size_t rule) override
    {
        breaks_.clear();
        descend(sample, roots_[rule], 0, lambdas_.size());
        return breaks_;
    }

private:
    struct Scratch {
        std::vector<float> error;
        std::vector<const Gate::Option*> hull;
    };

    /// Decides at `state` for the grid positions [begin, end) that reach it. As lambda falls, the minimiser of
    /// error + lambda * cost walks along the lower convex hull of the options' (cost, error).
    void descend(SampleIndex sample, StateIndex state, std::size_t begin, std::size_t end)
    {
        const Gate& gate = gates_[state.at()];
        if (gate.options.size() == 1) {
            leave(state, begin);
            return;
        }
        Scratch& scratch = scratch_[gate.depth];
        scratch.error.resize(gate.outputs);
        const run::Statistics& statistics = split_.statistics[state.at()][sample.at()];
        if (held_out_)
            predictors_.predict_held_out(state, sample, statistics, scratch.error);
        else
            predictors_.predict(state, statistics, scratch.error);
        build_hull(gate, scratch);

        std::size_t vertex = 0;
        while (begin < end) {
            const StateIndex next = scratch.hull[vertex]->next;
            std::size_t until = end;
            // Vertices that ask for the same next step share one interval.
            for (++vertex; vertex < scratch.hull.size(); ++vertex) {
                if (scratch.hull[vertex]->next != next) {
                    until = first_preferring(scratch, vertex, begin, end);
                    break;
                }
            }
            if (until > begin && (next == state || !replan_))
                leave(next, begin);
            else if (until > begin)
                descend(sample, next, begin, until);
            begin = until;
        }
    }

    void leave(StateIndex state, std::size_t begin) { breaks_.push_back({static_cast<std::uint32_t>(begin), state}); }

    static double error(const Scratch& scratch, const Gate::Option& option)
    {
        return static_cast<double>(scratch.error[option.output]);
    }

    static void build_hull(const Gate& gate, Scratch& scratch)
    {
        std::vector<const Gate::Option*>& hull = scratch.hull;
        hull.clear();
        for (const Gate::Option& option : gate.options) {
            const double e = error(scratch, option);
            if (!hull.empty() && !(e < error(scratch, *hull.back())))
                continue;
            while (hull.size() >= 2) {
                const Gate::Option& a = *hull[hull.size() - 2];
                const Gate::Option& b = *hull.back();
                const double turn = (error(scratch, a) - error(scratch, b)) * (option.cost - a.cost) -
                                    (error(scratch, a) - e) * (b.cost - a.cost);
                if (turn > 0)
                    break;
                hull.pop_back();
            }
            if (hull.size() == 1 && !(option.cost > hull.front()->cost))
                hull.pop_back();
            hull.push_back(&option);
        }
    }

    /// First grid position at which hull vertex `v` beats the one before it.
    [[nodiscard]] std::size_t first_preferring(const Scratch& scratch, std::size_t v, std::size_t begin,
                                               std::size_t end) const
    {
        const Gate::Option& cheap = *scratch.hull[v - 1];
        const Gate::Option& dear = *scratch.hull[v];
        const double gain = error(scratch, cheap) - error(scratch, dear);
        const double extra = dear.cost - cheap.cost;
        const auto first = lambdas_.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = lambdas_.begin() + static_cast<std::ptrdiff_t>(end);
        return static_cast<std::size_t>(
            std::partition_point(first, last, [&](double lambda) { return lambda * extra >= gain; }) -
            lambdas_.begin());
    }

    const run::Split& split_;
    bool held_out_;  ///< the split is the one that the predictors were fitted on
    const error::Predictors& predictors_;
    const std::vector<Gate>& gates_;
    std::span<const StateIndex> roots_;
    std::span<const double> lambdas_;
    bool replan_;
    std::vector<Scratch> scratch_;  ///< one a depth of the graph
    std::vector<Break> breaks_;
};

std::vector<Gate> make_gates(const run::Run& run, const cost::Costs& costs, const error::Predictors& predictors,
                             const QueeOptions& options)
{
    std::vector<Gate> gates(run.states.size());
    for (std::size_t s = 0; s < gates.size(); ++s) {
        Gate& gate = gates[s];
        if (const auto parent = run.states[s].parent)
            gate.depth = gates[parent->at()].depth + 1;
        const std::span<const StateIndex> terminals = predictors.terminals(StateIndex(s));
        for (std::size_t t = 0; t < terminals.size(); ++t) {
            StateIndex next = terminals[t];
            if (next != StateIndex(s) && !run::obeys(options.schedule, run.states[next.at()].path))
                continue;
            while (options.replan && next != StateIndex(s) && run.states[next.at()].parent != StateIndex(s))
                next = *run.states[next.at()].parent;
            gate.options.push_back({costs.relative(terminals[t]), static_cast<std::uint32_t>(t), next});
            gate.outputs = t + 1;
        }
        std::stable_sort(gate.options.begin(), gate.options.end(),
                         [](const Gate::Option& a, const Gate::Option& b) { return a.cost < b.cost; });
    }
    return gates;
}

/// First a lambda at which every gate prefers its cheapest option whatever the predictions; then geometric; then 0.
std::vector<double> make_lambdas(const std::vector<Gate>& gates)
{
    double least_step = 1.0;
    for (const Gate& gate : gates)
        for (std::size_t i = 1; i < gate.options.size(); ++i)
            if (const double step = gate.options[i].cost - gate.options.front().cost; step > 0)
                least_step = std::min(least_step, step);
    std::vector<double> lambdas{1.0 / least_step};
    const double start = std::min(lambdas.front(), greatest_lambda);
    for (std::size_t i = 1; i <= lambda_count; ++i)
        lambdas.push_back(start * std::pow(least_lambda / start, static_cast<double>(i) / lambda_count));
    lambdas.push_back(0.0);
    return lambdas;
}

class QueeRules final : public KnobRules {
public:
    QueeRules(const run::Run& run, const cost::Costs& costs, error::PredictorsPtr predictors,
              const QueeOptions& options)
        : fit_(run.fit), predictors_(std::move(predictors)), gates_(make_gates(run, costs, *predictors_, options)),
          roots_(run.roots().begin(), run.roots().end()), lambdas_(make_lambdas(gates_)), replan_(options.replan)
    {
        for (const Gate& gate : gates_)
            depth_ = std::max(depth_, gate.depth + 1);
    }
    std::size_t rules() const override { return roots_.size(); }
    std::span<const double> grid() const override { return lambdas_; }
    std::unique_ptr<Tracer> tracer(const run::Split& split) const override
    {
        return std::make_unique<QueeTracer>(split, &split == &fit_, *predictors_, gates_, roots_, lambdas_, depth_,
                                            replan_);
    }

private:
    const run::Split& fit_;
    error::PredictorsPtr predictors_;
    std::vector<Gate> gates_;  ///< [states]
    std::vector<StateIndex> roots_;
    std::vector<double> lambdas_;  ///< descending
    std::size_t depth_ = 0;
    bool replan_;
};

}  // namespace

std::shared_ptr<const KnobRules> quee_rules(const run::Run& run, const cost::Costs& costs,
                                            error::PredictorsPtr predictors, const QueeOptions& options)
{
    return std::make_shared<QueeRules>(run, costs, std::move(predictors), options);
}

}  // namespace exitscope::policy
