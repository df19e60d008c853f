// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/analysis/policy/policy.h"

namespace exitscope::policy {

/// Follows samples of one split along the whole grid of a knob. Owns its scratch memory: one object per thread.
class Tracer {
public:
    virtual ~Tracer() = default;
    /// Breaks of one sample along the grid, the first at grid position 0; valid until the next call.
    virtual std::span<const Sweep::Break> trace(SampleIndex sample, std::size_t rule) = 0;
};

/// A set of decision rules that share one grid of knob values, the cheapest setting first: QuEE has one rule per root
/// state with lambda as knob, the composite baseline one rule per precision path with the threshold as knob.
class KnobRules {
public:
    virtual ~KnobRules() = default;
    [[nodiscard]] virtual std::size_t rules() const = 0;
    [[nodiscard]] virtual std::span<const double> grid() const = 0;
    [[nodiscard]] virtual std::unique_ptr<Tracer> tracer(const run::Split& split) const = 0;
    /// One rule at one grid position, gate by gate: a sample ends in the same state as in its trace. Null for rules
    /// that know labels, and for plain thresholds, which decision_rule() describes completely.
    [[nodiscard]] virtual GatesPtr gates([[maybe_unused]] std::size_t rule, [[maybe_unused]] std::size_t position) const
    {
        return nullptr;
    }
    /// The rule at one grid position as data; nullopt for rules that are neither thresholds nor forecasts.
    [[nodiscard]] virtual std::optional<DecisionRule> decision_rule([[maybe_unused]] std::size_t rule,
                                                                    [[maybe_unused]] std::size_t position) const
    {
        return std::nullopt;
    }
};

/// Scores every (rule, knob value) on the fit split and keeps the concave envelope, or, with Context::fit_loss, the
/// settings described there.
/// Error: the fit split has no labels.
[[nodiscard]] Expected<FittedPtr> fit_knob(const Context& context, std::shared_ptr<const KnobRules> rules);

}  // namespace exitscope::policy
