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

/// Decides one policy at one budget after another, as a slider asks for them. Between neighbouring budgets few samples
/// change their state; which can is grouped by the policy's points once, so that a step looks at these alone. The
/// decisions equal those of decide() to the bit.
class Stepper {
public:
    /// O(samples); keeps four bytes a break of the sweep.
    explicit Stepper(PolicyResult policy);

    [[nodiscard]] const PolicyResult& policy() const { return policy_; }

    /// Brings `decisions` to `budget`; they are those of the last move() of this object, or anything else.
    /// Returns the samples that ended in another state before, ascending; nothing: every sample was decided anew.
    [[nodiscard]] std::optional<std::vector<SampleIndex>> move(double budget, Decisions& decisions);
    /// The next move() decides every sample: for decisions that somebody else has touched.
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
