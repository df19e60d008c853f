// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/answers.h"

#include <algorithm>

namespace exitscope::run {

void size_columns(Split& split, std::size_t states, std::size_t classes, bool keep_probabilities)
{
    split.prediction.assign(states, std::vector<std::uint16_t>(split.samples));
    split.statistics.assign(states, std::vector<Statistics>(split.samples));
    split.true_probability.clear();
    split.probabilities.clear();
    if (split.labelled())
        split.true_probability.assign(states, std::vector<float>(split.samples));
    if (keep_probabilities)
        split.probabilities.assign(states, std::vector<float>(split.samples * classes));
}

void store_answer(Split& split, StateIndex state, SampleIndex sample, std::span<const float> outputs,
                  std::span<const float> probabilities)
{
    split.prediction[state.at()][sample.at()] =
        static_cast<std::uint16_t>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
    split.statistics[state.at()][sample.at()] = statistics(probabilities);
    if (split.labelled() && split.labels[sample.at()] >= 0)
        split.true_probability[state.at()][sample.at()] =
            probabilities[static_cast<std::size_t>(split.labels[sample.at()])];
    if (!split.probabilities.empty())
        std::copy(probabilities.begin(), probabilities.end(),
                  split.probabilities[state.at()].begin() +
                      static_cast<std::ptrdiff_t>(sample.at() * probabilities.size()));
}

}  // namespace exitscope::run
