// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/synthetic_run.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/random.h"

namespace exitscope::tests {
namespace {

/// Logits of one sample at one state: the true class gets strength - difficulty, all classes get noise that the
/// states of a sample share in part, so that their errors are correlated as in a real network.
void simulate(const SyntheticOptions& options, const run::Run& run, run::Split& split, std::uint64_t seed)
{
    const std::size_t states = run.states.size();
    const std::size_t classes = options.classes;
    split.source_index.resize(split.samples);
    split.labels.resize(split.samples);
    split.prediction.assign(states, std::vector<std::uint16_t>(split.samples));
    split.statistics.assign(states, std::vector<run::Statistics>(split.samples));
    split.true_probability.assign(states, std::vector<float>(split.samples));
    if (options.probabilities)
        split.probabilities.assign(states, std::vector<float>(split.samples * classes));
    std::vector<double> shared(classes);
    std::vector<float> p(classes);
    for (std::size_t i = 0; i < split.samples; ++i) {
        Random random(mix64(mix64(seed) + i));
        const std::size_t label = random.below(classes);
        const double difficulty = 2.2 * random.normal();
        for (double& value : shared)
            value = random.normal();
        split.source_index[i] = static_cast<std::uint32_t>(i);
        split.labels[i] = static_cast<std::int32_t>(label);
        for (std::size_t s = 0; s < states; ++s) {
            const run::State& state = run.states[s];
            double strength = 3.5 + 1.1 * double(state.exit.value);
            for (const Precision precision : state.path)
                strength -= precision.activation_bits <= 4 ? 0.25 : precision.activation_bits <= 6 ? 0.03 : 0.0;
            Random own(mix64(mix64(seed ^ 0x5bd1) + i * states + s));
            double total = 0;
            for (std::size_t c = 0; c < classes; ++c) {
                const double z = shared[c] + 0.5 * own.normal() + (c == label ? strength - difficulty : 0.0);
                p[c] = static_cast<float>(std::exp(z));
                total += p[c];
            }
            for (float& value : p)
                value = static_cast<float>(value / total);
            split.prediction[s][i] = static_cast<std::uint16_t>(std::max_element(p.begin(), p.end()) - p.begin());
            split.statistics[s][i] = run::statistics(p);
            split.true_probability[s][i] = p[label];
            if (options.probabilities)
                std::copy(p.begin(), p.end(),
                          split.probabilities[s].begin() + static_cast<std::ptrdiff_t>(i * classes));
        }
    }
    if (split.name == "test" && !options.labelled_test) {
        split.labels.clear();
        split.true_probability.clear();
    }
}

}  // namespace

run::RunPtr synthetic_run(const SyntheticOptions& options)
{
    auto made = std::make_shared<run::Run>();
    run::Run& run = *made;
    run.classes = options.classes;
    run.precisions = options.precisions;
    std::sort(run.precisions.begin(), run.precisions.end());
    run.schedule = options.schedule;
    for (std::size_t c = 0; c < options.classes; ++c)
        run.class_names.push_back("class " + std::to_string(c));
    for (std::size_t e = 0; e < options.exits; ++e) {
        run.exit_names.push_back("exit" + std::to_string(e + 1));
        run.exit_kinds.push_back(e == 0 ? OutputKind::probabilities : OutputKind::logits);
        run::StageCost cost;
        cost.trunk_macs = 4e6 + 1e6 * double(e);
        cost.head_macs = e + 1 < options.exits ? 2e5 : 1e3;
        cost.trunk_parameters = 2e4 * double(e + 1);
        cost.head_parameters = 3e4;
        for (const Precision precision : run.precisions) {
            cost.trunk_ms.push_back(0.02 + 0.001 * precision.activation_bits);
            cost.head_ms.push_back(0.002);
        }
        run.stage_costs.push_back(cost);
    }
    run.states = run::enumerate_states(options.exits, run.precisions, options.schedule);
    run.link();
    run.provenance.program_version = "synthetic";
    run.provenance.model_path = "synthetic.onnx";
    run.provenance.seed = options.seed;
    run.fit.name = "fit";
    run.fit.dataset = "synthetic:fit";
    run.fit.samples = options.fit_samples;
    run.test.name = "test";
    run.test.dataset = "synthetic:test";
    run.test.samples = options.test_samples;
    simulate(options, run, run.fit, options.seed);
    simulate(options, run, run.test, options.seed + 1);
    return made;
}

}  // namespace exitscope::tests
