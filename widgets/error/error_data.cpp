// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/error/error_data.h"

namespace exitscope::gui {

ErrorPairs errorPairs(const OperatingPoint& point, const std::vector<std::vector<float>>& selfError,
                      const ErrorScope& scope)
{
    ErrorPairs pairs;
    if (!point.decided() || selfError.size() != point.run->states.size())
        return pairs;
    const std::size_t samples = point.run->test.samples;
    pairs.predicted.reserve(samples);
    pairs.wrong.reserve(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        const SampleIndex sample(i);
        StateIndex at = point.state(sample);
        if (scope.kind == ErrorScope::Kind::exit && point.run->states[at.at()].exit.value != scope.value)
            continue;
        if (scope.kind == ErrorScope::Kind::state)
            at = StateIndex(scope.value);
        const std::optional<bool> good = point.good(sample, at);
        if (!good)
            continue;
        pairs.predicted.push_back(selfError[at.at()][i]);
        pairs.wrong.push_back(*good ? 0 : 1);
    }
    return pairs;
}

}  // namespace exitscope::gui
