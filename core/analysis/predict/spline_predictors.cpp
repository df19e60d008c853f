// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/spline_predictors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string>

#include <Eigen/Cholesky>

#include "core/analysis/predict/folds.h"
#include "core/analysis/predict/spline_basis.h"
#include "core/base/parallel.h"

namespace exitscope::predict {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::MatrixXf;
using Eigen::VectorXd;

constexpr std::array ridges = {1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 10.0};
/// Rows that the gates of one depth learn from together, at most.
constexpr std::size_t row_limit = 400'000;
constexpr std::size_t block_size = 512;
constexpr float soft = 0.01F;
constexpr float floor_error = 1e-9F;
constexpr float ceiling_error = 1 - 1e-6F;
/// The constant and the straight line of the largest probability are not shrunk: a ridge then pulls every model towards
/// that line instead of towards no dependence at all.
constexpr Index free_inputs = 2;

/// Inputs of the model that all gates at one depth share: some values of the basis; then, for every stage of the way
/// and every precision above the cheapest, the first `shifts` of these values again if the way ran that stage at that
/// precision, else zeros.
class WayInputs {
public:
    WayInputs(const run::Run& run, const run::State& gate, Index values, Index shifts)
        : values_(values), shifts_(shifts)
    {
        std::vector<Precision> way = gate.first_pass;
        way.insert(way.end(), gate.path.begin(), gate.path.end());
        const std::size_t levels = run.precisions.size();
        for (std::size_t l = 0; l < way.size(); ++l) {
            const auto found = std::find(run.precisions.begin(), run.precisions.end(), way[l]);
            const auto level = static_cast<std::size_t>(found - run.precisions.begin());
            if (level > 0)
                active_.push_back(values + shifts * static_cast<Index>(l * (levels - 1) + level - 1));
        }
        size_ = values + shifts * static_cast<Index>(way.size() * (levels - 1));
    }

    /// Rows of the values spread over all inputs.
    [[nodiscard]] MatrixXd spread(const MatrixXd& rows) const
    {
        MatrixXd out = MatrixXd::Zero(size_, rows.cols());
        out.topRows(values_) = rows;
        for (const Index at : active_)
            out.middleRows(at, shifts_) = rows.topRows(shifts_);
        return out;
    }
    [[nodiscard]] MatrixXd spread_square(const MatrixXd& gram) const { return spread(spread(gram).transpose()); }
    /// The gate's own weights of the values.
    [[nodiscard]] Eigen::VectorXf gather(const VectorXd& weights) const
    {
        VectorXd own = weights.head(values_);
        for (const Index at : active_)
            own.head(shifts_) += weights.segment(at, shifts_);
        return own.cast<float>();
    }

private:
    Index values_;
    Index shifts_;
    std::vector<Index> active_;
    Index size_ = 0;
};

/// Inputs of the model of the error here, and of that of its change.
WayInputs inputs_here(const run::Run& run, const run::State& gate)
{
    return {run, gate, SplineBasis::size, SplineBasis::shifts};
}
WayInputs inputs_of_change(const run::Run& run, const run::State& gate)
{
    return {run, gate, static_cast<Index>(SplineBasis::plain.size()), free_inputs};
}

/// Where, among `size` inputs of the error here, those of a curve over the largest probability stand that every way
/// only shifts.
std::vector<Index> plain_inputs(Index size)
{
    std::vector<Index> kept(SplineBasis::plain.begin(), SplineBasis::plain.end());
    for (Index block = SplineBasis::size; block < size; block += SplineBasis::shifts)
        kept.push_back(block);
    return kept;
}

/// The stages and precisions from a gate to a terminal, as text: gates at one depth share a model for equal texts.
std::string rest_of_way(const run::State& gate, const run::State& terminal)
{
    const auto names = [](const std::vector<Precision>& path, std::size_t from) {
        std::string text;
        for (std::size_t l = from; l < path.size(); ++l)
            text += path[l].name() + " ";
        return text;
    };
    const std::size_t done = gate.path.size();
    if (gate.first_pass.empty() && !terminal.first_pass.empty())
        return names(terminal.first_pass, done) + "| " + names(terminal.path, 0);
    return names(terminal.path, done);
}

/// Sums of one fold.
struct Moments {
    MatrixXd gram;       ///< [inputs, inputs]
    VectorXd cross;      ///< [inputs] with the target
    double squares = 0;  ///< of the target
    double count = 0;

    void add(const Moments& other)
    {
        if (gram.size() == 0) {
            *this = other;
            return;
        }
        gram += other.gram;
        cross += other.cross;
        squares += other.squares;
        count += other.count;
    }
};
using FoldMoments = std::array<Moments, folds>;

Moments total(const FoldMoments& moments, std::size_t without)
{
    Moments sum;
    for (std::size_t k = 0; k < folds; ++k)
        if (k != without)
            sum.add(moments[k]);
    return sum;
}

/// The same samples seen through fewer inputs.
FoldMoments select(const FoldMoments& moments, const std::vector<Index>& inputs)
{
    FoldMoments out;
    for (std::size_t k = 0; k < folds; ++k)
        out[k] = {moments[k].gram(inputs, inputs), moments[k].cross(inputs), moments[k].squares, moments[k].count};
    return out;
}

VectorXd solve(const Moments& m, double ridge)
{
    MatrixXd gram = m.gram;
    // The tiny term keeps inputs that never vary solvable.
    gram.diagonal().array() += 1e-9 * std::max(1.0, m.count);
    gram.diagonal().tail(gram.rows() - free_inputs).array() += ridge * std::max(1.0, m.count);
    return gram.ldlt().solve(m.cross);
}

using FoldLosses = std::array<double, folds>;

/// Adds the squared error on every fold of the model without it.
void add_losses(const FoldMoments& moments, double ridge, FoldLosses& to)
{
    for (std::size_t k = 0; k < folds; ++k) {
        if (moments[k].count == 0)
            continue;
        const VectorXd w = solve(total(moments, k), ridge);
        to[k] += w.dot(moments[k].gram * w) - 2 * w.dot(moments[k].cross) + moments[k].squares;
    }
}

struct Choice {
    double ridge = ridges.front();
    FoldLosses losses{};
};

/// The ridge that does best over several targets together.
Choice choose_ridge(std::span<const FoldMoments* const> targets)
{
    Choice best;
    double least = std::numeric_limits<double>::infinity();
    for (const double ridge : ridges) {
        FoldLosses losses{};
        for (const FoldMoments* moments : targets)
            add_losses(*moments, ridge, losses);
        if (const double loss = std::accumulate(losses.begin(), losses.end(), 0.0); loss < least) {
            least = loss;
            best = {ridge, losses};
        }
    }
    return best;
}

/// More inputs must lower the loss on the folds left out at a level of 5 % of a paired, one-sided t-test over the
/// folds.
bool clearly_lower(const FoldLosses& richer, const FoldLosses& plain)
{
    double mean = 0;
    double squares = 0;
    for (std::size_t k = 0; k < folds; ++k) {
        const double gain = plain[k] - richer[k];
        mean += gain / folds;
        squares += gain * gain / folds;
    }
    const double error = std::sqrt(std::max(0.0, squares - mean * mean) / (folds - 1));
    constexpr double student = 2.132;  // 95 % quantile at folds - 1 degrees of freedom
    static_assert(folds == 5);
    return mean > student * error;
}

/// Weights of one target: all samples', and without each fold.
using Solutions = std::array<VectorXd, folds + 1>;

Solutions solve_all(const FoldMoments& moments, double ridge)
{
    Solutions out;
    for (std::size_t k = 0; k <= folds; ++k)
        out[k] = solve(total(moments, k), ridge);
    return out;
}

/// The error here: of the plain inputs, unless all of them do clearly better.
Solutions solve_here(const FoldMoments& moments)
{
    const Index size = total(moments, all_folds).gram.rows();
    const std::vector<Index> kept = plain_inputs(size);
    const FoldMoments plain = select(moments, kept);
    const FoldMoments* const rich_target[] = {&moments};
    const FoldMoments* const plain_target[] = {&plain};
    const Choice rich = choose_ridge(rich_target);
    const Choice simple = choose_ridge(plain_target);
    if (clearly_lower(rich.losses, simple.losses))
        return solve_all(moments, rich.ridge);
    Solutions out = solve_all(plain, simple.ridge);
    for (VectorXd& weights : out) {
        VectorXd spread = VectorXd::Zero(size);
        spread(kept) = weights;
        weights = std::move(spread);
    }
    return out;
}

/// A sum of the basis as a probability: below `soft` it runs out exponentially, so that no two answers become equally
/// sure and none certain.
float as_probability(float sum)
{
    return std::clamp(sum < soft ? soft * std::exp(sum / soft - 1) : sum, floor_error, ceiling_error);
}

/// One gate's weights.
struct Weights {
    SplineBasis::Values here;                                                                  ///< of the error here
    Eigen::Matrix<float, SplineBasis::PlainValues::SizeAtCompileTime, Eigen::Dynamic> change;  ///< [.., terminals - 1]
};

struct Gate {
    std::shared_ptr<const SplineBasis> basis;
    std::array<Weights, folds + 1> weights;  ///< without each fold, and of all samples

    void predict(std::size_t which, const run::Evidence& evidence, std::span<float> out) const
    {
        const SplineBasis::Values values = (*basis)(evidence);
        const Weights& own = weights[which];
        const float here = own.here.dot(values);
        change(own, values(SplineBasis::plain), out);
        for (float& value : out)
            value = as_probability(here + value);
    }

    /// Changes against the answer here.
    void compare(std::size_t which, const run::Statistics& here, std::span<float> out) const
    {
        change(weights[which], basis->plain_values(here), out);
    }

private:
    /// Every terminal by itself, so that a value does not depend on how many are asked for.
    static void change(const Weights& own, const SplineBasis::PlainValues& plain, std::span<float> out)
    {
        out[0] = 0;
        for (std::size_t t = 1; t < out.size(); ++t)
            out[t] = own.change.col(static_cast<Index>(t) - 1).dot(plain);
    }
};

class SplinePredictors final : public Predictors {
public:
    SplinePredictors(std::vector<std::vector<StateIndex>> terminals, std::vector<Gate> gates,
                     std::vector<std::uint8_t> fold)
        : terminals_(std::move(terminals)), gates_(std::move(gates)), fold_(std::move(fold))
    {
    }
    std::span<const StateIndex> terminals(StateIndex gate) const override { return terminals_[gate.at()]; }
    void predict(StateIndex gate, const run::Evidence& features, std::span<float> out) const override
    {
        gates_[gate.at()].predict(all_folds, features, out);
    }
    void predict_held_out(StateIndex gate, SampleIndex sample, const run::Evidence& features,
                          std::span<float> out) const override
    {
        gates_[gate.at()].predict(fold_[sample.at()], features, out);
    }
    void compare(StateIndex gate, const run::Evidence& features, std::span<float> out) const override
    {
        gates_[gate.at()].compare(all_folds, features.here, out);
    }
    void compare_held_out(StateIndex gate, SampleIndex sample, const run::Evidence& features,
                          std::span<float> out) const override
    {
        gates_[gate.at()].compare(fold_[sample.at()], features.here, out);
    }
    std::optional<SplineForecast> forecast(StateIndex gate) const override
    {
        SplineForecast made = gates_[gate.at()].basis->describe();
        const Weights& weights = gates_[gate.at()].weights[all_folds];
        made.weights.emplace_back(SplineBasis::plain.size(), 0.0F);
        for (Index t = 0; t < weights.change.cols(); ++t)
            made.weights.emplace_back(weights.change.col(t).begin(), weights.change.col(t).end());
        return made;
    }

private:
    std::vector<std::vector<StateIndex>> terminals_;
    std::vector<Gate> gates_;
    std::vector<std::uint8_t> fold_;  ///< [fit samples]
};

/// Gates of one pass and exit, which share a model.
class Depth {
public:
    Depth(const run::Run& run, const Errors& errors, const std::vector<std::vector<StateIndex>>& terminals,
          std::span<const std::uint8_t> fold, std::vector<StateIndex> gates)
        : run_(run), errors_(errors), terminals_(terminals), gates_(std::move(gates)),
          stride_(1 + errors.samples.size() * gates_.size() / row_limit)
    {
        std::vector<run::Evidence> sample;
        const std::size_t step = 1 + errors.samples.size() * gates_.size() / 20'000;
        std::size_t row = 0;
        for (const StateIndex gate : gates_)
            for (const std::uint32_t i : errors.samples)
                if (row++ % step == 0)
                    sample.push_back(run::evidence(run.states, run.fit, gate, SampleIndex(i)));
        basis_ = std::make_shared<const SplineBasis>(sample);
        for (std::size_t row_of = 0; row_of < errors.samples.size(); ++row_of)
            rows_[fold[errors.samples[row_of]]].push_back(static_cast<std::uint32_t>(row_of));
    }

    /// Adds one gate's samples to the moments of its targets.
    void learn(std::size_t g)
    {
        const StateIndex gate = gates_[g];
        const std::vector<StateIndex>& ends = terminals_[gate.at()];
        const WayInputs here = inputs_here(run_, run_.states[gate.at()]);
        const WayInputs change = inputs_of_change(run_, run_.states[gate.at()]);
        const auto targets = static_cast<Index>(ends.size());
        for (std::size_t k = 0; k < folds; ++k) {
            MatrixXd gram = MatrixXd::Zero(SplineBasis::size, SplineBasis::size);
            VectorXd cross = VectorXd::Zero(SplineBasis::size);
            MatrixXd cross_change = MatrixXd::Zero(SplineBasis::plain.size(), targets - 1);
            VectorXd squares = VectorXd::Zero(targets);
            double count = 0;
            const std::vector<std::uint32_t>& rows = rows_[k];
            for (std::size_t begin = g % stride_; begin < rows.size(); begin += block_size * stride_) {
                const std::size_t last = std::min(rows.size(), begin + block_size * stride_);
                const auto size = static_cast<Index>((last - begin + stride_ - 1) / stride_);
                MatrixXf phi(SplineBasis::size, size);
                MatrixXf y(size, targets);
                for (Index i = 0; i < size; ++i) {
                    const std::uint32_t row = rows[begin + static_cast<std::size_t>(i) * stride_];
                    phi.col(i) =
                        (*basis_)(run::evidence(run_.states, run_.fit, gate, SampleIndex(errors_.samples[row])));
                    const int wrong = errors_.wrong[gate.at()][row];
                    y(i, 0) = static_cast<float>(wrong);
                    for (Index t = 1; t < targets; ++t)
                        y(i, t) =
                            static_cast<float>(errors_.wrong[ends[static_cast<std::size_t>(t)].at()][row] - wrong);
                }
                gram += (phi * phi.transpose()).cast<double>();
                cross += (phi * y.col(0)).cast<double>();
                if (targets > 1)
                    cross_change += (phi(SplineBasis::plain, Eigen::all) * y.rightCols(targets - 1)).cast<double>();
                squares += y.colwise().squaredNorm().transpose().cast<double>();
                count += double(size);
            }
            moments_[""][k].add({here.spread_square(gram), here.spread(cross), squares[0], count});
            if (targets == 1)
                continue;
            const MatrixXd whole = change.spread_square(gram(SplineBasis::plain, SplineBasis::plain));
            const MatrixXd right = change.spread(cross_change);
            for (Index t = 1; t < targets; ++t) {
                const StateIndex end = ends[static_cast<std::size_t>(t)];
                const std::string rest = rest_of_way(run_.states[gate.at()], run_.states[end.at()]);
                moments_[rest][k].add({whole, right.col(t - 1), squares[t], count});
            }
        }
    }

    /// Solves and hands every gate its weights.
    void finish(std::vector<Gate>& out) const
    {
        std::vector<const FoldMoments*> changes;
        for (const auto& [rest, moments] : moments_)
            if (!rest.empty())
                changes.push_back(&moments);
        const double ridge = choose_ridge(changes).ridge;
        std::map<std::string, Solutions> solutions;
        for (const auto& [rest, moments] : moments_)
            solutions[rest] = rest.empty() ? solve_here(moments) : solve_all(moments, ridge);
        for (const StateIndex gate : gates_) {
            const WayInputs here = inputs_here(run_, run_.states[gate.at()]);
            const WayInputs change = inputs_of_change(run_, run_.states[gate.at()]);
            const std::vector<StateIndex>& ends = terminals_[gate.at()];
            Gate& to = out[gate.at()];
            to.basis = basis_;
            for (std::size_t k = 0; k <= folds; ++k) {
                Weights& weights = to.weights[k];
                weights.here = here.gather(solutions.at("")[k]);
                weights.change.resize(Eigen::NoChange, static_cast<Index>(ends.size()) - 1);
                for (std::size_t t = 1; t < ends.size(); ++t) {
                    const std::string rest = rest_of_way(run_.states[gate.at()], run_.states[ends[t].at()]);
                    weights.change.col(static_cast<Index>(t) - 1) = change.gather(solutions.at(rest)[k]);
                }
            }
        }
    }
    [[nodiscard]] std::size_t size() const { return gates_.size(); }

private:
    const run::Run& run_;
    const Errors& errors_;
    const std::vector<std::vector<StateIndex>>& terminals_;
    std::vector<StateIndex> gates_;
    std::size_t stride_;
    std::shared_ptr<const SplineBasis> basis_;
    std::array<std::vector<std::uint32_t>, folds> rows_;  ///< of Errors::samples, by fold
    std::map<std::string, FoldMoments> moments_;          ///< by rest_of_way(); "" = the gate's own answer
};

}  // namespace

PredictorsPtr fit_splines(const run::Run& run, Errors errors, std::vector<std::vector<StateIndex>> terminals,
                          const PredictorOptions& options)
{
    std::vector<std::uint8_t> fold = fold_of_samples(run.fit.samples, options.seed);

    std::map<std::pair<bool, ExitIndex>, std::vector<StateIndex>> groups;
    for (std::size_t s = 0; s < run.states.size(); ++s)
        groups[{!run.states[s].first_pass.empty(), run.states[s].exit}].emplace_back(s);
    std::vector<std::vector<StateIndex>> depths;
    depths.reserve(groups.size());
    for (auto& [key, gates] : groups)
        depths.push_back(std::move(gates));

    std::vector<Gate> gates(run.states.size());
    for_each_job(depths.size(), options.threads, [&](std::size_t d) {
        Depth depth(run, errors, terminals, fold, depths[d]);
        for (std::size_t g = 0; g < depth.size(); ++g)
            depth.learn(g);
        depth.finish(gates);
    });
    return std::make_shared<SplinePredictors>(std::move(terminals), std::move(gates), std::move(fold));
}

}  // namespace exitscope::predict
