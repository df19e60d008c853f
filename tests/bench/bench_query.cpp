// SPDX-License-Identifier: GPL-3.0-or-later
// Time of searches over a million samples that end in mixed states: bench_query [SAMPLES]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "core/analysis/query/predicate.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

int main(int argc, char** argv)
{
    constexpr int repeats = 9;
    tests::SyntheticOptions options;
    options.schedule = run::Schedule::non_decreasing;
    options.test_samples = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
    options.probabilities = false;
    const run::RunPtr run = tests::synthetic_run(options);
    const cost::Costs costs = *cost::make_costs(*run, cost::Kind::bops);
    std::vector<StateIndex> state;
    std::vector<float> predicted_error;
    std::vector<SampleIndex> all;
    for (std::size_t i = 0; i < run->test.samples; ++i) {
        state.push_back(StateIndex(std::size_t(hash_uniform(1, i) * double(run->states.size()))));
        predicted_error.push_back(static_cast<float>(hash_uniform(2, i)));
        all.push_back(SampleIndex(i));
    }
    for (const char* text : {"exit=2 wrong predicted_error>0.2 class:1", "wrong", "exit=2", "confidence>0.5", "differs",
                             "entropy>1 or margin<0.2", "index:1,2,3,100..5000"}) {
        const auto predicate = query::Predicate::bind(*query::parse(text), *run);
        std::vector<double> milliseconds;
        std::size_t found = 0;
        for (int repeat = 0; repeat < repeats; ++repeat) {
            std::vector<SampleIndex> samples = all;
            const auto begin = std::chrono::steady_clock::now();
            predicate->keep({*run, costs, state, predicted_error}, samples);
            milliseconds.push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
            found = samples.size();
        }
        std::sort(milliseconds.begin(), milliseconds.end());
        std::printf("%-44s %8zu of %zu samples, median %6.2f ms, longest %6.2f ms\n", text, found, all.size(),
                    milliseconds[repeats / 2], milliseconds.back());
    }
    return 0;
}
