// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/quee_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analysis/policy/gates.h"
#include "core/analysis/policy/state_facts.h"
#include "core/analysis/policy/sweep.h"

namespace exitscope::policy {
namespace {

using Break = Sweep::Break;

/// The geometric part of the grid of lambda.
constexpr std::size_t lambda_count = 240;
constexpr double greatest_lambda = 100;
constexpr double least_lambda = 1e-4;

/// The terminals that one gate may choose.
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

/// One rule: what the gates may decide, and where all samples start.
struct QueeRule {
    const std::vector<Gate>* gates;  ///< [states]
    StateIndex root;
};

/// The options that a gate can choose for one sample at any lambda: as lambda falls, the minimiser of
/// error + lambda * cost walks along the lower convex hull of the options' (cost, error).
class Hull {
public:
    /// `errors`: of the gate's first `outputs` terminals; must outlive the hull's use.
    void build(const Gate& gate, std::span<const float> errors)
    {
        error_ = errors;
        vertices_.clear();
        for (const Gate::Option& option : gate.options) {
            const double e = error(option);
            if (!vertices_.empty() && !(e < error(*vertices_.back())))
                continue;
            while (vertices_.size() >= 2) {
                const Gate::Option& a = *vertices_[vertices_.size() - 2];
                const Gate::Option& b = *vertices_.back();
                const double turn = (error(a) - error(b)) * (option.cost - a.cost) - (error(a) - e) * (b.cost - a.cost);
                if (turn > 0)
                    break;
                vertices_.pop_back();
            }
            if (vertices_.size() == 1 && !(option.cost > vertices_.front()->cost))
                vertices_.pop_back();
            vertices_.push_back(&option);
        }
    }

    [[nodiscard]] std::size_t size() const { return vertices_.size(); }
    [[nodiscard]] StateIndex next(std::size_t vertex) const { return vertices_[vertex]->next; }
    /// True while the vertex before `vertex` is as good as it.
    [[nodiscard]] bool prefers_before(std::size_t vertex, double lambda) const
    {
        const Gate::Option& cheap = *vertices_[vertex - 1];
        const Gate::Option& dear = *vertices_[vertex];
        return lambda * (dear.cost - cheap.cost) >= error(cheap) - error(dear);
    }

private:
    [[nodiscard]] double error(const Gate::Option& option) const { return static_cast<double>(error_[option.output]); }

    std::span<const float> error_;
    std::vector<const Gate::Option*> vertices_;
};

/// Predicted errors of one sample at a time, made once a state however many rules ask for them.
class Forecasts {
public:
    /// `outputs` [states]: how many terminals are asked for.
    Forecasts(const std::vector<run::State>& states, const run::Split& split, bool held_out,
              const predict::Predictors& predictors, std::span<const std::size_t> outputs)
        : states_(states), split_(split), held_out_(held_out), predictors_(predictors), begin_{0},
          made_for_(outputs.size(), nothing)
    {
        for (const std::size_t count : outputs)
            begin_.push_back(begin_.back() + count);
        errors_.resize(begin_.back());
    }

    [[nodiscard]] std::span<const float> at(SampleIndex sample, StateIndex state)
    {
        const std::span<float> out =
            std::span(errors_).subspan(begin_[state.at()], begin_[state.at() + 1] - begin_[state.at()]);
        if (made_for_[state.at()] == sample.at())
            return out;
        made_for_[state.at()] = sample.at();
        const run::Evidence evidence = run::evidence(states_, split_, state, sample);
        if (held_out_)
            predictors_.compare_held_out(state, sample, evidence, out);
        else
            predictors_.compare(state, evidence, out);
        return out;
    }

private:
    static constexpr std::size_t nothing = std::numeric_limits<std::size_t>::max();

    const std::vector<run::State>& states_;
    const run::Split& split_;
    bool held_out_;  ///< the split is the one that the predictors were fitted on
    const predict::Predictors& predictors_;
    std::vector<std::size_t> begin_;     ///< [states + 1] into errors_
    std::vector<std::size_t> made_for_;  ///< [states] the sample
    std::vector<float> errors_;
};

class QueeTracer final : public Tracer {
public:
    QueeTracer(Forecasts forecasts, std::span<const QueeRule> rules, std::span<const double> lambdas, std::size_t depth,
               bool replan)
        : forecasts_(std::move(forecasts)), rules_(rules), lambdas_(lambdas), replan_(replan), hulls_(depth)
    {
    }

    std::span<const Break> trace(SampleIndex sample, std::size_t rule) override
    {
        breaks_.clear();
        gates_ = rules_[rule].gates->data();
        descend(sample, rules_[rule].root, 0, lambdas_.size());
        return breaks_;
    }

private:
    /// Decides at `state` for the grid positions [begin, end) that reach it.
    void descend(SampleIndex sample, StateIndex state, std::size_t begin, std::size_t end)
    {
        const Gate& gate = gates_[state.at()];
        if (gate.options.size() == 1) {
            leave(state, begin);
            return;
        }
        Hull& hull = hulls_[gate.depth];
        hull.build(gate, forecasts_.at(sample, state));

        std::size_t vertex = 0;
        while (begin < end) {
            const StateIndex next = hull.next(vertex);
            std::size_t until = end;
            // Vertices that ask for the same next step share one interval.
            for (++vertex; vertex < hull.size(); ++vertex) {
                if (hull.next(vertex) != next) {
                    until = first_preferring(hull, vertex, begin, end);
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

    /// First grid position at which hull vertex `v` beats the one before it.
    [[nodiscard]] std::size_t first_preferring(const Hull& hull, std::size_t v, std::size_t begin,
                                               std::size_t end) const
    {
        const auto first = lambdas_.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = lambdas_.begin() + static_cast<std::ptrdiff_t>(end);
        return static_cast<std::size_t>(
            std::partition_point(first, last, [&](double lambda) { return hull.prefers_before(v, lambda); }) -
            lambdas_.begin());
    }

    Forecasts forecasts_;
    std::span<const QueeRule> rules_;
    std::span<const double> lambdas_;
    bool replan_;
    const Gate* gates_ = nullptr;  ///< of the rule that is traced
    std::vector<Hull> hulls_;      ///< one per depth of the graph
    std::vector<Break> breaks_;
};

/// The rule at one lambda.
class QueeGates final : public Gates {
public:
    QueeGates(const predict::Predictors& predictors, const std::vector<Gate>& gates, StateIndex root, double lambda,
              bool replan)
        : predictors_(predictors), gates_(gates), root_(root), lambda_(lambda), replan_(replan)
    {
    }
    StateIndex root() const override { return root_; }
    StateIndex next(StateIndex state, const Visit& visit) override
    {
        const Gate& gate = gates_[state.at()];
        if (gate.options.size() == 1 || (!replan_ && state != root_))
            return state;
        errors_.resize(gate.outputs);
        predictors_.compare(state, visit.evidence, errors_);
        hull_.build(gate, errors_);
        StateIndex next = hull_.next(0);
        for (std::size_t v = 1; v < hull_.size(); ++v) {
            if (hull_.next(v) == next)
                continue;
            if (hull_.prefers_before(v, lambda_))
                break;
            next = hull_.next(v);
        }
        return next;
    }
    std::optional<Judgement> judge(StateIndex state, const Visit& visit) override
    {
        const Gate& gate = gates_[state.at()];
        if (gate.options.size() == 1 || (!replan_ && state != root_))
            return std::nullopt;
        errors_.resize(gate.outputs);
        predictors_.compare(state, visit.evidence, errors_);
        ObjectiveTest test{lambda_, 0, 0, state, 0, 0};
        const Gate::Option* best = nullptr;
        const auto objective = [&](const Gate::Option& option) {
            return static_cast<double>(errors_[option.output]) + lambda_ * option.cost;
        };
        for (const Gate::Option& option : gate.options) {
            if (option.next == state) {
                test.error_here = static_cast<double>(errors_[option.output]);
                test.cost_here = option.cost;
            } else if (!best || objective(option) < objective(*best)) {
                best = &option;
            }
        }
        test.best = predictors_.terminals(state)[best->output];
        test.error_best = static_cast<double>(errors_[best->output]);
        test.cost_best = best->cost;
        return test;
    }
    bool reads(StateIndex) const override { return true; }

private:
    const predict::Predictors& predictors_;
    const std::vector<Gate>& gates_;
    StateIndex root_;
    double lambda_;
    bool replan_;
    std::vector<float> errors_;
    Hull hull_;
};

std::vector<Gate> make_gates(const run::Run& run, const cost::Costs& costs, const predict::Predictors& predictors,
                             run::Schedule schedule, bool replan)
{
    std::vector<Gate> gates(run.states.size());
    for (std::size_t s = 0; s < gates.size(); ++s) {
        Gate& gate = gates[s];
        if (const auto parent = run.states[s].parent)
            gate.depth = gates[parent->at()].depth + 1;
        const std::span<const StateIndex> terminals = predictors.terminals(StateIndex(s));
        for (std::size_t t = 0; t < terminals.size(); ++t) {
            if (t > 0 && !costs.offers(terminals[t]))
                continue;
            StateIndex next = terminals[t];
            if (next != StateIndex(s) && !run::obeys(schedule, run.states[next.at()].path))
                continue;
            while (replan && next != StateIndex(s) && run.states[next.at()].parent != StateIndex(s))
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
std::vector<double> make_lambdas(const std::vector<std::vector<Gate>>& gates_by_schedule)
{
    double least_step = 1.0;
    for (const std::vector<Gate>& gates : gates_by_schedule)
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
    QueeRules(const run::Run& run, const cost::Costs& costs, predict::PredictorsPtr predictors,
              const QueeOptions& options)
        : run_(run), predictors_(std::move(predictors)), replan_(options.replan)
    {
        for (const run::Schedule schedule : options.schedules)
            gates_.push_back(make_gates(run, costs, *predictors_, schedule, replan_));
        for (const std::vector<Gate>& gates : gates_)
            for (const StateIndex root : offered_roots(run, costs))
                rules_.push_back({&gates, root});
        lambdas_ = make_lambdas(gates_);
        outputs_.assign(run.states.size(), 0);
        for (const std::vector<Gate>& gates : gates_) {
            for (std::size_t s = 0; s < gates.size(); ++s) {
                depth_ = std::max(depth_, gates[s].depth + 1);
                outputs_[s] = std::max(outputs_[s], gates[s].outputs);
            }
        }
    }
    QueeRules(const QueeRules&) = delete;
    QueeRules& operator=(const QueeRules&) = delete;

    std::size_t rules() const override { return rules_.size(); }
    std::span<const double> grid() const override { return lambdas_; }
    std::unique_ptr<Tracer> tracer(const run::Split& split) const override
    {
        return std::make_unique<QueeTracer>(Forecasts(run_.states, split, &split == &run_.fit, *predictors_, outputs_),
                                            rules_, lambdas_, depth_, replan_);
    }
    GatesPtr gates(std::size_t rule, std::size_t position) const override
    {
        return std::make_unique<QueeGates>(*predictors_, *rules_[rule].gates, rules_[rule].root, lambdas_[position],
                                           replan_);
    }
    std::optional<DecisionRule> decision_rule(std::size_t rule, std::size_t position) const override
    {
        DecisionRule made;
        const std::vector<Gate>& gates = *rules_[rule].gates;
        made.start = rules_[rule].root;
        made.lambda = lambdas_[position];
        std::vector<StateIndex> open{made.start};
        while (!open.empty()) {
            const StateIndex state = open.back();
            open.pop_back();
            const Gate& gate = gates[state.at()];
            if (gate.options.size() == 1 || (!replan_ && state != made.start))
                continue;
            std::optional<predict::SplineForecast> forecast = predictors_->forecast(state);
            if (!forecast)
                return std::nullopt;
            DecisionRule::Forecast& to = made.forecasts.emplace_back();
            to.state = state;
            to.forecast = std::move(*forecast);
            for (const Gate::Option& option : gate.options) {
                to.options.push_back({option.cost, option.output, option.next});
                if (option.next != state && std::find(open.begin(), open.end(), option.next) == open.end())
                    open.push_back(option.next);
            }
        }
        return made;
    }

private:
    const run::Run& run_;
    predict::PredictorsPtr predictors_;
    std::vector<std::vector<Gate>> gates_;  ///< [schedules][states]
    std::vector<QueeRule> rules_;
    std::vector<double> lambdas_;       ///< descending
    std::vector<std::size_t> outputs_;  ///< [states] terminals that some gate asks for
    std::size_t depth_ = 0;
    bool replan_;
};

}  // namespace

std::shared_ptr<const KnobRules> quee_rules(const run::Run& run, const cost::Costs& costs,
                                            predict::PredictorsPtr predictors, const QueeOptions& options)
{
    return std::make_shared<QueeRules>(run, costs, std::move(predictors), options);
}

}  // namespace exitscope::policy
