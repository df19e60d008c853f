// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/envelope.h"

namespace exitscope::analyse {

/// What an outcome is summarised from: whole numbers, so that counting in parts or following changes gives the same
/// figures as counting everything at once.
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
    /// Takes back what add() of the same counted.
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
/// `state` is sized.
void decide_range(const PolicyResult& policy, policy::Mix mix, std::size_t begin, std::size_t end,
                  std::vector<StateIndex>& states, Tally& tally);

/// decide_range() over the whole test split on the analysis' threads.
[[nodiscard]] Tally decide_all(const PolicyResult& policy, policy::Mix mix, std::vector<StateIndex>& states);

/// Where one sample ends at a mix of two points.
[[nodiscard]] inline StateIndex mixed_state(std::span<const policy::Sweep::Break> breaks, policy::Mix mix, double draw)
{
    return policy::Sweep::state_at(breaks, mix.upper_share > draw ? mix.lower + 1 : mix.lower);
}

}  // namespace exitscope::analyse
