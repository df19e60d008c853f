// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/predict/targets.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::predict;

class TestTargets : public QObject {
    Q_OBJECT
private slots:
    void terminals_are_the_state_and_its_descendants()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 3, .fit_samples = 10, .test_samples = 10});
        const auto terminals = reachable_terminals(*run);
        for (std::size_t s = 0; s < run->states.size(); ++s) {
            std::vector<StateIndex> expected{StateIndex(s)};
            for (std::size_t m = 0; m < run->states.size(); ++m) {
                const std::vector<Precision>& from = run->states[s].path;
                const std::vector<Precision>& to = run->states[m].path;
                if (to.size() > from.size() && std::equal(from.begin(), from.end(), to.begin()))
                    expected.emplace_back(m);
            }
            QVERIFY(terminals[s] == expected);
        }
        QCOMPARE(terminals[0].size(), std::size_t{1 + 3 + 9});
        QCOMPARE(terminals.back().size(), std::size_t{1});
    }

    void errors_skip_unlabelled_samples()
    {
        run::Run run = *tests::synthetic_run({.exits = 2, .fit_samples = 50, .test_samples = 10});
        run.fit.labels[0] = -1;
        run.fit.labels[17] = -1;
        const Errors errors = labelled_errors(run, run.fit);
        QCOMPARE(errors.samples.size(), std::size_t{48});
        for (std::size_t s = 0; s < run.states.size(); ++s)
            for (std::size_t row = 0; row < errors.samples.size(); ++row)
                QCOMPARE(errors.wrong[s][row] == 1,
                         int(run.fit.prediction[s][errors.samples[row]]) != run.fit.labels[errors.samples[row]]);
    }

    void shrinks_towards_the_global_error()
    {
        Errors errors;
        errors.samples = {0, 1, 2, 3, 4, 5};
        errors.wrong = {{1, 0, 1, 0, 0, 0}};
        const std::vector<StateIndex> terminals{StateIndex(0)};
        const std::vector<std::uint32_t> rows{0, 1, 2, 3};  // global error 1/2
        const std::vector<std::uint32_t> assignment{0, 1, 0, 1};
        const Eigen::MatrixXf e = cluster_errors(errors, terminals, rows, assignment, 3, 4.0);
        QCOMPARE(e(0, 0), static_cast<float>((2 + 4 * 0.5) / (2 + 4)));
        QCOMPARE(e(0, 1), static_cast<float>((0 + 4 * 0.5) / (2 + 4)));
        QCOMPARE(e(0, 2), 0.5F);  // an empty cluster has the global error
        const Eigen::MatrixXf raw = cluster_errors(errors, terminals, rows, assignment, 3, 0.0);
        QCOMPARE(raw(0, 0), 1.0F);
        QCOMPARE(raw(0, 1), 0.0F);
        QCOMPARE(raw(0, 2), 0.5F);
    }

    void mean_over_clusters_is_the_global_error()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 2, .fit_samples = 500, .test_samples = 10});
        const Errors errors = labelled_errors(*run, run->fit);
        const std::vector<StateIndex> terminals = reachable_terminals(*run)[0];
        std::vector<std::uint32_t> rows(500);
        std::vector<std::uint32_t> assignment(500);
        std::vector<double> size(7, 0);
        Random random(4);
        for (std::uint32_t i = 0; i < 500; ++i) {
            rows[i] = i;
            assignment[i] = static_cast<std::uint32_t>(random.below(7));
            size[assignment[i]] += 1;
        }
        const Eigen::MatrixXf e = cluster_errors(errors, terminals, rows, assignment, 7, 0.0);
        for (std::size_t t = 0; t < terminals.size(); ++t) {
            double wrong = 0;
            double expected = 0;
            for (std::size_t i = 0; i < 500; ++i)
                wrong += errors.wrong[terminals[t].at()][i];
            for (Eigen::Index k = 0; k < 7; ++k)
                expected += double(e(static_cast<Eigen::Index>(t), k)) * size[static_cast<std::size_t>(k)];
            QVERIFY(std::abs(wrong - expected) < 1e-2);
        }
    }
};

QTEST_APPLESS_MAIN(TestTargets)
#include "tst_targets.moc"
