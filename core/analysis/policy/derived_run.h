// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/analysis/policy/pooled_fit.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"

namespace exitscope::policy {

/// A graph over the heads of a run: parents before children, and for every state the measured state whose head answers
/// there. Heads of a second pass are those of the measured first pass at the same precisions, so that the network need
/// not run again.
struct StateGraph {
    std::vector<run::State> states;
    std::vector<StateIndex> heads;  ///< [states] in the measured run
};

/// The state tree of the run itself.
[[nodiscard]] StateGraph tree_of(const run::Run& measured);

/// How the answer at a state is computed.
enum class Answers {
    own,     ///< the head's own answer
    pooled,  ///< the pool of all heads asked on the way (methods.md#pooled-answers)
};

/// Pooled if the run holds the probabilities that pooling needs, else the heads' own.
[[nodiscard]] Answers best_answers(const run::Run& measured);

/// A run over a graph derived from a measured run. It can be used like any run, except that it cannot be saved.
struct DerivedRun {
    run::RunPtr run;
    std::vector<StateIndex> heads;  ///< [states] in the measured run
    std::vector<Pool> pools;        ///< [states] over the heads on the way, first head first; empty for Answers::own
};

struct DeriveOptions {
    Answers answers = Answers::pooled;
    bool fit_split_only = false;  ///< leaves the test split without samples: for choosing a graph
    unsigned threads = 1;
};

/// Pools are fitted on the fit split; the pooled answer to a sample of the fit split is that of a pool fitted without
/// the sample. Error: Answers::pooled without the probabilities of every head or without labels in the fit split.
[[nodiscard]] Expected<DerivedRun> derive(const run::Run& measured, const StateGraph& graph,
                                          const DeriveOptions& options);

/// `state` and all states before it, in the order in which they are asked.
[[nodiscard]] std::vector<StateIndex> way_to(const std::vector<run::State>& states, StateIndex state);

}  // namespace exitscope::policy
