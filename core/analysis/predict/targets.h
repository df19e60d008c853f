// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/analysis/run/run.h"

namespace exitscope::predict {

/// [states] terminals reachable from every gate: the gate itself, then its descendants in order of StateIndex.
[[nodiscard]] std::vector<std::vector<StateIndex>> reachable_terminals(const run::Run& run);

/// Labelled samples of one split with the 0/1 errors of every state on them.
struct Errors {
    std::vector<std::uint32_t> samples;            ///< positions in the split, ascending
    std::vector<std::vector<std::uint8_t>> wrong;  ///< [states][samples of this struct]
};
[[nodiscard]] Errors labelled_errors(const run::Run& run, const run::Split& split);

/// Targets by discretisation (methods.md#quee-targets), [terminals, clusters]:
/// e[m,k] = (sum of errors of m in cluster k + a * ebar_m) / (n_k + a), ebar_m the error of m over all samples here.
/// A cluster without samples gets ebar_m. `rows` are positions in Errors::samples, `assignment` the cluster of each.
[[nodiscard]] Eigen::MatrixXf cluster_errors(const Errors& errors, std::span<const StateIndex> terminals,
                                             std::span<const std::uint32_t> rows,
                                             std::span<const std::uint32_t> assignment, std::size_t clusters,
                                             double pseudo_counts);

}  // namespace exitscope::predict
