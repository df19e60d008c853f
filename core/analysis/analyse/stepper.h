// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/tally.h"
#include "core/analysis/policy/envelope.h"

namespace exitscope::analyse {

/// Decides one policy at a sequence of budgets, as set by a slider. Between neighbouring budgets few samples change
/// their state; the samples that can are listed per point of the policy once, so that a step looks at these only. The
/// decisions equal those of decide() exactly.
class Stepper {
public:
    /// Takes O(samples) time; stores 4 bytes per breakpoint of the sweep.
    explicit Stepper(PolicyResult policy);

    [[nodiscard]] const PolicyResult& policy() const { return policy_; }

    /// Changes `decisions`, the result of the last move(), to those at `budget`; for decisions of other origin call
    /// forget() first. Returns the samples whose state has changed, ascending; nullopt when all were decided anew.
    [[nodiscard]] std::optional<std::vector<SampleIndex>> move(double budget, Decisions& decisions);
    /// Makes the next move() decide every sample. Call when `decisions` was changed by other code.
    void forget() { known_ = false; }

private:
    [[nodiscard]] std::optional<std::vector<SampleIndex>> between(policy::Mix from, policy::Mix to) const;

    PolicyResult policy_;
    std::vector<std::size_t> begin_;       ///< [points + 1] into changing_
    std::vector<std::uint32_t> changing_;  ///< samples whose state at a point differs from the one before, by point
    bool known_ = false;
    policy::Mix at_;
    Tally tally_;
};

}  // namespace exitscope::analyse
