// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/paired.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace exitscope::analyse {
namespace {

/// One image under both points.
struct Pair {
    std::uint32_t a;
    std::uint32_t b;
};

Expected<std::vector<Pair>> matched(const run::Split& a, const run::Split& b)
{
    if (a.dataset_hash != b.dataset_hash && a.dataset_source != b.dataset_source)
        return bad_input("comparison",
                         "the two runs were tested on different data sets, " + a.dataset + " and " + b.dataset);
    std::unordered_map<std::uint32_t, std::uint32_t> at;
    for (std::size_t i = 0; i < b.labels.size(); ++i)
        if (b.labels[i] >= 0)
            at.emplace(b.source_index[i], static_cast<std::uint32_t>(i));
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < a.labels.size(); ++i) {
        const auto found = a.labels[i] >= 0 ? at.find(a.source_index[i]) : at.end();
        if (found == at.end())
            continue;
        if (b.labels[found->second] != a.labels[i])
            return bad_input("comparison",
                             "the two runs give image " + std::to_string(a.source_index[i]) + " different labels");
        pairs.push_back({static_cast<std::uint32_t>(i), found->second});
    }
    if (pairs.empty())
        return bad_input("comparison", "the two runs have no labelled test image in common");
    return pairs;
}

}  // namespace

double mcnemar(std::size_t only_a, std::size_t only_b)
{
    const double n = double(only_a + only_b);
    double below = 0;
    for (std::size_t k = 0; k <= std::min(only_a, only_b); ++k)
        below += std::exp(std::lgamma(n + 1) - std::lgamma(double(k) + 1) - std::lgamma(n - double(k) + 1) -
                          n * std::log(2.0));
    return std::min(1.0, 2 * below);
}

Expected<Flips> flips(const ComparedPoint& a, const ComparedPoint& b)
{
    const run::Run& run_a = a.policy.analysis->run();
    const run::Run& run_b = b.policy.analysis->run();
    const Expected<std::vector<Pair>> pairs = matched(run_a.test, run_b.test);
    if (!pairs)
        return tl::unexpected<Error>(pairs.error());
    Flips flips{std::vector<char>(run_b.test.samples, 0), std::vector<char>(run_b.test.samples, 0)};
    for (const Pair& pair : *pairs) {
        const bool right_a = run_a.test.correct(a.decisions.state[pair.a], SampleIndex(pair.a));
        const bool right_b = run_b.test.correct(b.decisions.state[pair.b], SampleIndex(pair.b));
        flips.only_a[pair.b] = right_a && !right_b;
        flips.only_b[pair.b] = right_b && !right_a;
    }
    return flips;
}

Expected<PairedTest> paired_test(const ComparedPoint& a, const ComparedPoint& b, std::uint64_t seed,
                                 std::size_t resamples)
{
    const run::Run& run_a = a.policy.analysis->run();
    const run::Run& run_b = b.policy.analysis->run();
    const Expected<std::vector<Pair>> pairs = matched(run_a.test, run_b.test);
    if (!pairs)
        return tl::unexpected<Error>(pairs.error());
    const Expected<Bootstrap> bootstrap = Bootstrap::make(run_a, seed, resamples, [&] {
        std::vector<char> used(run_a.test.samples, 0);
        for (const Pair& pair : *pairs)
            used[pair.a] = 1;
        return used;
    }());
    if (!bootstrap)
        return tl::unexpected<Error>(bootstrap.error());

    PairedTest test;
    test.samples = pairs->size();
    std::vector<float> hits(run_a.test.samples, 0.0F);
    std::vector<float> costs(run_a.test.samples, 0.0F);
    for (const Pair& pair : *pairs) {
        const StateIndex in_a = a.decisions.state[pair.a];
        const StateIndex in_b = b.decisions.state[pair.b];
        const bool right_a = run_a.test.correct(in_a, SampleIndex(pair.a));
        const bool right_b = run_b.test.correct(in_b, SampleIndex(pair.b));
        test.only_a += right_a && !right_b;
        test.only_b += right_b && !right_a;
        hits[pair.a] = float(right_a) - float(right_b);
        costs[pair.a] = static_cast<float>(a.policy.costs.relative(in_a) - b.policy.costs.relative(in_b));
    }
    test.p = mcnemar(test.only_a, test.only_b);
    test.accuracy_difference = bootstrap->mean(hits);
    test.cost_difference = bootstrap->mean(costs);
    return test;
}

}  // namespace exitscope::analyse
