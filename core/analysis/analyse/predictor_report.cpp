// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/predictor_report.h"

#include "core/base/parallel.h"

namespace exitscope::analyse {
namespace {

/// Predicted errors with their outcomes.
struct Pairs {
    std::vector<float> predicted;
    std::vector<std::uint8_t> wrong;
    std::vector<std::uint32_t> image;  ///< position in the split

    void add(float p, bool is_wrong, std::size_t at)
    {
        predicted.push_back(p);
        wrong.push_back(is_wrong);
        image.push_back(static_cast<std::uint32_t>(at));
    }
    void append(const Pairs& other)
    {
        predicted.insert(predicted.end(), other.predicted.begin(), other.predicted.end());
        wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
        image.insert(image.end(), other.image.begin(), other.image.end());
    }
};

predict::QualityIntervals intervals(const Pairs& pairs, std::uint64_t seed)
{
    return predict::quality_intervals(pairs.predicted, pairs.wrong, pairs.image, seed);
}

constexpr std::size_t pooled_limit = 4'000'000;

}  // namespace

Expected<PredictorReport> predictor_report(const run::Run& run, const predict::Predictors& predictors,
                                           std::uint64_t seed, unsigned threads)
{
    std::vector<std::uint32_t> labelled;
    for (std::size_t i = 0; i < run.test.labels.size(); ++i)
        if (run.test.labels[i] >= 0)
            labelled.push_back(static_cast<std::uint32_t>(i));
    if (labelled.empty())
        return bad_input("test split", "the quality of predicted errors needs labels, and the test split has none");

    std::size_t pair_count = 0;
    for (std::size_t s = 0; s < run.states.size(); ++s)
        pair_count += predictors.terminals(StateIndex(s)).size() * labelled.size();
    const std::size_t step = 1 + pair_count / pooled_limit;

    PredictorReport report;
    report.gates.resize(run.states.size());
    std::vector<Pairs> thinned(run.states.size());
    std::vector<Pairs> own(run.states.size());
    for_each_job(run.states.size(), threads, [&](std::size_t s) {
        const std::span<const StateIndex> terminals = predictors.terminals(StateIndex(s));
        std::vector<float> predicted(labelled.size() * terminals.size());
        for (std::size_t row = 0; row < labelled.size(); ++row)
            predictors.predict(StateIndex(s),
                               run::evidence(run.states, run.test, StateIndex(s), SampleIndex(labelled[row])),
                               std::span(predicted).subspan(row * terminals.size(), terminals.size()));
        report.gates[s].gate = StateIndex(s);
        for (std::size_t t = 0; t < terminals.size(); ++t) {
            Pairs pairs;
            for (std::size_t row = 0; row < labelled.size(); ++row) {
                const float p = predicted[row * terminals.size() + t];
                const bool wrong = !run.test.correct(terminals[t], SampleIndex(labelled[row]));
                pairs.add(p, wrong, labelled[row]);
                if (row % step == 0)
                    thinned[s].add(p, wrong, labelled[row]);
            }
            report.gates[s].terminals.push_back({terminals[t], predict::quality(pairs.predicted, pairs.wrong)});
            if (t == 0) {
                report.gates[s].self = intervals(pairs, seed);
                own[s] = std::move(pairs);
            }
        }
    });
    Pairs all_own;
    Pairs all;
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        all_own.append(own[s]);
        all.append(thinned[s]);
    }
    report.self = predict::quality(all_own.predicted, all_own.wrong);
    report.self_intervals = intervals(all_own, seed);
    report.pooled = predict::quality(all.predicted, all.wrong);
    report.pooled_intervals = intervals(all, seed);
    return report;
}

}  // namespace exitscope::analyse
