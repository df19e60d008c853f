// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/policy/policy.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::policy;

namespace {

/// Follows a rule as the documentation words it, one sample at a time.
class Follower {
public:
    Follower(const DecisionRule& rule, const std::vector<run::State>& states, const run::Split& split)
        : rule_(rule), states_(states), split_(split)
    {
    }

    StateIndex lead(SampleIndex sample) const
    {
        StateIndex state = rule_.start;
        int agreeing = 1;
        while (true) {
            const StateIndex next = ask(state, sample, agreeing);
            if (next == state)
                return state;
            const auto& prediction = split_.prediction;
            const bool agrees = prediction[next.at()][sample.at()] == prediction[state.at()][sample.at()];
            agreeing = agrees ? agreeing + 1 : 1;
            state = next;
        }
    }

private:
    StateIndex ask(StateIndex state, SampleIndex sample, int agreeing) const
    {
        const run::Statistics& s = split_.statistics[state.at()][sample.at()];
        for (const DecisionRule::Threshold& gate : rule_.thresholds)
            if (gate.state == state) {
                const double score = score_of(gate.score, s, agreeing, sample);
                return score > gate.threshold || (gate.or_equal && score == gate.threshold) ? state : gate.otherwise;
            }
        for (const DecisionRule::Forecast& gate : rule_.forecasts)
            if (gate.state == state)
                return cheapest(gate, run::evidence(states_, split_, state, sample));
        return state;
    }

    double score_of(const ExitScore& score, const run::Statistics& s, int agreeing, SampleIndex sample) const
    {
        const float statistics[4] = {s.maximum, s.entropy, s.margin, s.square_entropy};
        double sum = 0;
        switch (score.kind) {
        case ExitScore::Kind::confidence:
            return double(s.maximum) +
                   (score.tie_seed ? 1e-10 * hash_uniform(*score.tie_seed, split_.source_index[sample.at()]) : 0);
        case ExitScore::Kind::entropy: return -double(s.entropy);
        case ExitScore::Kind::margin: return double(s.margin);
        case ExitScore::Kind::agreement: return agreeing;
        case ExitScore::Kind::table: {
            std::size_t bin = 0;
            while (bin < score.edges.size() && score.edges[bin] <= s.maximum)
                ++bin;
            return score.values[bin];
        }
        case ExitScore::Kind::linear:
            for (std::size_t d = 0; d < 4; ++d)
                sum += score.weights[d] * double((statistics[d] - score.mean[d]) * score.scale[d]);
            return sum + score.weights[4];
        }
        return 0;
    }

    StateIndex cheapest(const DecisionRule::Forecast& gate, const run::Evidence& known) const
    {
        const double distance = std::max(0.0, 1 - double(known.here.maximum));
        const double z = (-std::log(distance + 1e-4) - double(gate.forecast.mean)) * double(gate.forecast.scale);
        std::vector<double> basis{1, z};
        for (const float kink : gate.forecast.kinks)
            basis.push_back(std::max(0.0, z - double(kink)));
        double least = 1e300;
        StateIndex best = gate.state;
        for (const DecisionRule::Forecast::Option& option : gate.options) {
            const std::vector<float>& w = gate.forecast.weights[option.terminal];
            const double error = std::inner_product(w.begin(), w.end(), basis.begin(), 0.0);
            const double value = error + rule_.lambda * option.cost;
            if (value < least) {
                least = value;
                best = option.next;
            }
        }
        return best;
    }

    const DecisionRule& rule_;
    const std::vector<run::State>& states_;
    const run::Split& split_;
};

}  // namespace

class TestDecisionRule : public QObject {
    Q_OBJECT
private slots:
    void leads_where_the_policy_does_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"quee", "confidence", "entropy", "margin", "composite", "eero", "eero-paths", "msdnet",
                                 "jei", "patience", "pcee", "static", "static-hull", "escalate", "quee-escalate"})
            QTest::newRow(name) << name;
    }
    void leads_where_the_policy_does()
    {
        QFETCH(QString, name);
        const auto result = fitted(name.toStdString());
        const run::Split& test = result.analysis->run().test;
        const std::size_t points = result.fitted->points().size();
        std::size_t compared = 0;
        for (std::size_t p = 0; p < points; p += std::max<std::size_t>(1, points / 6)) {
            const auto rule = result.fitted->rule(p);
            QVERIFY(rule.has_value());
            const std::vector<StateIndex> expected = result.fitted->decide(test, p);
            const Follower follower(*rule, result.analysis->run().states, test);
            std::size_t others = 0;
            for (std::size_t i = 0; i < test.samples; ++i)
                others += follower.lead(SampleIndex(i)) != expected[i];
            // Forecasts are float32 in the policy and double here: a sample in ten thousand may lie between.
            QVERIFY2(double(others) <= (rule->forecasts.empty() ? 0.0 : 5e-4) * double(test.samples),
                     qPrintable(QString("point %1: %2 samples elsewhere").arg(p).arg(others)));
            ++compared;
        }
        QVERIFY(compared > 1);
    }

    void others_have_no_rule()
    {
        for (const char* name : {"oracle", "quee-dp", "random"})
            QVERIFY2(!fitted(name).fitted->rule(0).has_value(), name);
    }

private:
    static analyse::PolicyResult fitted(const std::string& name)
    {
        static const auto analysis =
            *analyse::Analysis::make(tests::synthetic_run({.exits = 3, .fit_samples = 1500, .test_samples = 3000}));
        static const auto costs = *cost::make_costs(analysis->run(), cost::Kind::bops);
        return *analysis->fit(name, costs, 2);
    }
};

QTEST_GUILESS_MAIN(TestDecisionRule)
#include "tst_decision_rule.moc"
