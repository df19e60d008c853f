// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/precision_flips.h"

#include <algorithm>
#include <optional>

#include "core/analysis/analyse/paired.h"

namespace exitscope::analyse {
namespace {

/// The state of `exit` in which every stage ran once, at `precision`.
std::optional<StateIndex> uniform_state(const run::Run& run, ExitIndex exit, Precision precision)
{
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        const run::State& state = run.states[s];
        const bool uniform = std::all_of(state.path.begin(), state.path.end(),
                                         [precision](Precision stage) { return stage == precision; });
        if (state.exit == exit && uniform && state.first_pass.empty())
            return StateIndex(s);
    }
    return std::nullopt;
}

PrecisionFlips compare(const run::Run& run, PrecisionFlips flips)
{
    const auto& here = run.test.prediction[flips.state.at()];
    const auto& there = run.test.prediction[flips.reference_state.at()];
    flips.samples = run.test.samples;
    for (std::size_t i = 0; i < run.test.samples; ++i) {
        flips.changed += here[i] != there[i];
        if (!run.test.labelled() || run.test.labels[i] < 0)
            continue;
        const bool right = run.test.correct(flips.state, SampleIndex(i));
        const bool was_right = run.test.correct(flips.reference_state, SampleIndex(i));
        ++flips.labelled;
        ++(right ? (was_right ? flips.both_right : flips.gained) : was_right ? flips.lost : flips.both_wrong);
    }
    flips.p = mcnemar(flips.lost, flips.gained);
    return flips;
}

}  // namespace

std::vector<PrecisionFlips> precision_flips(const run::Run& run)
{
    std::vector<PrecisionFlips> rows;
    if (run.precisions.empty())
        return rows;
    const Precision reference = *std::max_element(run.precisions.begin(), run.precisions.end());
    for (std::size_t e = 0; e < run.exit_count(); ++e) {
        const ExitIndex exit(e);
        const auto reference_state = uniform_state(run, exit, reference);
        if (!reference_state)
            continue;
        for (const Precision precision : run.precisions) {
            const auto state = precision == reference ? std::nullopt : uniform_state(run, exit, precision);
            if (!state)
                continue;
            PrecisionFlips flips;
            flips.exit = exit;
            flips.precision = precision;
            flips.reference = reference;
            flips.state = *state;
            flips.reference_state = *reference_state;
            rows.push_back(compare(run, flips));
        }
    }
    return rows;
}

std::vector<char> flipped(const run::Run& run, const PrecisionFlips& flips, Flip which)
{
    const auto& here = run.test.prediction[flips.state.at()];
    const auto& there = run.test.prediction[flips.reference_state.at()];
    std::vector<char> members(run.test.samples, 0);
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (here[i] == there[i])
            continue;
        if (which == Flip::changed)
            members[i] = 1;
        else if (run.test.labelled())
            members[i] = run.test.correct(which == Flip::lost ? flips.reference_state : flips.state, SampleIndex(i));
    }
    return members;
}

}  // namespace exitscope::analyse
