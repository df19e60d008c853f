// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/decided_reliability.h"
#include "core/analysis/analyse/exit_flow.h"
#include "core/analysis/analyse/predictor_report.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::analyse;

namespace {

/// One test sample in six has no label.
run::RunPtr partly_labelled_run()
{
    auto made = std::make_shared<run::Run>(*tests::synthetic_run({.exits = 3,
                                                                  .precisions = {{4, 4}, {8, 8}},
                                                                  .fit_samples = 1000,
                                                                  .test_samples = 1200,
                                                                  .probabilities = false}));
    for (std::size_t i = 0; i < 200; ++i)
        made->test.labels[6 * i] = -1;
    return made;
}

struct Bench {
    run::RunPtr run = partly_labelled_run();
    cost::Costs costs = *cost::make_costs(*run, cost::Kind::bops);
    std::shared_ptr<const Analysis> analysis = *Analysis::make(run);
    std::vector<StateIndex> states = decide(*analysis->fit("quee", costs), 0.35).state;
};

}  // namespace

class TestErrorQuality : public QObject {
    Q_OBJECT
private slots:
    void the_flow_counts_every_sample_once()
    {
        const Bench b;
        const auto flow = exit_flow(*b.run, b.states);
        QCOMPARE(flow.size(), std::size_t{3 * 2});
        for (std::size_t f = 0; f < flow.size(); ++f) {
            ExitFlow expected{ExitIndex(f / 2), b.run->precisions[f % 2], 0, 0, 0};
            for (std::size_t i = 0; i < b.states.size(); ++i) {
                const run::State& state = b.run->states[b.states[i].at()];
                if (state.exit != expected.exit || state.precision() != expected.precision)
                    continue;
                if (b.run->test.labels[i] < 0)
                    ++expected.unlabelled;
                else
                    ++(b.run->test.correct(b.states[i], SampleIndex(i)) ? expected.right : expected.wrong);
            }
            QVERIFY(flow[f].exit == expected.exit && flow[f].precision == expected.precision);
            QCOMPARE(flow[f].right, expected.right);
            QCOMPARE(flow[f].wrong, expected.wrong);
            QCOMPARE(flow[f].unlabelled, expected.unlabelled);
        }
    }

    void reliability_of_the_decided_samples()
    {
        const Bench b;
        const auto exits = decided_reliability(*b.analysis, b.states, 10);
        QCOMPARE(exits.size(), std::size_t{4});
        std::size_t total = 0;
        for (std::size_t e = 0; e < 3; ++e) {
            std::size_t binned = 0;
            for (const auto& bin : exits[e].bins)
                binned += bin.samples;
            QCOMPARE(binned, exits[e].quality.samples);
            total += binned;
        }
        QCOMPARE(total, std::size_t{1000});
        QCOMPARE(exits[3].quality.samples, std::size_t{1000});
        double predicted = 0;
        double actual = 0;
        for (const auto& bin : exits[3].bins) {
            predicted += bin.predicted * double(bin.samples) / 1000;
            actual += bin.actual * double(bin.samples) / 1000;
        }
        QVERIFY(std::abs(predicted - actual) < 0.03);
        QVERIFY(exits[3].quality.auroc > 0.7);
    }

    void the_report_has_every_gate_and_terminal()
    {
        const Bench b;
        const auto report = predictor_report(*b.run, b.analysis->predictors(), 1, 2);
        QVERIFY(report.has_value());
        QCOMPARE(report->gates.size(), b.run->states.size());
        QCOMPARE(report->self.samples, 1000 * b.run->states.size());
        std::size_t pairs = 0;
        for (std::size_t s = 0; s < report->gates.size(); ++s) {
            const GateQuality& gate = report->gates[s];
            const auto terminals = b.analysis->predictors().terminals(StateIndex(s));
            QVERIFY(gate.gate == StateIndex(s));
            QCOMPARE(gate.terminals.size(), terminals.size());
            pairs += 1000 * terminals.size();
            for (std::size_t t = 0; t < terminals.size(); ++t) {
                std::vector<float> predicted;
                std::vector<std::uint8_t> wrong;
                std::vector<float> out(terminals.size());
                for (std::size_t i = 0; i < b.run->test.samples; ++i) {
                    if (b.run->test.labels[i] < 0)
                        continue;
                    b.analysis->predictors().predict(
                        StateIndex(s), run::evidence(b.run->states, b.run->test, StateIndex(s), SampleIndex(i)), out);
                    predicted.push_back(out[t]);
                    wrong.push_back(!b.run->test.correct(terminals[t], SampleIndex(i)));
                }
                const predict::Quality expected = predict::quality(predicted, wrong);
                QVERIFY(gate.terminals[t].terminal == terminals[t]);
                QCOMPARE(gate.terminals[t].quality.samples, std::size_t{1000});
                QCOMPARE(gate.terminals[t].quality.auroc, expected.auroc);
                QCOMPARE(gate.terminals[t].quality.brier, expected.brier);
                QCOMPARE(gate.terminals[t].quality.ece, expected.ece);
            }
        }
        QCOMPARE(report->pooled.samples, pairs);
        QVERIFY2(report->pooled.auroc > 0.8 && report->pooled.ece < 0.04,
                 qPrintable(QString("auroc %1 ece %2").arg(report->pooled.auroc).arg(report->pooled.ece)));
    }

    void the_report_needs_labels()
    {
        const Bench b;
        run::Run blind = *b.run;
        blind.test.labels.clear();
        const auto report = predictor_report(blind, b.analysis->predictors(), 1);
        QVERIFY(!report);
        QVERIFY(report.error().message().find("labels") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestErrorQuality)
#include "tst_error_quality.moc"
