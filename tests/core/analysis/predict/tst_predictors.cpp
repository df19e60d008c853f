// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/predict/fit.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::predict;

namespace {

run::RunPtr small_run(std::size_t fit_samples)
{
    return tests::synthetic_run({.exits = 3,
                                 .precisions = {{4, 4}, {8, 8}},
                                 .fit_samples = fit_samples,
                                 .test_samples = 4000,
                                 .probabilities = false});
}

run::Evidence known(const run::Run& run, const run::Split& split, std::size_t state, std::size_t sample)
{
    return run::evidence(run.states, split, StateIndex(state), SampleIndex(sample));
}

std::vector<float> all_predictions(const run::Run& run, const Predictors& predictors)
{
    std::vector<float> all;
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        std::vector<float> out(run.test.samples * predictors.terminals(StateIndex(s)).size());
        predict::predict(predictors, run, run.test, StateIndex(s), out);
        all.insert(all.end(), out.begin(), out.end());
    }
    return all;
}

}  // namespace

class TestPredictors : public QObject {
    Q_OBJECT
private slots:
    void methods_data()
    {
        QTest::addColumn<int>("method");
        QTest::newRow("table") << int(Method::table);
        QTest::newRow("mlp") << int(Method::mlp);
        QTest::newRow("mlp-raw") << int(Method::mlp_raw);
        QTest::newRow("spline") << int(Method::spline);
    }

    void predict_well_on_the_test_split_data() { methods_data(); }
    void predict_well_on_the_test_split()
    {
        QFETCH(int, method);
        const run::RunPtr run = small_run(6000);
        const auto predictors = fit(*run, {.method = Method(method)});
        QVERIFY(predictors.has_value());
        for (std::size_t s = 0; s < run->states.size(); ++s) {
            const auto terminals = (*predictors)->terminals(StateIndex(s));
            QVERIFY(terminals.front() == StateIndex(s));
            std::vector<float> out(run->test.samples * terminals.size());
            predict::predict(**predictors, *run, run->test, StateIndex(s), out);
            for (std::size_t t = 0; t < terminals.size(); ++t) {
                std::vector<float> predicted;
                std::vector<std::uint8_t> wrong;
                for (std::size_t i = 0; i < run->test.samples; ++i) {
                    predicted.push_back(out[i * terminals.size() + t]);
                    wrong.push_back(!run->test.correct(terminals[t], SampleIndex(i)));
                    QVERIFY(predicted.back() > 0 && predicted.back() < 1);
                }
                const Quality q = quality(predicted, wrong);
                const double floor = t == 0 ? 0.88 : 0.70;
                QVERIFY2(
                    q.auroc > floor && q.ece < 0.04,
                    qPrintable(QString("state %1 terminal %2: auroc %3 ece %4").arg(s).arg(t).arg(q.auroc).arg(q.ece)));
            }
        }
    }

    void one_sample_many_samples_and_self_agree_data() { methods_data(); }
    void one_sample_many_samples_and_self_agree()
    {
        QFETCH(int, method);
        const run::RunPtr run = small_run(300);
        const auto predictors = fit(*run, {.method = Method(method)});
        QVERIFY(predictors.has_value());
        for (std::size_t s = 0; s < run->states.size(); ++s) {
            const std::size_t width = (*predictors)->terminals(StateIndex(s)).size();
            std::vector<float> many(run->test.samples * width);
            std::vector<float> self(run->test.samples);
            std::vector<float> one(width);
            predict::predict(**predictors, *run, run->test, StateIndex(s), many);
            predict_self(**predictors, *run, run->test, StateIndex(s), self);
            for (std::size_t i = 0; i < 100; ++i) {
                (*predictors)->predict(StateIndex(s), known(*run, run->test, s, i), one);
                for (std::size_t t = 0; t < width; ++t)
                    QCOMPARE(one[t], many[i * width + t]);
                QVERIFY(std::abs(self[i] - one[0]) < 1e-6F);
            }
        }
    }

    void what_gates_compare_differs_as_the_errors_do_data() { methods_data(); }
    void what_gates_compare_differs_as_the_errors_do()
    {
        QFETCH(int, method);
        const run::RunPtr run = small_run(600);
        const auto predictors = fit(*run, {.method = Method(method)});
        QVERIFY(predictors.has_value());
        std::size_t checked = 0;
        for (std::size_t s = 0; s < run->states.size(); ++s) {
            std::vector<float> errors((*predictors)->terminals(StateIndex(s)).size());
            std::vector<float> compared(errors.size());
            for (std::size_t i = 0; i < 200; ++i) {
                const run::Evidence evidence = known(*run, run->test, s, i);
                (*predictors)->predict(StateIndex(s), evidence, errors);
                (*predictors)->compare(StateIndex(s), evidence, compared);
                for (std::size_t t = 0; t < errors.size(); ++t) {
                    if (std::min(errors[0], errors[t]) < 0.01F || std::max(errors[0], errors[t]) > 0.999F)
                        continue;  // kept between 0 and 1
                    QVERIFY(std::abs((compared[t] - compared[0]) - (errors[t] - errors[0])) < 1e-5F);
                    ++checked;
                }
            }
        }
        QVERIFY(checked > 1000);
    }

    void threads_do_not_change_a_bit_data() { methods_data(); }
    void threads_do_not_change_a_bit()
    {
        QFETCH(int, method);
        const run::RunPtr run = small_run(400);
        const auto one = fit(*run, {.method = Method(method), .threads = 1});
        const auto three = fit(*run, {.method = Method(method), .threads = 3});
        const auto other_seed = fit(*run, {.method = Method(method), .seed = 2});
        QVERIFY(one.has_value() && three.has_value() && other_seed.has_value());
        QVERIFY(all_predictions(*run, **one) == all_predictions(*run, **three));
        QVERIFY(all_predictions(*run, **one) != all_predictions(*run, **other_seed));
    }

    void a_sample_of_the_fit_split_does_not_learn_from_itself_data() { methods_data(); }
    void a_sample_of_the_fit_split_does_not_learn_from_itself()
    {
        QFETCH(int, method);
        const run::RunPtr run = small_run(400);
        run::Run flipped = *run;
        constexpr std::size_t sample = 17;
        flipped.fit.labels[sample] = (run->fit.labels[sample] + 1) % 10;
        const auto before = fit(*run, {.method = Method(method)});
        const auto after = fit(flipped, {.method = Method(method)});
        bool others_change = false;
        for (std::size_t s = 0; s < run->states.size(); ++s) {
            const std::size_t width = (*before)->terminals(StateIndex(s)).size();
            const auto of = [&](const Predictors& predictors, std::size_t i) {
                std::vector<float> out(width);
                predictors.predict_held_out(StateIndex(s), SampleIndex(i), known(*run, run->fit, s, i), out);
                return out;
            };
            QVERIFY(of(**before, sample) == of(**after, sample) || method == int(Method::spline));
            for (std::size_t t = 0; t < width; ++t)
                QVERIFY(std::abs(of(**before, sample)[t] - of(**after, sample)[t]) < 0.02F);
            others_change |= of(**before, sample + 1) != of(**after, sample + 1);
        }
        QVERIFY(others_change);
    }

    void one_cluster_predicts_the_global_error()
    {
        const run::RunPtr run = small_run(500);
        const auto predictors = fit(*run, {.method = Method::table, .clusters = 1});
        QVERIFY(predictors.has_value());
        const auto terminals = (*predictors)->terminals(StateIndex(0));
        std::vector<float> out(terminals.size());
        (*predictors)->predict(StateIndex(0), known(*run, run->test, 0, 3), out);
        for (std::size_t t = 0; t < terminals.size(); ++t) {
            double wrong = 0;
            for (std::size_t i = 0; i < 500; ++i)
                wrong += !run->fit.correct(terminals[t], SampleIndex(i));
            QVERIFY(std::abs(double(out[t]) - wrong / 500) < 1e-6);
        }
    }

    void the_test_split_is_not_looked_at()
    {
        const run::RunPtr run = small_run(300);
        run::Run blind = *run;
        blind.test.labels.clear();
        for (auto& column : blind.test.prediction)
            std::fill(column.begin(), column.end(), std::uint16_t{0});
        const auto with = fit(*run, {});
        const auto without = fit(blind, {});
        QVERIFY(with.has_value() && without.has_value());
        QVERIFY(all_predictions(*run, **with) == all_predictions(*run, **without));
    }

    void says_why_it_cannot_fit()
    {
        run::Run run = *small_run(9);
        QVERIFY(fit(run, {}).has_value());  // too few to fit: the mean error of every state
        run.fit.labels.assign(run.fit.labels.size(), -1);
        QVERIFY(!fit(run, {}));
        run = *small_run(100);
        QVERIFY(fit(run, {}).has_value());
        QVERIFY(!fit(run, {.clusters = 0}));
        QVERIFY(!fit(run, {.hidden = 100000}));
        QVERIFY(!fit(run, {.validation_fraction = 1.0}));
        run.fit.labels.assign(100, -1);
        QVERIFY(!fit(run, {}));
        run.fit.labels.clear();
        const auto failed = fit(run, {});
        QVERIFY(!failed);
        QVERIFY(failed.error().message().find("no") != std::string::npos);
    }

    void copes_with_statistics_that_are_not_numbers()
    {
        run::Run run = *small_run(100);
        run.fit.statistics[0][5].entropy = std::nanf("");
        run.test.statistics[0][0].maximum = std::numeric_limits<float>::infinity();
        const auto predictors = fit(run, {});
        QVERIFY(predictors.has_value());
        for (const float p : all_predictions(run, **predictors))
            QVERIFY(p > 0 && p < 1);
    }
};

QTEST_APPLESS_MAIN(TestPredictors)
#include "tst_predictors.moc"
