// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error/predictors.h"

#include <algorithm>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/error/features.h"
#include "core/error/kmeans.h"
#include "core/error/mlp.h"
#include "core/error/targets.h"

namespace exitscope::error {
namespace {

/// Predictions keep this distance from 0 and 1.
constexpr float edge = 1e-6F;
/// An MLP learns from at most so many inputs and stops early by at most so many: its targets average all samples, so
/// more inputs draw the same surface.
constexpr std::size_t training_limit = 4096;
constexpr std::size_t held_out_limit = 2000;

/// P0 at one gate.
struct TableGate {
    Standardiser standardise;
    Clusters clusters{Clusters::Centres::Zero(4, 1)};
    Eigen::MatrixXf errors;  ///< [terminals, clusters]

    void predict(const run::Statistics& statistics, std::span<float> out) const
    {
        const auto k = static_cast<Eigen::Index>(clusters.nearest(standardise(statistics)));
        std::copy_n(errors.col(k).data(), out.size(), out.data());
    }
    [[nodiscard]] float predict_first(const run::Statistics& statistics) const
    {
        return errors(0, static_cast<Eigen::Index>(clusters.nearest(standardise(statistics))));
    }
};

/// P1 at one gate.
struct MlpGate {
    Standardiser standardise;
    Mlp mlp;

    void predict(const run::Statistics& statistics, std::span<float> out) const
    {
        mlp.predict(standardise(statistics), out);
        for (float& p : out)
            p = std::clamp(p, edge, 1 - edge);
    }
    [[nodiscard]] float predict_first(const run::Statistics& statistics) const
    {
        return std::clamp(mlp.predict_first(standardise(statistics)), edge, 1 - edge);
    }
};

template <class Gate>
class GatePredictors final : public Predictors {
public:
    GatePredictors(std::vector<std::vector<StateIndex>> terminals, std::vector<Gate> gates)
        : terminals_(std::move(terminals)), gates_(std::move(gates))
    {
    }
    std::span<const StateIndex> terminals(StateIndex gate) const override { return terminals_[gate.at()]; }
    void predict(StateIndex gate, const run::Statistics& features, std::span<float> out) const override
    {
        gates_[gate.at()].predict(features, out);
    }
    void predict(StateIndex gate, std::span<const run::Statistics> features, std::span<float> out) const override
    {
        const std::size_t width = terminals_[gate.at()].size();
        for (std::size_t i = 0; i < features.size(); ++i)
            gates_[gate.at()].predict(features[i], out.subspan(i * width, width));
    }
    void predict_self(StateIndex gate, std::span<const run::Statistics> features, std::span<float> out) const override
    {
        for (std::size_t i = 0; i < features.size(); ++i)
            out[i] = gates_[gate.at()].predict_first(features[i]);
    }

private:
    std::vector<std::vector<StateIndex>> terminals_;
    std::vector<Gate> gates_;
};

/// What the gates of one fit share.
struct Fit {
    const run::Run& run;
    const PredictorOptions& options;
    Errors errors;
    std::vector<std::vector<StateIndex>> terminals;
    std::vector<std::uint32_t> train;     ///< rows of `errors`, shuffled
    std::vector<std::uint32_t> held_out;  ///< the other rows; empty for the table

    [[nodiscard]] std::vector<run::Statistics> statistics(StateIndex gate, std::span<const std::uint32_t> rows) const
    {
        std::vector<run::Statistics> out;
        out.reserve(rows.size());
        for (const std::uint32_t row : rows)
            out.push_back(run.fit.statistics[gate.at()][errors.samples[row]]);
        return out;
    }
    [[nodiscard]] std::uint64_t seed(StateIndex gate) const { return mix64(mix64(options.seed) + gate.value); }
};

struct Discretised {
    Standardiser standardise;
    Features features;                      ///< of Fit::train
    std::vector<std::uint32_t> assignment;  ///< of Fit::train
    Clusters clusters;
    Eigen::MatrixXf errors;  ///< [terminals, clusters]
};

Discretised discretise(const Fit& fit, StateIndex gate)
{
    const std::vector<run::Statistics> statistics = fit.statistics(gate, fit.train);
    Standardiser standardise(statistics);
    Features features = standardise(statistics);
    KMeansOptions kmeans_options;
    kmeans_options.clusters = fit.options.clusters;
    kmeans_options.seed = fit.seed(gate);
    Clusters clusters = kmeans(features, kmeans_options);
    std::vector<std::uint32_t> assignment = clusters.nearest(features);
    Eigen::MatrixXf errors = cluster_errors(fit.errors, fit.terminals[gate.at()], fit.train, assignment,
                                            clusters.count(), fit.options.pseudo_counts);
    return {standardise, std::move(features), std::move(assignment), std::move(clusters), std::move(errors)};
}

void fit_gate(const Fit& fit, StateIndex gate, TableGate& out)
{
    Discretised d = discretise(fit, gate);
    out = {d.standardise, std::move(d.clusters), d.errors.cwiseMax(edge).cwiseMin(1 - edge)};
}

void fit_gate(const Fit& fit, StateIndex gate, MlpGate& out)
{
    const Discretised d = discretise(fit, gate);
    const std::vector<StateIndex>& terminals = fit.terminals[gate.at()];
    TrainingData data;
    const auto used = static_cast<Eigen::Index>(std::min(fit.train.size(), training_limit));
    data.inputs = d.features.leftCols(used);
    data.targets.resize(d.errors.rows(), used);
    for (Eigen::Index i = 0; i < used; ++i)
        data.targets.col(i) = d.errors.col(d.assignment[static_cast<std::size_t>(i)]);

    const std::span<const std::uint32_t> held_out =
        std::span(fit.held_out).first(std::min(fit.held_out.size(), held_out_limit));
    data.held_out_inputs = d.standardise(fit.statistics(gate, held_out));
    data.held_out_targets.resize(d.errors.rows(), static_cast<Eigen::Index>(held_out.size()));
    for (std::size_t t = 0; t < terminals.size(); ++t)
        for (std::size_t i = 0; i < held_out.size(); ++i)
            data.held_out_targets(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(i)) =
                fit.errors.wrong[terminals[t].at()][held_out[i]];

    TrainingOptions training;
    training.hidden = fit.options.hidden;
    training.seed = fit.seed(gate);
    out = {d.standardise, train_mlp(data, training)};
}

template <class Gate>
PredictorsPtr fit_gates(Fit fit)
{
    std::vector<Gate> gates(fit.run.states.size());
    for_each_job(gates.size(), fit.options.threads, [&](std::size_t s) { fit_gate(fit, StateIndex(s), gates[s]); });
    return std::make_shared<GatePredictors<Gate>>(std::move(fit.terminals), std::move(gates));
}

std::vector<std::uint32_t> shuffled(std::size_t count, std::uint64_t seed)
{
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    Random random(seed);
    for (std::size_t i = count; i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

}  // namespace

Expected<PredictorsPtr> fit(const run::Run& run, const PredictorOptions& options)
{
    if (!run.fit.labelled())
        return bad_input("fit split", "error predictors need labels, and the fit split has none");
    if (options.clusters == 0 || options.hidden == 0 || options.hidden > Mlp::hidden_limit ||
        !(options.pseudo_counts >= 0) || !(options.validation_fraction >= 0 && options.validation_fraction < 1))
        return fail(ErrorCode::usage, "error predictors", "an option is out of its range");
    Fit fit{run, options, labelled_errors(run, run.fit), reachable_terminals(run), {}, {}};
    const std::size_t samples = fit.errors.samples.size();
    if (samples < 10)
        return bad_input("fit split", "error predictors need at least 10 labelled samples, and the fit split has " +
                                          std::to_string(samples));
    fit.train = shuffled(samples, mix64(options.seed));
    if (options.method == Method::table)
        return fit_gates<TableGate>(std::move(fit));
    const auto kept = samples - static_cast<std::size_t>(options.validation_fraction * static_cast<double>(samples));
    fit.held_out.assign(fit.train.begin() + static_cast<std::ptrdiff_t>(kept), fit.train.end());
    fit.train.resize(kept);
    return fit_gates<MlpGate>(std::move(fit));
}

}  // namespace exitscope::error
