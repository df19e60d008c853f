// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "core/analysis/run/answers.h"
#include "core/base/softmax.h"
#include "core/deploy/evaluate/evaluator.h"
#include "core/deploy/evaluate/state_walk.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/run_model.h"
#include "tests/support/small_network.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

const Precision w4a4{4, 4};
const Precision w8a8{8, 8};

evaluate::EvaluateOptions small_options()
{
    evaluate::EvaluateOptions options;
    options.precisions = {fp32, w4a4, w8a8};
    options.calibration.samples = 24;
    options.batch = 8;
    options.threads = 1;
    options.measure_latency = false;
    options.created = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
    return options;
}

SmallDataOptions test_split(std::size_t samples = 37)
{
    SmallDataOptions options;
    options.samples = samples;
    options.seed = 4;
    return options;
}

template <class T>
bool same_bytes(const std::vector<std::vector<T>>& a, const std::vector<std::vector<T>>& b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
               return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(T)) == 0;
           });
}

bool same(const run::Split& a, const run::Split& b)
{
    return a.labels == b.labels && a.source_index == b.source_index && same_bytes(a.prediction, b.prediction) &&
           same_bytes(a.statistics, b.statistics) && same_bytes(a.true_probability, b.true_probability) &&
           same_bytes(a.probabilities, b.probabilities);
}

run::RunPtr evaluated(const evaluate::EvaluateOptions& options)
{
    Progress progress;
    const auto made =
        evaluate::evaluate_model(small_network(), *small_data(), *small_data(test_split()), options, progress);
    if (!made)
        throw std::runtime_error(made.error().message());
    return *made;
}

/// Runs the stages of one path one after the other for one batch, with buffers of their own: the obvious way.
std::vector<float> answer_of(const model::MultiExitModel& network, const plan::Quantization& quantization,
                             const std::vector<Precision>& path, const dataset::Dataset& data, std::size_t begin,
                             std::size_t count)
{
    engine::HandOver values(network);
    std::vector<float> exit(static_cast<std::size_t>(network.batch * network.classes));
    if (!engine::read_padded(data, begin, count, network, values.input()))
        throw std::runtime_error("unreadable");
    for (std::size_t s = 0; s < path.size(); ++s) {
        const StageIndex stage(s);
        const auto program = engine::Program::compile(network, stage, path[s],
                                                      path[s].is_float() ? nullptr : quantization.find(stage, path[s]));
        if (!program)
            throw std::runtime_error(program.error().message());
        engine::Program::Scratch scratch = program->scratch();
        program->run(scratch, values.inputs(stage), values.outputs(stage), exit);
    }
    return exit;
}

}  // namespace

class TestEvaluator : public QObject {
    Q_OBJECT

private slots:
    void everyStateAgreesWithItsOwnPath()
    {
        const evaluate::EvaluateOptions options = small_options();
        const run::RunPtr run = evaluated(options);
        QCOMPARE(run->states.size(), std::size_t(3 + 9 + 27));
        QCOMPARE(run->precisions, (std::vector<Precision>{w4a4, w8a8, fp32}));

        const auto data = small_data(test_split());
        const auto network = model::with_batch(small_network(), 8);
        QVERIFY(network);
        Progress progress;
        const auto quantization =
            calibrate::calibrate(*network, *small_data(), {w4a4, w8a8}, options.calibration, progress);
        QVERIFY(quantization);
        bool states_differ = false;
        for (std::size_t s = 0; s < run->states.size(); ++s) {
            const run::State& state = run->states[s];
            const bool is_probability = network->stages[state.exit.at()].exit_kind == OutputKind::probabilities;
            QCOMPARE(run->exit_kinds[state.exit.at()], network->stages[state.exit.at()].exit_kind);
            QCOMPARE(is_probability, state.exit.value == 2);
            for (std::size_t begin = 0; begin < 37; begin += 8) {
                const std::size_t count = std::min<std::size_t>(8, 37 - begin);
                const std::vector<float> exit = answer_of(*network, *quantization, state.path, *data, begin, count);
                for (std::size_t i = 0; i < count; ++i) {
                    std::vector<float> p(exit.begin() + std::ptrdiff_t(i * 5),
                                         exit.begin() + std::ptrdiff_t(i * 5 + 5));
                    const auto best = std::max_element(p.begin(), p.end()) - p.begin();
                    if (!is_probability) {
                        double total = 0;
                        const float largest = *std::max_element(p.begin(), p.end());
                        for (const float z : p)
                            total += std::exp(double(z) - double(largest));
                        for (float& z : p)
                            z = static_cast<float>(std::exp(double(z) - double(largest)) / total);
                    }
                    const std::size_t sample = begin + i;
                    QCOMPARE(std::ptrdiff_t(run->test.prediction[s][sample]), best);
                    for (std::size_t c = 0; c < 5; ++c)
                        QCOMPARE(run->test.probabilities[s][sample * 5 + c], p[c]);
                    QCOMPARE(run->test.true_probability[s][sample], p[sample % 5]);
                    QVERIFY(run::statistics(p) == run->test.statistics[s][sample]);
                }
            }
            states_differ |= s > 0 && run->test.statistics[s][0].entropy != run->test.statistics[0][0].entropy;
        }
        QVERIFY(states_differ);
    }

    void historyMatters()
    {
        // The last stage at fp32 after different precisions must answer differently: the prefix is part of the state.
        const run::RunPtr run = evaluated(small_options());
        std::vector<float> entropies;
        for (std::size_t s = 0; s < run->states.size(); ++s)
            if (run->states[s].exit.value == 2 && run->states[s].precision().is_float())
                entropies.push_back(run->test.statistics[s][0].entropy);
        QCOMPARE(entropies.size(), std::size_t(9));
        std::sort(entropies.begin(), entropies.end());
        QVERIFY(std::adjacent_find(entropies.begin(), entropies.end()) == entropies.end());
    }

    void resultsDoNotDependOnThreads()
    {
        evaluate::EvaluateOptions options = small_options();
        const run::RunPtr one = evaluated(options);
        options.threads = 5;
        const run::RunPtr five = evaluated(options);
        QVERIFY(same(one->fit, five->fit));
        QVERIFY(same(one->test, five->test));
        options.calibration.weights = plan::WeightMethod::nearest;
        const run::RunPtr nearest = evaluated(options);
        QVERIFY(!same(one->fit, nearest->fit));
        options.calibration.bias_correction = false;
        QVERIFY(!same(nearest->fit, evaluated(options)->fit));
    }

    void theRunIsComplete()
    {
        evaluate::EvaluateOptions options = small_options();
        options.measure_latency = true;
        options.schedule = run::Schedule::uniform;
        const run::RunPtr run = evaluated(options);
        QCOMPARE(run->states.size(), std::size_t(9));
        QCOMPARE(run->roots().size(), std::size_t(3));
        QCOMPARE(run->states[run->full().at()].name(), std::string("fp32-fp32-fp32"));
        QCOMPARE(run->exit_names, (std::vector<std::string>{"exit1", "exit2", "exit3"}));
        QCOMPARE(run->class_names, (std::vector<std::string>{"0", "1", "2", "3", "4"}));
        QCOMPARE(run->fit.samples, std::size_t(50));
        QCOMPARE(run->fit.dataset_hash, std::string("small-3"));
        QCOMPARE(run->test.dataset_hash, std::string("small-4"));
        QCOMPARE(run->provenance.created, std::string("2023-11-14T22:13:20Z"));
        QCOMPARE(run->provenance.model_hash, std::string("small"));
        QCOMPARE(run->provenance.calibration_samples, std::size_t(24));
        QVERIFY(!run->provenance.machine.empty() && !run->provenance.program_version.empty());
        QVERIFY(run->provenance.seconds > 0 && run->provenance.images_per_second > 0);

        QCOMPARE(run->stage_costs.size(), std::size_t(3));
        const run::StageCost& first = run->stage_costs[0];
        QCOMPARE(first.trunk_macs, 12.0 * 12 * (2 + 8 + 8) * 9 * 8);
        QCOMPARE(first.trunk_pinned_macs, 12.0 * 12 * 2 * 9 * 8);
        QCOMPARE(first.head_macs, 72.0 * 16 + 16 * 5);
        QCOMPARE(first.head_pinned_macs, 16.0 * 5);
        for (const run::StageCost& cost : run->stage_costs) {
            QCOMPARE(cost.trunk_ms.size(), std::size_t(3));
            QCOMPARE(cost.head_ms.size(), std::size_t(3));
            for (std::size_t p = 0; p < 3; ++p)
                QVERIFY(cost.trunk_ms[p] + cost.head_ms[p] > 0 && cost.head_ms[p] >= 0);
        }
    }

    void unlabelledTestDataIsWelcome()
    {
        SmallDataOptions unlabelled = test_split();
        unlabelled.labelled = false;
        Progress progress;
        const auto made = evaluate::evaluate_model(small_network(), *small_data(), *small_data(unlabelled),
                                                   small_options(), progress);
        QVERIFY2(made, made ? "" : made.error().message().c_str());
        QVERIFY(!(*made)->test.labelled() && (*made)->test.true_probability.empty());
        QVERIFY((*made)->fit.labelled());
        QCOMPARE(progress.done(), std::uint64_t(50 + 37));

        const auto refused = evaluate::evaluate_model(small_network(), *small_data(unlabelled), *small_data(),
                                                      small_options(), progress);
        QVERIFY(!refused && refused.error().code == ErrorCode::bad_input);
    }

    void probabilitiesRespectTheMemoryLimit()
    {
        evaluate::EvaluateOptions options = small_options();
        options.probability_bytes = 39 * 87 * 5 * 4;
        QVERIFY(!evaluated(options)->test.probabilities.empty());
        --options.probability_bytes;
        const run::RunPtr lean = evaluated(options);
        QVERIFY(lean->test.probabilities.empty() && lean->fit.probabilities.empty());
        QVERIFY(!lean->test.true_probability.empty());
    }

    void tooManyStatesSuggestASchedule()
    {
        evaluate::EvaluateOptions options = small_options();
        options.schedule = run::Schedule::free;
        options.state_limit = 20;
        Progress progress;
        const auto refused = evaluate::evaluate_model(small_network(), *small_data(), *small_data(), options, progress);
        QVERIFY(!refused && refused.error().code == ErrorCode::usage);
        QVERIFY2(refused.error().message().find("non-increasing") != std::string::npos,
                 refused.error().message().c_str());
        options.precisions.clear();
        QVERIFY(!evaluate::evaluate_model(small_network(), *small_data(), *small_data(), options, progress));
    }

    void stateCountEqualsTheList()
    {
        const std::vector<Precision> precisions{w4a4, {6, 6}, w8a8, fp32};
        for (const run::Schedule schedule : {run::Schedule::free, run::Schedule::non_increasing,
                                             run::Schedule::non_decreasing, run::Schedule::uniform})
            for (std::size_t exits = 1; exits <= 5; ++exits)
                QCOMPARE(evaluate::state_count(exits, precisions.size(), schedule),
                         std::uint64_t(run::enumerate_states(exits, precisions, schedule).size()));
        QCOMPARE(evaluate::state_count(500, 8, run::Schedule::free), std::uint64_t(1) << 53);
    }

    void theScheduleIsAsFreeAsTheLimitAllows()
    {
        QCOMPARE(evaluate::freest_schedule(4, 3, 120), run::Schedule::free);
        QCOMPARE(evaluate::freest_schedule(4, 3, 119), run::Schedule::non_increasing);
        QCOMPARE(evaluate::freest_schedule(7, 3, 1000), run::Schedule::non_increasing);
        QCOMPARE(evaluate::freest_schedule(4, 3, 12), run::Schedule::uniform);
    }

    void failuresAreReported()
    {
        Progress progress;
        SmallDataOptions odd = test_split();
        odd.odd_label = 5;
        const auto mismatch =
            evaluate::evaluate_model(small_network(), *small_data(), *small_data(odd), small_options(), progress);
        QVERIFY(!mismatch && mismatch.error().code == ErrorCode::bad_input);
        SmallDataOptions damaged = test_split();
        damaged.unreadable = 30;
        const auto unreadable =
            evaluate::evaluate_model(small_network(), *small_data(), *small_data(damaged), small_options(), progress);
        QVERIFY(!unreadable && unreadable.error().message().find("#30") != std::string::npos);
        const auto empty = evaluate::evaluate_model(small_network(), *small_data(), *small_data(test_split(0)),
                                                    small_options(), progress);
        QVERIFY(!empty && empty.error().code == ErrorCode::bad_input);
        progress.cancel();
        const auto stopped =
            evaluate::evaluate_model(small_network(), *small_data(), *small_data(), small_options(), progress);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::cancelled);
    }

    void softmaxIsStable()
    {
        const std::vector<float> logits{1000.0F, 1000.0F, -1000.0F};
        std::vector<float> p(3);
        softmax(logits, p);
        QCOMPARE(p, (std::vector<float>{0.5F, 0.5F, 0.0F}));
    }
};

QTEST_APPLESS_MAIN(TestEvaluator)
#include "tst_evaluator.moc"
