// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/analysis/policy/knob_policy.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {

/// Computes the scores of a sample at the early exits of a chain; safe from several threads.
class ExitScorer {
public:
    virtual ~ExitScorer() = default;
    /// Scores at every early exit under one setting of the knob, [early exits]; high scores leave.
    virtual void score(const run::Split& split, SampleIndex sample, std::size_t setting,
                       std::span<double> scores) const = 0;
    /// The score at one early exit under one setting, as data.
    [[nodiscard]] virtual ExitScore describe(std::size_t setting, std::size_t exit) const = 0;
    /// Whether the scores depend on the setting.
    [[nodiscard]] virtual bool varies() const { return false; }
};

/// "Leave at the first exit of the chain whose score reaches its threshold, else at the last."
struct ChainRule {
    Chain chain;
    std::shared_ptr<const ExitScorer> scorer;
    std::vector<double> thresholds;  ///< [settings * early exits]; infinity: no sample leaves here
};

/// One KnobRules rule an ChainRule; `grid` holds the knob's value of every setting, the cheapest first.
[[nodiscard]] std::shared_ptr<const KnobRules> exit_rules(std::vector<double> grid, std::vector<ChainRule> rules);

}  // namespace exitscope::policy
