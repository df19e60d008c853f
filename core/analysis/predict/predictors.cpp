// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/predictors.h"

namespace exitscope::predict {

void Predictors::predict_held_out(StateIndex gate, SampleIndex, const run::Evidence& features,
                                  std::span<float> out) const
{
    predict(gate, features, out);
}

void Predictors::compare(StateIndex gate, const run::Evidence& features, std::span<float> out) const
{
    predict(gate, features, out);
}

void Predictors::compare_held_out(StateIndex gate, SampleIndex sample, const run::Evidence& features,
                                  std::span<float> out) const
{
    predict_held_out(gate, sample, features, out);
}

void predict(const Predictors& predictors, const run::Run& run, const run::Split& split, StateIndex gate,
             std::span<float> out)
{
    const std::size_t width = predictors.terminals(gate).size();
    for (std::size_t i = 0; i < split.samples; ++i)
        predictors.predict(gate, run::evidence(run.states, split, gate, SampleIndex(i)), out.subspan(i * width, width));
}

void predict_self(const Predictors& predictors, const run::Run& run, const run::Split& split, StateIndex gate,
                  std::span<float> out)
{
    for (std::size_t i = 0; i < split.samples; ++i)
        predictors.predict(gate, run::evidence(run.states, split, gate, SampleIndex(i)), out.subspan(i, 1));
}

}  // namespace exitscope::predict
