// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/targets.h"

namespace exitscope::predict {

std::vector<std::vector<StateIndex>> reachable_terminals(const run::Run& run)
{
    std::vector<std::vector<StateIndex>> terminals(run.states.size());
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        terminals[s].push_back(StateIndex(s));
        for (auto up = run.states[s].parent; up; up = run.states[up->at()].parent)
            terminals[up->at()].push_back(StateIndex(s));
    }
    return terminals;
}

Errors labelled_errors(const run::Run& run, const run::Split& split)
{
    Errors errors;
    for (std::size_t i = 0; i < split.labels.size(); ++i)
        if (split.labels[i] >= 0)
            errors.samples.push_back(static_cast<std::uint32_t>(i));
    errors.wrong.resize(run.states.size());
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        errors.wrong[s].reserve(errors.samples.size());
        for (const std::uint32_t i : errors.samples)
            errors.wrong[s].push_back(!split.correct(StateIndex(s), SampleIndex(i)));
    }
    return errors;
}

Eigen::MatrixXf cluster_errors(const Errors& errors, std::span<const StateIndex> terminals,
                               std::span<const std::uint32_t> rows, std::span<const std::uint32_t> assignment,
                               std::size_t clusters, double pseudo_counts)
{
    const auto columns = static_cast<Eigen::Index>(clusters);
    Eigen::ArrayXd size = Eigen::ArrayXd::Zero(columns);
    for (const std::uint32_t k : assignment)
        size[k] += 1;

    Eigen::MatrixXf table(static_cast<Eigen::Index>(terminals.size()), columns);
    for (std::size_t t = 0; t < terminals.size(); ++t) {
        const std::vector<std::uint8_t>& wrong = errors.wrong[terminals[t].at()];
        Eigen::ArrayXd hits = Eigen::ArrayXd::Zero(columns);
        for (std::size_t i = 0; i < rows.size(); ++i)
            hits[assignment[i]] += wrong[rows[i]];
        const double mean = rows.empty() ? 0.0 : hits.sum() / static_cast<double>(rows.size());
        for (Eigen::Index k = 0; k < columns; ++k) {
            const double weight = size[k] + pseudo_counts;
            const double error = weight > 0 ? (hits[k] + pseudo_counts * mean) / weight : mean;
            table(static_cast<Eigen::Index>(t), k) = static_cast<float>(error);
        }
    }
    return table;
}

}  // namespace exitscope::predict
