// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/decided_reliability.h"

#include <cstdint>

namespace exitscope::analyse {

std::vector<ExitReliability> decided_reliability(const Analysis& analysis, std::span<const StateIndex> states,
                                                 std::size_t bins)
{
    const run::Run& run = analysis.run();
    const std::vector<float> predicted = analysis.predicted_error(states);
    struct Answers {
        std::vector<float> predicted;
        std::vector<std::uint8_t> wrong;
    };
    std::vector<Answers> exits(run.exit_count() + 1);
    for (std::size_t i = 0; i < states.size() && i < run.test.labels.size(); ++i) {
        if (run.test.labels[i] < 0)
            continue;
        const bool wrong = !run.test.correct(states[i], SampleIndex(i));
        for (Answers* answers : {&exits[run.states[states[i].at()].exit.at()], &exits.back()}) {
            answers->predicted.push_back(predicted[i]);
            answers->wrong.push_back(wrong);
        }
    }
    std::vector<ExitReliability> result;
    result.reserve(exits.size());
    for (const Answers& exit : exits)
        result.push_back(
            {predict::quality(exit.predicted, exit.wrong), predict::reliability(exit.predicted, exit.wrong, bins)});
    return result;
}

}  // namespace exitscope::analyse
