// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/analysis/analyse/explain.h"
#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/envelope.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::analyse;

namespace {

const Analysis& analysis()
{
    static const auto made =
        *Analysis::make(tests::synthetic_run({.exits = 3, .fit_samples = 1500, .test_samples = 400}));
    return *made;
}

const cost::Costs& costs()
{
    static const cost::Costs made = *cost::make_costs(analysis().run(), cost::Kind::bops);
    return made;
}

/// A policy decided at a point of its own, so that no draw takes part.
struct Decided {
    PolicyResult policy;
    Decisions decisions;
    std::size_t point;

    explicit Decided(const std::string& name) : policy(*analysis().fit(name, costs(), 2))
    {
        point = policy.fitted->points().size() / 2;
        decisions = decide(policy, policy.fitted->points()[point].fit_cost);
    }
    [[nodiscard]] std::vector<GateVisit> way(std::size_t sample) const
    {
        return explain(*policy.analysis, policy.costs, *policy.fitted, decisions, SampleIndex(sample));
    }
};

double value(const Sentence& sentence, std::size_t place)
{
    return std::stod(sentence.values.at(place));
}

}  // namespace

/// Reasons name what the chosen policy decided by, with the numbers of its own rule.
class TestExplain : public QObject {
    Q_OBJECT
private slots:
    void follows_the_way_of_every_policy_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"quee", "quee-table", "quee-dp", "confidence", "entropy", "margin", "composite", "eero", "jei",
              "patience", "pcee", "static", "static-hull", "random", "oracle", "escalate"})
            QTest::newRow(name) << QString(name);
    }
    void follows_the_way_of_every_policy()
    {
        QFETCH(QString, name);
        const Decided d(name.toStdString());
        const run::Run& run = d.policy.analysis->run();
        for (std::size_t i = 0; i < run.test.samples; i += 7) {
            const std::vector<GateVisit> visits = d.way(i);
            const std::vector<StateIndex> way = policy::way_to(run.states, d.decisions.state[i]);
            QCOMPARE(visits.size(), way.size());
            for (std::size_t v = 0; v < way.size(); ++v) {
                QVERIFY(visits[v].state == way[v]);
                QCOMPARE(visits[v].left_here, v + 1 == way.size());
                QCOMPARE(visits[v].prediction, run.test.prediction[way[v].at()][i]);
                QVERIFY(!visits[v].reason.text().empty());
                QVERIFY2(visits[v].reason.text().find("%9") == std::string::npos, visits[v].reason.text().c_str());
            }
            QVERIFY2(visits.back().place.text().starts_with("left at exit "), visits.back().place.text().c_str());
        }
    }

    void quee_weighs_predicted_errors_against_costs()
    {
        const Decided d("quee");
        const double lambda = d.policy.fitted->rule(d.point)->lambda;
        std::size_t judged = 0;
        for (std::size_t i = 0; i < 400; ++i) {
            for (const GateVisit& visit : d.way(i)) {
                if (!visit.reason.pattern.starts_with("going on to exit"))
                    continue;
                ++judged;
                const double saved = value(visit.reason, 1);
                const double more = value(visit.reason, 2) / 100;
                const double needed = value(visit.reason, 4);
                // two decimals are shown
                QVERIFY2(visit.left_here ? saved <= needed + 0.011 : saved >= needed - 0.011,
                         visit.reason.text().c_str());
                QVERIFY(std::abs(value(visit.reason, 3) - lambda) <= 0.006 * lambda);
                QVERIFY(more > 0);
                QVERIFY(std::abs(needed - 100 * lambda * more) < 0.006 + 0.6 * lambda);
            }
        }
        QVERIFY(judged > 100);
    }

    void thresholds_are_those_of_the_rule_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("statistic");
        QTest::addRow("confidence") << "confidence"
                                    << "the largest probability ";
        QTest::addRow("eero") << "eero"
                              << "the largest probability ";
        QTest::addRow("entropy") << "entropy"
                                 << "the entropy ";
        QTest::addRow("margin") << "margin"
                                << "the margin ";
        QTest::addRow("patience") << "patience"
                                  << "exits in a row";
        QTest::addRow("pcee") << "pcee"
                              << "answers as sure as this one";
        QTest::addRow("jei") << "jei"
                             << "the learned score ";
    }
    void thresholds_are_those_of_the_rule()
    {
        QFETCH(QString, name);
        QFETCH(QString, statistic);
        const Decided d(name.toStdString());
        const policy::DecisionRule rule = *d.policy.fitted->rule(d.point);
        std::size_t judged = 0;
        for (std::size_t i = 0; i < 400; ++i) {
            for (const GateVisit& visit : d.way(i)) {
                const auto gate = std::find_if(rule.thresholds.begin(), rule.thresholds.end(),
                                               [&](const auto& threshold) { return threshold.state == visit.state; });
                if (gate == rule.thresholds.end()) {
                    QVERIFY(!visit.reason.pattern.starts_with(statistic.toStdString()));
                    continue;
                }
                ++judged;
                QVERIFY2(visit.reason.pattern.starts_with(statistic.toStdString()), visit.reason.text().c_str());
                const bool percent = visit.reason.values[1].ends_with("%");
                const double shown = value(visit.reason, 1) / (percent ? 100 : 1);
                const double sign = name == "entropy" ? -1 : 1;
                QVERIFY2(std::abs(shown - sign * gate->threshold) <= 0.006 * std::max(1.0, std::abs(gate->threshold)),
                         visit.reason.text().c_str());
                if (name == "confidence" || name == "eero")
                    QVERIFY(std::abs(value(visit.reason, 0) / 100 - double(visit.statistics.maximum)) < 0.001);
                if (name == "entropy")
                    QVERIFY(std::abs(value(visit.reason, 0) - double(visit.statistics.entropy)) < 0.006);
                const bool refused = visit.reason.pattern.find(" not ") != std::string_view::npos;
                if (name != "patience" && name != "pcee")
                    QCOMPARE(refused, !visit.left_here);
                else
                    QCOMPARE(value(visit.reason, 0) >= value(visit.reason, 1), visit.left_here);
            }
        }
        QVERIFY(judged > 100);
    }

    void others_say_what_they_are()
    {
        for (const GateVisit& visit : Decided("oracle").way(3))
            QCOMPARE(visit.reason.text(), std::string("the oracle knows the label"));
        for (const GateVisit& visit : Decided("random").way(3))
            QCOMPARE(visit.reason.text(), std::string("drawn by lot, whatever the image"));
        QCOMPARE(Decided("static").way(3).back().reason.text(), std::string("this model is fixed, whatever the image"));
        for (const GateVisit& visit : Decided("quee-dp").way(3))
            QVERIFY2(visit.reason.pattern.starts_with("the plan for answers like this one") ||
                         visit.reason.text() == "no stage is left",
                     visit.reason.text().c_str());
    }

    void a_draw_between_two_points_is_followed()
    {
        const PolicyResult hull = *analysis().fit("static-hull", costs(), 2);
        const double budget = 0.5 * (hull.fitted->points()[0].fit_cost + hull.fitted->points()[1].fit_cost);
        const Decisions decisions = decide(hull, budget);
        std::set<std::uint32_t> ends;
        for (std::size_t i = 0; i < 50; ++i) {
            const auto visits = explain(*hull.analysis, hull.costs, *hull.fitted, decisions, SampleIndex(i));
            QVERIFY(visits.back().state == decisions.state[i]);
            QCOMPARE(visits.back().reason.text(), std::string("one of two fixed models, drawn by lot"));
            ends.insert(visits.back().state.value);
        }
        QCOMPARE(ends.size(), std::size_t(2));
    }

    void the_last_exit_has_no_choice()
    {
        const Decided d("quee");
        const run::Run& run = d.policy.analysis->run();
        std::size_t seen = 0;
        for (std::size_t i = 0; i < 400; ++i) {
            const GateVisit last = d.way(i).back();
            if (!run.states[last.state.at()].children.empty())
                continue;
            ++seen;
            QVERIFY(last.reason.text() == "no stage is left" || last.reason.text() == "nothing is decided here");
            QVERIFY(last.best_terminal == last.state);
        }
        QVERIFY(seen > 0);
    }

    void predicted_errors_are_those_of_the_predictors()
    {
        const Decided d("confidence");
        const run::Run& run = analysis().run();
        for (const GateVisit& visit : d.way(5)) {
            const auto terminals = analysis().predictors().terminals(visit.state);
            std::vector<float> out(terminals.size());
            analysis().predictors().predict(visit.state,
                                            run::evidence(run.states, run.test, visit.state, SampleIndex(5)), out);
            QCOMPARE(visit.predicted_error_here, out.front());
            if (terminals.size() > 1)
                QCOMPARE(visit.best_predicted_error, *std::min_element(out.begin() + 1, out.end()));
        }
    }
};

QTEST_APPLESS_MAIN(TestExplain)
#include "tst_explain.moc"
