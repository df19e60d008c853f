// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/gate_predictors.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "core/analysis/predict/features.h"
#include "core/analysis/predict/folds.h"
#include "core/analysis/predict/kmeans.h"
#include "core/analysis/predict/mlp.h"
#include "core/base/parallel.h"
#include "core/base/random.h"

namespace exitscope::predict {
namespace {

/// Predictions keep this distance from 0 and 1.
constexpr float edge = 1e-6F;
/// An MLP learns from at most so many inputs and stops early by at most so many: its targets average all samples, so
/// more inputs draw the same surface.
constexpr std::size_t training_limit = 4096;
constexpr std::size_t held_out_limit = 2000;

/// P0 at one gate. The clusters know no labels, so only the errors are cross-fitted.
struct TableGate {
    Standardiser standardise;
    Clusters clusters{Clusters::Centres::Zero(4, 1)};
    std::array<Eigen::MatrixXf, folds + 1> errors;  ///< [terminals, clusters]

    void predict(std::size_t which, const run::Statistics& statistics, std::span<float> out) const
    {
        const auto k = static_cast<Eigen::Index>(clusters.nearest(standardise(statistics)));
        std::copy_n(errors[which].col(k).data(), out.size(), out.data());
    }
};

/// P1 or P2 at one gate.
struct MlpGate {
    struct Model {
        Standardiser standardise;
        Mlp mlp;
    };
    std::array<Model, folds + 1> models;

    void predict(std::size_t which, const run::Statistics& statistics, std::span<float> out) const
    {
        models[which].mlp.predict(models[which].standardise(statistics), out);
        for (float& p : out)
            p = std::clamp(p, edge, 1 - edge);
    }
};

template <class Gate>
class GatePredictors final : public Predictors {
public:
    GatePredictors(std::vector<std::vector<StateIndex>> terminals, std::vector<Gate> gates,
                   std::vector<std::uint8_t> fold)
        : terminals_(std::move(terminals)), gates_(std::move(gates)), fold_(std::move(fold))
    {
    }
    std::span<const StateIndex> terminals(StateIndex gate) const override { return terminals_[gate.at()]; }
    void predict(StateIndex gate, const run::Evidence& features, std::span<float> out) const override
    {
        gates_[gate.at()].predict(all_folds, features.here, out);
    }
    void predict_held_out(StateIndex gate, SampleIndex sample, const run::Evidence& features,
                          std::span<float> out) const override
    {
        gates_[gate.at()].predict(fold_[sample.at()], features.here, out);
    }

private:
    std::vector<std::vector<StateIndex>> terminals_;
    std::vector<Gate> gates_;
    std::vector<std::uint8_t> fold_;  ///< [fit samples]
};

/// What the gates of one fit share.
struct Fit {
    const run::Run& run;
    const PredictorOptions& options;
    Errors errors;
    std::vector<std::vector<StateIndex>> terminals;
    std::vector<std::uint32_t> rows;  ///< of `errors`, shuffled
    std::vector<std::uint8_t> fold;   ///< [fit samples]

    [[nodiscard]] std::vector<run::Statistics> statistics(StateIndex gate, std::span<const std::uint32_t> of) const
    {
        std::vector<run::Statistics> out;
        out.reserve(of.size());
        for (const std::uint32_t row : of)
            out.push_back(run.fit.statistics[gate.at()][errors.samples[row]]);
        return out;
    }
    [[nodiscard]] std::vector<std::uint32_t> rows_without(std::size_t left_out) const
    {
        std::vector<std::uint32_t> kept;
        for (const std::uint32_t row : rows)
            if (fold[errors.samples[row]] != left_out)
                kept.push_back(row);
        return kept;
    }
    [[nodiscard]] std::uint64_t seed(StateIndex gate) const { return mix64(mix64(options.seed) + gate.value); }
};

struct Discretised {
    Standardiser standardise;
    Features features;                      ///< of the rows
    std::vector<std::uint32_t> assignment;  ///< of the rows
    Clusters clusters;
};

Discretised discretise(const Fit& fit, StateIndex gate, std::span<const std::uint32_t> rows)
{
    const std::vector<run::Statistics> statistics = fit.statistics(gate, rows);
    Standardiser standardise(statistics);
    Features features = standardise(statistics);
    KMeansOptions kmeans_options;
    kmeans_options.clusters = fit.options.clusters;
    kmeans_options.seed = fit.seed(gate);
    Clusters clusters = kmeans(features, kmeans_options);
    std::vector<std::uint32_t> assignment = clusters.nearest(features);
    return {standardise, std::move(features), std::move(assignment), std::move(clusters)};
}

void fit_gate(const Fit& fit, StateIndex gate, TableGate& out)
{
    Discretised d = discretise(fit, gate, fit.rows);
    for (std::size_t left_out = 0; left_out <= folds; ++left_out) {
        std::vector<std::uint32_t> rows;
        std::vector<std::uint32_t> assignment;
        for (std::size_t i = 0; i < fit.rows.size(); ++i) {
            if (fit.fold[fit.errors.samples[fit.rows[i]]] == left_out)
                continue;
            rows.push_back(fit.rows[i]);
            assignment.push_back(d.assignment[i]);
        }
        out.errors[left_out] = cluster_errors(fit.errors, fit.terminals[gate.at()], rows, assignment,
                                              d.clusters.count(), fit.options.pseudo_counts)
                                   .cwiseMax(edge)
                                   .cwiseMin(1 - edge);
    }
    out.standardise = d.standardise;
    out.clusters = std::move(d.clusters);
}

MlpGate::Model train_gate(const Fit& fit, StateIndex gate, std::size_t left_out)
{
    const std::vector<std::uint32_t> rows = fit.rows_without(left_out);
    const auto kept =
        rows.size() - static_cast<std::size_t>(fit.options.validation_fraction * static_cast<double>(rows.size()));
    const std::span<const std::uint32_t> train = std::span(rows).first(kept);
    const std::span<const std::uint32_t> held_out =
        std::span(rows).subspan(kept).first(std::min(rows.size() - kept, held_out_limit));

    const std::vector<StateIndex>& terminals = fit.terminals[gate.at()];
    const Discretised d = discretise(fit, gate, train);
    const Eigen::MatrixXf errors =
        cluster_errors(fit.errors, terminals, train, d.assignment, d.clusters.count(), fit.options.pseudo_counts);
    TrainingData data;
    const auto used = static_cast<Eigen::Index>(std::min(train.size(), training_limit));
    data.inputs = d.features.leftCols(used);
    data.targets.resize(errors.rows(), used);
    const bool raw = fit.options.method == Method::mlp_raw;
    for (std::size_t i = 0; i < static_cast<std::size_t>(used); ++i)
        for (std::size_t t = 0; t < terminals.size(); ++t)
            data.targets(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(i)) =
                raw ? static_cast<float>(fit.errors.wrong[terminals[t].at()][train[i]])
                    : errors(static_cast<Eigen::Index>(t), d.assignment[i]);
    data.held_out_inputs = d.standardise(fit.statistics(gate, held_out));
    data.held_out_targets.resize(errors.rows(), static_cast<Eigen::Index>(held_out.size()));
    for (std::size_t t = 0; t < terminals.size(); ++t)
        for (std::size_t i = 0; i < held_out.size(); ++i)
            data.held_out_targets(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(i)) =
                fit.errors.wrong[terminals[t].at()][held_out[i]];

    TrainingOptions training;
    training.hidden = fit.options.hidden;
    training.seed = fit.seed(gate);
    return {d.standardise, train_mlp(data, training)};
}

void fit_gate(const Fit& fit, StateIndex gate, MlpGate& out)
{
    for (std::size_t left_out = 0; left_out <= folds; ++left_out)
        out.models[left_out] = train_gate(fit, gate, left_out);
}

template <class Gate>
PredictorsPtr fit_with(Fit fit)
{
    std::vector<Gate> gates(fit.run.states.size());
    for_each_job(gates.size(), fit.options.threads, [&](std::size_t s) { fit_gate(fit, StateIndex(s), gates[s]); });
    return std::make_shared<GatePredictors<Gate>>(std::move(fit.terminals), std::move(gates), std::move(fit.fold));
}

}  // namespace

PredictorsPtr fit_gates(const run::Run& run, Errors errors, std::vector<std::vector<StateIndex>> terminals,
                        const PredictorOptions& options)
{
    std::vector<std::uint32_t> rows(errors.samples.size());
    std::iota(rows.begin(), rows.end(), 0U);
    Random random(mix64(options.seed));
    shuffle(rows, random);
    Fit fit{run,
            options,
            std::move(errors),
            std::move(terminals),
            std::move(rows),
            fold_of_samples(run.fit.samples, options.seed)};
    return options.method == Method::table ? fit_with<TableGate>(std::move(fit)) : fit_with<MlpGate>(std::move(fit));
}

}  // namespace exitscope::predict
