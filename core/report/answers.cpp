// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/answers.h"

namespace exitscope::report
{

Answers answers(const evaluate::Analysis& analysis, const evaluate::Decisions& decisions)
{
    const run::Split& test = analysis.run().test;
    Answers result;
    if (!test.labelled())
        return result;
    const std::vector<float> predicted = analysis.predicted_error(decisions.state);
    for (std::size_t i = 0; i < decisions.state.size(); ++i) {
        if (test.labels[i] < 0)
            continue;
        result.predicted.push_back(predicted[i]);
        result.wrong.push_back(test.correct(decisions.state[i], SampleIndex(i)) ? 0 : 1);
    }
    return result;
}

}  // namespace exitscope::report
