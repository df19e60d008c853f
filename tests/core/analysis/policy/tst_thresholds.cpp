// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/policy/confidence.h"
#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/sweep.h"
#include "core/analysis/policy/threshold_rules.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::policy;

namespace {

run::RunPtr small_run()
{
    return tests::synthetic_run({.exits = 4,
                                 .precisions = {{4, 4}, {8, 8}},
                                 .fit_samples = 1500,
                                 .test_samples = 1500,
                                 .probabilities = false});
}

/// The rule as methods.md#baselines-and-bounds words it, on the path of the full model.
std::vector<StateIndex> slow_decisions(const run::Run& run, const run::Split& split,
                                       const std::function<bool(const run::Statistics&)>& leaves)
{
    std::vector<StateIndex> path;
    for (std::size_t s = 0; s < run.states.size(); ++s)
        if (std::all_of(run.states[s].path.begin(), run.states[s].path.end(),
                        [&](Precision p) { return p == run.precisions.back(); }))
            path.emplace_back(s);
    std::vector<StateIndex> chosen;
    for (std::size_t i = 0; i < split.samples; ++i) {
        StateIndex state = path.back();
        for (const StateIndex s : path)
            if (leaves(split.statistics[s.at()][i])) {
                state = s;
                break;
            }
        chosen.push_back(state);
    }
    return chosen;
}

}  // namespace

class TestThresholds : public QObject {
    Q_OBJECT
private slots:
    void follow_the_rule_at_every_point_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("confidence") << 0;
        QTest::newRow("entropy") << 1;
        QTest::newRow("margin") << 2;
    }
    void follow_the_rule_at_every_point()
    {
        QFETCH(int, which);
        const run::RunPtr run = small_run();
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const Context context{*run, *costs, nullptr};
        const auto fitted = which == 0   ? confidence_policy.fit(context)
                            : which == 1 ? entropy_policy.fit(context)
                                         : margin_policy.fit(context);
        QVERIFY(fitted.has_value());
        const auto points = (*fitted)->points();
        QVERIFY(points.size() > 10);
        for (std::size_t p = 0; p < points.size(); ++p) {
            const double t = points[p].knob;
            const auto leaves = [&](const run::Statistics& s) {
                return which == 0 ? double(s.maximum) > t : which == 1 ? double(s.entropy) < t : double(s.margin) > t;
            };
            QVERIFY((*fitted)->decide(run->test, p) == slow_decisions(*run, run->test, leaves));

            double cost = 0;
            double hits = 0;
            const auto fit_states = slow_decisions(*run, run->fit, leaves);
            for (std::size_t i = 0; i < fit_states.size(); ++i) {
                cost += costs->relative(fit_states[i]);
                hits += run->fit.correct(fit_states[i], SampleIndex(i));
            }
            QVERIFY(std::abs(points[p].fit_cost - cost / 1500) < 1e-9);
            QVERIFY(std::abs(points[p].fit_accuracy - hits / 1500) < 1e-9);
        }
        QCOMPARE(points.front().fit_cost, costs->relative(run->roots().back()));
    }

    void the_exit_rule_is_strict()
    {
        run::Run run = *small_run();
        for (auto& column : run.fit.statistics)
            for (run::Statistics& s : column)
                s.maximum = s.maximum < 0.8F ? 0.5F : 0.9F;
        const auto rules = threshold_rules(run, confidence_score(), {chain_to(run, run.full())});
        const auto tracer = rules->tracer(run.fit);
        for (std::size_t g = 0; g < rules->grid().size(); ++g) {
            const double t = rules->grid()[g];
            for (std::size_t i = 0; i < 200; ++i) {
                const StateIndex state = Sweep::state_at(tracer->trace(SampleIndex(i), 0), g);
                if (state != run.full())
                    QVERIFY(double(run.fit.statistics[state.at()][i].maximum) > t);
            }
        }
        QVERIFY(rules->grid().size() >= 4);  // 0, 0.5, 0.9, 1: a threshold equal to a score is among them
    }

    void extremes_are_the_first_and_the_last_exit()
    {
        const run::RunPtr run = small_run();
        const auto rules = threshold_rules(*run, confidence_score(), {chain_to(*run, run->full())});
        const auto tracer = rules->tracer(run->test);
        for (std::size_t i = 0; i < run->test.samples; ++i) {
            const auto breaks = tracer->trace(SampleIndex(i), 0);
            QVERIFY(breaks.front().state == chain_to(*run, run->full()).front());
            QVERIFY(breaks.back().state == run->full());
        }
    }

    void a_score_that_is_not_a_number_goes_on()
    {
        run::Run run = *small_run();
        run.test.statistics[chain_to(run, run.full())[0].at()][0].maximum = std::nanf("");
        const auto rules = threshold_rules(run, confidence_score(), {chain_to(run, run.full())});
        const auto tracer = rules->tracer(run.test);
        const auto breaks = tracer->trace(SampleIndex(0), 0);
        QCOMPARE(breaks.front().point, 0U);
        QVERIFY(run.states[breaks.front().state.at()].exit > ExitIndex(0));
    }

    void the_composite_holds_every_static_model()
    {
        const run::RunPtr run = small_run();
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const Context context{*run, *costs, nullptr};
        const auto composite = composite_policy.fit(context);
        const auto confidence = confidence_policy.fit(context);
        const auto hull = static_hull_policy.fit(context);
        QVERIFY(composite.has_value() && confidence.has_value() && hull.has_value());
        const auto accuracy_at = [](std::span<const Point> points, double budget) {
            const Mix mix = at_budget(points, budget, true);
            const double low = points[mix.lower].fit_accuracy;
            return mix.upper_share > 0 ? low + mix.upper_share * (points[mix.lower + 1].fit_accuracy - low) : low;
        };
        for (const Point& p : (*hull)->points())
            QVERIFY(accuracy_at((*composite)->points(), p.fit_cost) >= p.fit_accuracy - 1e-9);
        // Its thresholds come from another grid than confidence's own: a hair of slack.
        for (const Point& p : (*confidence)->points())
            QVERIFY(accuracy_at((*composite)->points(), p.fit_cost) >= p.fit_accuracy - 2e-3);
    }
};

QTEST_APPLESS_MAIN(TestThresholds)
#include "tst_thresholds.moc"
