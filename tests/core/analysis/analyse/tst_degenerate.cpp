// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include <QtTest>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/bootstrap.h"
#include "core/analysis/analyse/confusion.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/decided_reliability.h"
#include "core/analysis/analyse/default_budget.h"
#include "core/analysis/analyse/exit_flow.h"
#include "core/analysis/analyse/explain.h"
#include "core/analysis/analyse/neighbours.h"
#include "core/analysis/analyse/overthinking.h"
#include "core/analysis/analyse/paired.h"
#include "core/analysis/analyse/predictor_report.h"
#include "core/analysis/analyse/stage_flow.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/analyse/statistic_quality.h"
#include "core/analysis/analyse/stepper.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/risk/guarantee.h"
#include "tests/support/degenerate_runs.h"

using namespace exitscope;

namespace {

/// An error of a policy is a sentence about what is missing.
bool is_sentence(const Error& error)
{
    return (error.code == ErrorCode::bad_input || error.code == ErrorCode::usage) && !error.detail.empty();
}

bool is_curve(const analyse::Curve& curve)
{
    if (curve.points.empty() || !std::isfinite(curve.area))
        return false;
    return std::all_of(curve.points.begin(), curve.points.end(), [](const analyse::CurvePoint& point) {
        return std::isfinite(point.budget) && std::isfinite(point.relative_cost) && point.relative_cost >= 0 &&
               (point.accuracy.samples == 0 || (point.accuracy.value >= 0 && point.accuracy.value <= 1));
    });
}

}  // namespace

/// Every policy and every number that is shown of it, on runs with little or nothing to decide.
class TestDegenerate : public QObject {
    Q_OBJECT
private slots:
    void every_policy_has_points_or_an_error_data();
    void every_policy_has_points_or_an_error();
    void every_path_can_be_calibrated_data() { every_policy_has_points_or_an_error_data(); }
    void every_path_can_be_calibrated();
    void escalation_ends_at_the_cheapest_answer();
};

void TestDegenerate::every_policy_has_points_or_an_error_data()
{
    QTest::addColumn<run::RunPtr>("run");
    for (const tests::DegenerateRun& degenerate : tests::degenerate_runs())
        QTest::newRow(degenerate.name.c_str()) << degenerate.run;
}

void TestDegenerate::every_policy_has_points_or_an_error()
{
    QFETCH(run::RunPtr, run);
    for (const bool pooled : {false, true}) {
        const auto analysis = analyse::Analysis::make(run, {.pooled = pooled});
        if (run->fit.labels.empty()) {
            QVERIFY(!analysis && is_sentence(analysis.error()));
            continue;
        }
        QVERIFY2(analysis.has_value(), analysis ? "" : analysis.error().message().c_str());
        const auto bootstrap = analyse::Bootstrap::make((*analysis)->run(), 1, 20);
        const auto report = analyse::predictor_report((*analysis)->run(), (*analysis)->predictors(), 1);
        QVERIFY(report.has_value() || is_sentence(report.error()));
        for (const cost::Kind kind : {cost::Kind::bops, cost::Kind::latency}) {
            const auto costs = cost::make_costs(*run, kind);
            QVERIFY2(costs.has_value(), costs ? "" : costs.error().message().c_str());
            for (const policy::Info& info : policy::registry()) {
                const auto fitted = (*analysis)->fit(info.name, *costs, 11);
                if (!fitted) {
                    QVERIFY2(is_sentence(fitted.error()), fitted.error().message().c_str());
                    QVERIFY2(info.oracle, (std::string(info.name) + ": " + fitted.error().message()).c_str());
                    continue;
                }
                QVERIFY2(!fitted->fitted->points().empty() && is_curve(fitted->curve), info.name.data());
                if (bootstrap) {
                    const analyse::ResampledCurve curve = bootstrap->curve(*fitted);
                    static_cast<void>(curve.accuracy_at(0.5));
                    static_cast<void>(curve.cost_at_drop(0.01));
                    QVERIFY(std::isfinite(curve.area(fitted->curve.area_low).value));
                }
                analyse::Stepper stepper(*fitted);
                analyse::Decisions decisions;
                for (const double budget : {0.0, 0.3, 1.0, 2.0, analyse::knee_budget(*fitted),
                                            analyse::default_budget(*fitted, analyse::tolerated_drop)}) {
                    static_cast<void>(stepper.move(budget, decisions));
                    const run::Run& own = fitted->analysis->run();
                    QVERIFY(decisions.state == analyse::decide(*fitted, budget).state);
                    QCOMPARE(decisions.state.size(), own.test.samples);
                    QVERIFY(decisions.outcome.relative_cost >= 0 && std::isfinite(decisions.outcome.relative_cost));
                    const SampleIndex last(own.test.samples - 1);
                    const std::vector<SampleIndex> some{SampleIndex(0), last};
                    QVERIFY(
                        !analyse::explain(*fitted->analysis, fitted->costs, *fitted->fitted, decisions, last).empty());
                    QCOMPARE(analyse::stage_flow(own, decisions.state).samples, own.test.samples);
                    static_cast<void>(analyse::exit_flow(own, decisions.state));
                    static_cast<void>(analyse::overthinking(own, decisions.state, some));
                    static_cast<void>(analyse::decided_reliability(*fitted->analysis, decisions.state, 10));
                    static_cast<void>(analyse::nearest_answers(own, decisions.state[last.at()], last, 5));
                    static_cast<void>(analyse::best_statistic(own, decisions.state[last.at()]));
                    static_cast<void>(analyse::paired_test({*fitted, decisions}, {*fitted, decisions}, 1, 20));
                    static_cast<void>(analyse::regret(own, fitted->costs, decisions.state, 0.1));
                    const auto counted = analyse::confusion(own, decisions.state);
                    static_cast<void>(analyse::confused_pairs(counted, 5));
                    static_cast<void>(analyse::by_errors(counted));
                }
            }
        }
    }
}

void TestDegenerate::every_path_can_be_calibrated()
{
    QFETCH(run::RunPtr, run);
    const auto made = analyse::Analysis::make(run);
    if (run->fit.labels.empty()) {
        QVERIFY(!made && is_sentence(made.error()));
        return;
    }
    QVERIFY2(made.has_value(), made ? "" : made.error().message().c_str());
    const auto& analysis = *made;
    const auto costs = *cost::make_costs(*run, cost::Kind::bops);
    for (const policy::Info& info : policy::registry()) {
        for (const risk::LossInfo& loss : risk::losses()) {
            const auto path = risk::knob_path(*analysis, costs, info.name, loss.loss, 20);
            if (!path) {
                QVERIFY2(is_sentence(path.error()), path.error().message().c_str());
                continue;
            }
            QVERIFY(path->losses.knobs > 0);
            for (const risk::Method method : {risk::Method::crc, risk::Method::ucb, risk::Method::ltt}) {
                Progress progress;
                risk::GuaranteeRequest request;
                request.rule = risk::rule_for(method, loss, 0.1);
                request.n = path->losses.samples / 2;
                request.trials = 3;
                const auto found = risk::guarantee(*path, request, progress);
                QVERIFY2(found || is_sentence(found.error()), found ? "" : found.error().message().c_str());
            }
        }
    }
}

void TestDegenerate::escalation_ends_at_the_cheapest_answer()
{
    // No image needs the end of a pass: one point, which is the cheapest state.
    for (const tests::DegenerateRun& degenerate : tests::degenerate_runs()) {
        if (degenerate.name != "all right" && degenerate.name != "all wrong" && degenerate.name != "equal exits")
            continue;
        const auto analysis = *analyse::Analysis::make(degenerate.run);
        const auto costs = *cost::make_costs(*degenerate.run, cost::Kind::bops);
        const auto fitted = analysis->fit("escalate", costs, 11);
        QVERIFY2(fitted.has_value(), fitted ? "" : fitted.error().message().c_str());
        QCOMPARE(fitted->fitted->points()[0].fit_cost, costs.relative(cost::cheapest(costs)));
        if (degenerate.name != "equal exits")
            QCOMPARE(fitted->fitted->points().size(), std::size_t(1));
    }
}

QTEST_APPLESS_MAIN(TestDegenerate)
#include "tst_degenerate.moc"
