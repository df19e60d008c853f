// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/user_thresholds.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using Statistic = policy::UserThresholds::Statistic;

namespace {

const std::shared_ptr<const analyse::Analysis>& analysis()
{
    static const auto shared = *analyse::Analysis::make(
        tests::synthetic_run({.exits = 4, .precisions = {{4, 4}, {8, 8}}, .fit_samples = 300, .test_samples = 1000}));
    return shared;
}

const cost::Costs& costs()
{
    static const cost::Costs shared = *cost::make_costs(analysis()->run(), cost::Kind::macs);
    return shared;
}

/// The state of every exit on the path at one precision.
std::vector<std::size_t> uniform_path(Precision precision)
{
    const run::Run& run = analysis()->run();
    std::vector<std::size_t> path;
    for (std::size_t s = 0; s < run.states.size(); ++s)
        if (std::all_of(run.states[s].path.begin(), run.states[s].path.end(),
                        [precision](Precision p) { return p == precision; }))
            path.push_back(s);
    return path;
}

bool leaves(Statistic statistic, const run::Statistics& s, float threshold)
{
    switch (statistic) {
    case Statistic::confidence: return s.maximum >= threshold;
    case Statistic::entropy: return s.entropy <= threshold;
    case Statistic::margin: return s.margin >= threshold;
    }
    return false;
}

}  // namespace

class TestUserThresholds : public QObject {
    Q_OBJECT
private slots:
    void leaves_where_the_statistic_reaches_the_threshold_data()
    {
        QTest::addColumn<int>("statistic");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QList<double>>("thresholds");  // NaN: off
        const double off = std::nan("");
        QTest::newRow("confidence") << int(Statistic::confidence) << QString() << QList<double>{0.9, 0.8, 0.7};
        QTest::newRow("one off") << int(Statistic::confidence) << QString() << QList<double>{0.9, off, 0.7};
        QTest::newRow("first off") << int(Statistic::margin) << QString() << QList<double>{off, 0.3, off};
        QTest::newRow("all off") << int(Statistic::confidence) << QString() << QList<double>{off, off, off};
        QTest::newRow("entropy") << int(Statistic::entropy) << QString() << QList<double>{0.5, 0.8, 1.2};
        QTest::newRow("everybody first") << int(Statistic::confidence) << QString() << QList<double>{0.0, 0.0, 0.0};
        QTest::newRow("nobody early") << int(Statistic::margin) << QString() << QList<double>{2.0, 2.0, 2.0};
        QTest::newRow("cheap path") << int(Statistic::confidence) << "w4a4-w4a4-w4a4-w4a4"
                                    << QList<double>{0.9, 0.8, 0.7};
    }
    void leaves_where_the_statistic_reaches_the_threshold()
    {
        QFETCH(int, statistic);
        QFETCH(QString, path);
        QFETCH(QList<double>, thresholds);
        policy::UserThresholds choice;
        choice.statistic = static_cast<Statistic>(statistic);
        choice.path = path.toStdString();
        for (const double t : thresholds)
            choice.thresholds.push_back(std::isnan(t) ? std::nullopt : std::optional(t));
        const auto scored = analysis()->at_thresholds(choice, costs());
        QVERIFY2(scored, scored ? "" : scored.error().message().c_str());
        QCOMPARE(scored->curve.points.size(), std::size_t(1));
        const analyse::Decisions decisions = analyse::decide(*scored, 1.0);

        const run::Run& run = analysis()->run();
        const std::vector<std::size_t> states = uniform_path(path.isEmpty() ? Precision{8, 8} : Precision{4, 4});
        double cost = 0;
        std::size_t hits = 0;
        std::vector<double> exits(4, 0);
        for (std::size_t i = 0; i < run.test.samples; ++i) {
            double macs = 0;
            for (std::size_t e = 0; e < 4; ++e) {
                macs += run.stage_costs[e].trunk_macs;
                if (e < 3 && !choice.thresholds[e])
                    continue;
                macs += run.stage_costs[e].head_macs;
                const bool last = e == 3;
                if (!last && !leaves(choice.statistic, run.test.statistics[states[e]][i],
                                     static_cast<float>(*choice.thresholds[e])))
                    continue;
                hits += run.test.prediction[states[e]][i] == run.test.labels[i];
                exits[e] += 1.0 / double(run.test.samples);
                break;
            }
            cost += macs / costs().reference / double(run.test.samples);
        }
        QCOMPARE(decisions.outcome.accuracy.value, double(hits) / double(run.test.samples));
        QVERIFY(std::abs(decisions.outcome.relative_cost - cost) < 1e-12);
        for (std::size_t e = 0; e < 4; ++e)
            QVERIFY(std::abs(decisions.outcome.exit_share[e] - exits[e]) < 1e-12);
    }

    void what_does_not_fit_is_refused()
    {
        const auto refused = [](const policy::UserThresholds& choice, const char* words) {
            const auto scored = analysis()->at_thresholds(choice, costs());
            return !scored && scored.error().code == ErrorCode::usage &&
                   scored.error().message().find(words) != std::string::npos;
        };
        QVERIFY(refused({{0.5, 0.5}, Statistic::confidence, {}}, "2 were given, and the run has 3 exits before the last"));
        QVERIFY(refused({{0.5, 0.5, 0.5, 0.5}, Statistic::confidence, {}}, "4 were given"));
        QVERIFY(refused({{0.5, std::nan(""), 0.5}, Statistic::confidence, {}}, "finite"));
        QVERIFY(refused({{0.5, 0.5, 0.5}, Statistic::confidence, "w2a2-w2a2-w2a2-w2a2"}, "--path"));
        QVERIFY(refused({{0.5, 0.5, 0.5}, Statistic::confidence, "w4a4-w4a4"}, "--path"));
    }
};

QTEST_APPLESS_MAIN(TestUserThresholds)
#include "tst_user_thresholds.moc"
