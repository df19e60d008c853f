// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "core/analysis/policy/decision_rule.h"
#include "core/analysis/run/run.h"
#include "core/base/index.h"

namespace exitscope::policy {

/// What is known of a sample where a head was asked.
struct Visit {
    run::Evidence evidence;
    std::uint32_t source = 0;  ///< its position in the data set
    unsigned agreeing = 1;     ///< heads asked in a row, this one included, that gave this answer
};

/// Every sample does the same at this gate.
struct FixedStep {};

/// A statistic of the answer against a threshold; a sample that passes leaves.
struct ThresholdTest {
    ExitScore::Kind statistic = ExitScore::Kind::confidence;
    double value = 0;
    double threshold = 0;
    bool passed = false;
};

/// Predicted error + lambda * relative cost of leaving here against the least of all continuations.
struct ObjectiveTest {
    double lambda = 0;
    double error_here = 0;
    double cost_here = 0;
    StateIndex best;  ///< where the best continuation would leave
    double error_best = 0;
    double cost_best = 0;

    [[nodiscard]] double here() const { return error_here + lambda * cost_here; }
    [[nodiscard]] double further() const { return error_best + lambda * cost_best; }
};

/// A step from a table made on the fit split: answers are told apart by their cluster alone.
struct PlannedStep {
    std::size_t cluster = 0;
    std::size_t clusters = 0;  ///< of this gate
    double lambda = 0;
};

/// What decides at a gate.
using Judgement = std::variant<FixedStep, ThresholdTest, ObjectiveTest, PlannedStep>;

/// A policy at one of its points, deciding gate by gate from what has been seen of a sample so far: what a deployed
/// model runs. Owns its scratch memory: one a thread; must not outlive the policy.
class Gates {
public:
    virtual ~Gates() = default;
    /// Where every sample starts: a state of the first stage.
    [[nodiscard]] virtual StateIndex root() const = 0;
    /// What a sample of which this is known does at `state`: `state` itself = leave there, else the state further on
    /// that it runs to, where next() decides again; the gates passed on the way are not asked.
    [[nodiscard]] virtual StateIndex next(StateIndex state, const Visit& visit) = 0;
    /// What next() decides by at `state`; nullopt where there is no choice: the way ends here.
    [[nodiscard]] virtual std::optional<Judgement> judge(StateIndex state, const Visit& visit) = 0;
    /// False where no sample leaves and next() does not depend on the statistics: the exit head need not run.
    [[nodiscard]] virtual bool reads(StateIndex state) const = 0;
};
using GatesPtr = std::unique_ptr<Gates>;

}  // namespace exitscope::policy
