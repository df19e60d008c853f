// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/envelope.h"

namespace exitscope::analyse {

/// Counts from which an outcome is computed. Whole numbers, so that counting in parts, or updating after changes, gives
/// the same result as counting all samples at once.
struct Tally {
    std::vector<std::uint32_t> state;  ///< [states] samples that end there
    std::size_t samples = 0;
    std::size_t labelled = 0;
    std::size_t hits = 0;
    std::size_t agreeing = 0;  ///< answers that equal the full model's

    /// Counts `sample` as one that ends in `at`.
    void add(const run::Run& run, const std::vector<std::uint16_t>& full, SampleIndex sample, StateIndex at)
    {
        ++state[at.at()];
        ++samples;
        const std::uint16_t prediction = run.test.prediction[at.at()][sample.at()];
        agreeing += prediction == full[sample.at()];
        if (run.test.labelled()) {
            labelled += run.test.labels[sample.at()] >= 0;
            hits += run.test.labels[sample.at()] == static_cast<std::int32_t>(prediction);
        }
    }
    /// The reverse of add() with the same arguments.
    void remove(const run::Run& run, const std::vector<std::uint16_t>& full, SampleIndex sample, StateIndex at)
    {
        --state[at.at()];
        --samples;
        const std::uint16_t prediction = run.test.prediction[at.at()][sample.at()];
        agreeing -= prediction == full[sample.at()];
        if (run.test.labelled()) {
            labelled -= run.test.labels[sample.at()] >= 0;
            hits -= run.test.labels[sample.at()] == static_cast<std::int32_t>(prediction);
        }
    }
    void add(const Tally& other)
    {
        for (std::size_t s = 0; s < state.size(); ++s)
            state[s] += other.state[s];
        samples += other.samples;
        labelled += other.labelled;
        hits += other.hits;
        agreeing += other.agreeing;
    }
};

/// Means and shares of a tally over samples of the policy's test split.
void summarise(const PolicyResult& policy, const Tally& tally, Outcome& outcome);

/// Decides samples [begin, end) at a mix of two points of the policy's sweep and counts them into `tally`, whose
/// `state` already has its size.
void decide_range(const PolicyResult& policy, policy::Mix mix, std::size_t begin, std::size_t end,
                  std::vector<StateIndex>& states, Tally& tally);

/// decide_range() over the whole test split on the analysis' threads.
[[nodiscard]] Tally decide_all(const PolicyResult& policy, policy::Mix mix, std::vector<StateIndex>& states);

/// The state in which one sample ends at a mix of two points; `draw` in [0,1) is the sample's random number.
[[nodiscard]] inline StateIndex mixed_state(std::span<const policy::Sweep::Break> breaks, policy::Mix mix, double draw)
{
    return policy::Sweep::state_at(breaks, mix.upper_share > draw ? mix.lower + 1 : mix.lower);
}

}  // namespace exitscope::analyse
