// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/analysis/run/run.h"

namespace exitscope::adaptive {

/// One run of one stage on the way to a state.
struct StageRun {
    std::size_t stage = 0;
    std::size_t level = 0;                 ///< the precision among Run::precisions
    bool second_pass = false;              ///< methods.md#escalation
    std::optional<StateIndex> state = {};  ///< whose head answers after this step; nullopt: no head is asked
};

/// The stages to run between the states of a graph. The steps from the previous state to a state are consecutive, the
/// state's own last; in the state tree every state is one step.
struct Steps {
    std::vector<StageRun> steps;     ///< those of a state after those of the states before it
    std::vector<std::size_t> first;  ///< [states] first step after the state before

    /// What runs between the state before and this one.
    [[nodiscard]] std::span<const StageRun> to(StateIndex state) const
    {
        const std::size_t end = state.at() + 1 < first.size() ? first[state.at() + 1] : steps.size();
        return std::span(steps).subspan(first[state.at()], end - first[state.at()]);
    }
};

[[nodiscard]] Steps steps_of(const run::Run& run);

}  // namespace exitscope::adaptive
