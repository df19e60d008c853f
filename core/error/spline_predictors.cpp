// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error/spline_predictors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include <Eigen/Cholesky>

#include "core/base/parallel.h"
#include "core/error/folds.h"
#include "core/error/spline_basis.h"

namespace exitscope::error {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::MatrixXf;
using Eigen::VectorXd;

constexpr std::array ridges = {1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 10.0};
/// Rows that the gates of one depth learn from together, at most.
constexpr std::size_t row_limit = 400'000;
constexpr std::size_t block_size = 512;
constexpr float edge = 1e-6F;

/// How a gate's model follows from that of its depth: the inputs are the basis, and for every stage and precision above
/// the cheapest that the way took, the basis' first few values once more.
class WayInputs {
public:
    WayInputs(const run::Run& run, const run::State& gate)
    {
        std::vector<Precision> way = gate.first_pass;
        way.insert(way.end(), gate.path.begin(), gate.path.end());
        const std::size_t levels = run.precisions.size();
        for (std::size_t l = 0; l < way.size(); ++l) {
            const auto found = std::find(run.precisions.begin(), run.precisions.end(), way[l]);
            const auto level = static_cast<std::size_t>(found - run.precisions.begin());
            if (level > 0)
                active_.push_back(
                    static_cast<Index>(SplineBasis::size + SplineBasis::shifts * (l * (levels - 1) + level - 1)));
        }
        size_ = static_cast<Index>(SplineBasis::size + SplineBasis::shifts * way.size() * (levels - 1));
    }
    [[nodiscard]] Index size() const { return size_; }

    /// Rows of the basis spread over all inputs.
    [[nodiscard]] MatrixXd spread(const MatrixXd& rows) const
    {
        MatrixXd out = MatrixXd::Zero(size_, rows.cols());
        out.topRows(SplineBasis::size) = rows;
        for (const Index at : active_)
            out.middleRows(at, SplineBasis::shifts) = rows.topRows(SplineBasis::shifts);
        return out;
    }
    /// The gate's own weights of the basis.
    [[nodiscard]] Eigen::VectorXf gather(const VectorXd& weights) const
    {
        VectorXd own = weights.head(SplineBasis::size);
        for (const Index at : active_)
            own.head(SplineBasis::shifts) += weights.segment(at, SplineBasis::shifts);
        return own.cast<float>();
    }

private:
    std::vector<Index> active_;
    Index size_ = 0;
};

/// What is left to run after a gate until a terminal, as text: gates of one depth share a model for equal texts.
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

VectorXd solve(const Moments& m, double ridge)
{
    MatrixXd gram = m.gram;
    // The constant stays free; the tiny term keeps inputs that never vary solvable.
    gram.diagonal().array() += 1e-9 * std::max(1.0, m.count);
    gram.diagonal().tail(gram.rows() - 1).array() += ridge * std::max(1.0, m.count);
    return gram.ldlt().solve(m.cross);
}

/// Squared error on the folds left out.
double validation_loss(const FoldMoments& moments, double ridge)
{
    double loss = 0;
    for (std::size_t k = 0; k < folds; ++k) {
        if (moments[k].count == 0)
            continue;
        const VectorXd w = solve(total(moments, k), ridge);
        loss += w.dot(moments[k].gram * w) - 2 * w.dot(moments[k].cross) + moments[k].squares;
    }
    return loss;
}

/// The ridge that does best over several targets together.
double choose_ridge(std::span<const FoldMoments* const> targets)
{
    double best = ridges.front();
    double least = std::numeric_limits<double>::infinity();
    for (const double ridge : ridges) {
        double loss = 0;
        for (const FoldMoments* moments : targets)
            loss += validation_loss(*moments, ridge);
        if (loss < least) {
            least = loss;
            best = ridge;
        }
    }
    return best;
}

/// One gate: weights of the basis for every terminal, [terminals, basis]; of all samples, and without each fold.
struct Gate {
    std::shared_ptr<const SplineBasis> basis;
    std::array<Eigen::Matrix<float, Eigen::Dynamic, SplineBasis::size>, folds + 1> weights;

    void predict(std::size_t which, const run::Evidence& evidence, std::span<float> out) const
    {
        const SplineBasis::Values values = (*basis)(evidence);
        Eigen::Map<Eigen::VectorXf> errors(out.data(), static_cast<Index>(out.size()));
        errors.noalias() = weights[which].topRows(errors.size()) * values;
        errors = errors.cwiseMax(edge).cwiseMin(1 - edge);
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
    std::optional<SplineForecast> forecast(StateIndex gate) const override
    {
        SplineForecast made = gates_[gate.at()].basis->describe();
        const auto& weights = gates_[gate.at()].weights[all_folds];
        for (Index t = 0; t < weights.rows(); ++t)
            made.weights.emplace_back(weights.row(t).begin(), weights.row(t).end());
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
        const WayInputs inputs(run_, run_.states[gate.at()]);
        const auto targets = static_cast<Index>(ends.size());
        for (std::size_t k = 0; k < folds; ++k) {
            MatrixXd gram = MatrixXd::Zero(SplineBasis::size, SplineBasis::size);
            MatrixXd cross = MatrixXd::Zero(SplineBasis::size, targets);
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
                    const int here = errors_.wrong[gate.at()][row];
                    y(i, 0) = static_cast<float>(here);
                    for (Index t = 1; t < targets; ++t)
                        y(i, t) = static_cast<float>(errors_.wrong[ends[static_cast<std::size_t>(t)].at()][row] - here);
                }
                gram += (phi * phi.transpose()).cast<double>();
                cross += (phi * y).cast<double>();
                squares += y.colwise().squaredNorm().transpose().cast<double>();
                count += double(size);
            }
            const MatrixXd half = inputs.spread(gram);
            const MatrixXd whole = inputs.spread(half.transpose());
            const MatrixXd right = inputs.spread(cross);
            for (Index t = 0; t < targets; ++t) {
                const StateIndex end = ends[static_cast<std::size_t>(t)];
                const std::string rest = rest_of_way(run_.states[gate.at()], run_.states[end.at()]);
                moments_[rest][k].add({whole, right.col(t), squares[t], count});
            }
        }
    }

    /// Solves and hands every gate its weights.
    void finish(std::vector<Gate>& out) const
    {
        const FoldMoments& own = moments_.at("");
        std::vector<const FoldMoments*> changes;
        for (const auto& [rest, moments] : moments_)
            if (!rest.empty())
                changes.push_back(&moments);
        const FoldMoments* const self[] = {&own};
        const double self_ridge = choose_ridge(self);
        const double change_ridge = choose_ridge(changes);
        std::map<std::string, std::array<VectorXd, folds + 1>> solutions;
        for (const auto& [rest, moments] : moments_)
            for (std::size_t k = 0; k <= folds; ++k)
                solutions[rest][k] = solve(total(moments, k), rest.empty() ? self_ridge : change_ridge);
        for (const StateIndex gate : gates_) {
            const WayInputs inputs(run_, run_.states[gate.at()]);
            const std::vector<StateIndex>& ends = terminals_[gate.at()];
            Gate& to = out[gate.at()];
            to.basis = basis_;
            for (std::size_t k = 0; k <= folds; ++k) {
                to.weights[k].resize(static_cast<Index>(ends.size()), SplineBasis::size);
                for (std::size_t t = 0; t < ends.size(); ++t) {
                    const std::string rest = rest_of_way(run_.states[gate.at()], run_.states[ends[t].at()]);
                    to.weights[k].row(static_cast<Index>(t)) = inputs.gather(solutions.at(rest)[k]).transpose();
                    if (t > 0)
                        to.weights[k].row(static_cast<Index>(t)) += to.weights[k].row(0);
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
    std::map<std::string, FoldMoments> moments_;          ///< by rest_of_way(); "" = the answer at hand
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

}  // namespace exitscope::error
