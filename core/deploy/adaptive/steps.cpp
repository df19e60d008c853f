// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/adaptive/steps.h"

#include <algorithm>

namespace exitscope::adaptive {

Steps steps_of(const run::Run& run)
{
    Steps made;
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        const run::State& state = run.states[s];
        const bool second = !state.first_pass.empty();
        std::size_t stage = 0;
        if (state.parent) {
            const run::State& before = run.states[state.parent->at()];
            if (before.first_pass.empty() != second)  // in the same pass
                stage = before.exit.at() + 1;
        }
        made.first.push_back(made.steps.size());
        for (; stage <= state.exit.at(); ++stage) {
            const auto level = std::find(run.precisions.begin(), run.precisions.end(), state.path[stage]);
            made.steps.push_back({stage, static_cast<std::size_t>(level - run.precisions.begin()), second});
        }
        made.steps.back().state = StateIndex(s);
    }
    return made;
}

}  // namespace exitscope::adaptive
