// SPDX-License-Identifier: GPL-3.0-or-later
// A search: parsed, tied to a run and applied to it, and completed as while it is typed.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/analysis/query/complete.h"
#include "core/analysis/query/predicate.h"
#include "tests/support/synthetic_run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace exitscope;
    static const run::RunPtr run =
        tests::synthetic_run({.exits = 2, .precisions = {{4, 4}, {8, 8}}, .fit_samples = 30, .test_samples = 20});
    static const cost::Costs costs = *cost::make_costs(*run, cost::Kind::bops);
    static const std::vector<StateIndex> states(run->test.samples, run->full());
    static const std::vector<float> predicted_error(run->test.samples, 0.25F);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(query::complete(text, *run));
    static_cast<void>(query::quoted(text));
    if (const auto predicate = query::Predicate::bind(text, *run)) {
        std::vector<SampleIndex> samples;
        for (std::size_t i = 0; i < run->test.samples; ++i)
            samples.push_back(SampleIndex(i));
        predicate->keep({*run, costs, states, predicted_error}, samples);
    }
    return 0;
}
