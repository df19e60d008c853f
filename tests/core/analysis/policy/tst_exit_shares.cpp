// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analysis/policy/eero.h"
#include "core/analysis/policy/exit_shares.h"
#include "core/analysis/policy/logistic.h"
#include "core/analysis/policy/policies.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::policy;

namespace {

using Columns = std::vector<std::vector<double>>;

/// Scores of three early exits that a hidden difficulty correlates strongly, as in a real network.
Columns correlated_scores(std::size_t samples, std::uint64_t seed)
{
    Random random(seed);
    Columns scores(3, std::vector<double>(samples));
    for (std::size_t i = 0; i < samples; ++i) {
        const double difficulty = random.normal();
        for (std::vector<double>& column : scores)
            column[i] = difficulty + 0.4 * random.normal();
    }
    return scores;
}

/// Mean cost of leaving at the first exit whose score reaches its threshold.
double mean_cost(const Columns& scores, const std::vector<double>& thresholds, const std::vector<double>& cost)
{
    double sum = 0;
    for (std::size_t i = 0; i < scores.front().size(); ++i) {
        std::size_t exit = 0;
        while (exit < scores.size() && scores[exit][i] < thresholds[exit])
            ++exit;
        sum += cost[exit];
    }
    return sum / double(scores.front().size());
}

/// The mistake that methods.md#eero warns of: quantiles of all samples in place of those still there.
std::vector<double> marginal_thresholds(Columns scores, const std::vector<double>& shares)
{
    std::vector<double> thresholds;
    for (std::size_t l = 0; l < scores.size(); ++l) {
        std::sort(scores[l].begin(), scores[l].end(), std::greater<>());
        const auto count = static_cast<std::size_t>(std::llround(shares[l] * double(scores[l].size())));
        thresholds.push_back(count > 0 ? scores[l][count - 1] : 1e9);
    }
    return thresholds;
}

const std::vector<double> exit_risk{0.45, 0.3, 0.15, 0.08};
const std::vector<double> exit_cost{0.2, 0.45, 0.7, 1.0};

double mean(const std::vector<double>& shares, const std::vector<double>& values)
{
    return std::inner_product(shares.begin(), shares.end(), values.begin(), 0.0);
}

}  // namespace

class TestExitShares : public QObject {
    Q_OBJECT
private slots:
    void eero_keeps_its_budget_on_4000_samples()
    {
        const Columns scores = correlated_scores(4000, 5);
        const Columns fresh = correlated_scores(200000, 6);
        for (double budget = 0.25; budget <= 0.95; budget += 0.05) {
            for (const double temperature : {0.003, 0.05, 0.5}) {
                const auto shares = eero_probabilities(exit_risk, exit_cost, temperature, budget);
                QVERIFY(shares.has_value());
                const double asked = mean(*shares, exit_cost);
                QVERIFY(asked <= budget * (1 + 1e-9));
                const std::vector<double> thresholds = survivor_thresholds(scores, *shares);
                QVERIFY(std::abs(mean_cost(scores, thresholds, exit_cost) - asked) < 0.005 * asked);
                QVERIFY(std::abs(mean_cost(fresh, thresholds, exit_cost) - asked) < 0.02 * asked);
            }
        }
    }

    void quantiles_of_all_samples_overshoot()
    {
        const Columns scores = correlated_scores(4000, 5);
        const auto shares = eero_probabilities(exit_risk, exit_cost, 0.3, 0.5);
        QVERIFY(shares.has_value());
        const double survivors = mean_cost(scores, survivor_thresholds(scores, *shares), exit_cost);
        const double marginal = mean_cost(scores, marginal_thresholds(scores, *shares), exit_cost);
        QVERIFY(std::abs(survivors - 0.5) < 0.0025);
        QVERIFY(marginal > 0.5 * 1.1);
    }

    void thresholds_give_every_exit_its_share()
    {
        const Columns scores = correlated_scores(1000, 9);
        const std::vector<double> shares{0.25, 0.0, 0.5, 0.25};
        const std::vector<double> thresholds = survivor_thresholds(scores, shares);
        std::vector<int> left(4, 0);
        for (std::size_t i = 0; i < 1000; ++i) {
            std::size_t exit = 0;
            while (exit < 3 && scores[exit][i] < thresholds[exit])
                ++exit;
            ++left[exit];
        }
        QCOMPARE(left[0], 250);
        QCOMPARE(left[1], 0);
        QCOMPARE(left[2], 500);
        QCOMPARE(left[3], 250);
        QVERIFY(survivor_thresholds(scores, std::vector<double>{1, 0, 0, 0})[0] < -1e300);
        QVERIFY(survivor_thresholds({}, std::vector<double>{1}).empty());
    }

    void scores_that_are_no_numbers_go_on()
    {
        Columns scores = correlated_scores(100, 3);
        for (std::size_t i = 0; i < 10; ++i)
            scores[0][i] = std::nan("");
        const std::vector<double> thresholds = survivor_thresholds(scores, std::vector<double>{0.9, 0.0, 0.0, 0.1});
        for (std::size_t i = 0; i < 100; ++i)
            QCOMPARE(scores[0][i] >= thresholds[0], i >= 10);
    }

    void mean_cost_falls_with_the_price()
    {
        for (const double temperature : {0.003, 0.03, 1.0}) {
            double before = 2;
            for (double mu = 0; mu < 10; mu = 1.2 * mu + 1e-3) {
                const double here = mean(eero_shares(exit_risk, exit_cost, temperature, mu), exit_cost);
                QVERIFY(here <= before + 1e-12);
                before = here;
            }
        }
    }

    void probabilities_are_those_of_the_definition()
    {
        // pi_l = exp(-(r_l + mu c_l) / T) / Z, and KL optimality: no feasible neighbour does better.
        const double temperature = 0.1;
        const auto best = eero_probabilities(exit_risk, exit_cost, temperature, 0.5);
        QVERIFY(best.has_value());
        QVERIFY(std::abs(mean(*best, exit_cost) - 0.5) < 1e-9);
        const auto objective = [&](const std::vector<double>& p) {
            double value = mean(p, exit_risk);
            for (const double x : p)
                value += x > 0 ? temperature * x * std::log(4 * x) : 0.0;
            return value;
        };
        Random random(1);
        for (int t = 0; t < 500; ++t) {
            std::vector<double> other = *best;
            double sum = 0;
            for (double& x : other)
                sum += x = std::abs(x + 0.02 * random.normal());
            for (double& x : other)
                x /= sum;
            if (mean(other, exit_cost) <= 0.5)
                QVERIFY(objective(other) >= objective(*best) - 1e-12);
        }
    }

    void budgets_at_the_edges()
    {
        QVERIFY(!eero_probabilities(exit_risk, exit_cost, 0.1, 0.199));
        QVERIFY(!eero_probabilities(exit_risk, exit_cost, 0.1, std::nan("")));
        const auto least = eero_probabilities(exit_risk, exit_cost, 0.1, 0.2);
        QVERIFY(least.has_value() && (*least)[0] > 1 - 1e-9);
        const auto ample = eero_probabilities(exit_risk, exit_cost, 0.1, 5.0);
        QVERIFY(ample.has_value() && *ample == eero_shares(exit_risk, exit_cost, 0.1, 0));
    }

    void ties_are_broken_by_the_seed_alone()
    {
        run::Run run = *tests::synthetic_run({.exits = 2, .fit_samples = 1000, .test_samples = 10});
        const Chain chain = chain_to(run, run.full());
        for (run::Statistics& s : run.fit.statistics[chain[0].at()])
            s.maximum = 0.75F;
        const auto scores = [&](std::uint64_t seed) {
            Columns columns(1, std::vector<double>(1000));
            const auto scorer = confidence_scorer(chain, seed);
            for (std::size_t i = 0; i < 1000; ++i)
                scorer->score(run.fit, SampleIndex(i), 0, std::span(&columns[0][i], 1));
            return columns;
        };
        QVERIFY(scores(1) == scores(1));
        QVERIFY(scores(1) != scores(2));
        const Columns columns = scores(1);
        const double threshold = survivor_thresholds(columns, std::vector<double>{0.3, 0.7})[0];
        QCOMPARE(std::count_if(columns[0].begin(), columns[0].end(), [&](double s) { return s >= threshold; }), 300L);
    }

    void patience_waits_for_agreement()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 4, .fit_samples = 800, .test_samples = 800});
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const auto fitted = patience_policy.fit({*run, *costs, nullptr});
        QVERIFY(fitted.has_value());
        const Chain chain = chain_to(*run, run->full());
        for (std::size_t p = 0; p < (*fitted)->points().size(); ++p) {
            const auto patience = static_cast<std::size_t>((*fitted)->points()[p].knob);
            const std::vector<StateIndex> states = (*fitted)->decide(run->test, p);
            for (std::size_t i = 0; i < run->test.samples; ++i) {
                std::size_t exit = 0;
                for (std::size_t row = 1; exit + 1 < chain.size(); ++exit) {
                    if (exit > 0)
                        row = run->test.prediction[chain[exit].at()][i] == run->test.prediction[chain[exit - 1].at()][i]
                                  ? row + 1
                                  : 1;
                    if (row >= patience)
                        break;
                }
                QVERIFY(states[i] == chain[exit]);
            }
        }
    }

    void pcee_leaves_where_its_table_promises_enough()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 3, .fit_samples = 4000, .test_samples = 8000});
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const auto fitted = pcee_policy.fit({*run, *costs, nullptr});
        QVERIFY(fitted.has_value());
        const Chain chain = chain_to(*run, run->full());
        for (std::size_t p = 0; p < (*fitted)->points().size(); ++p) {
            const double promised = (*fitted)->points()[p].knob;
            const std::vector<StateIndex> states = (*fitted)->decide(run->test, p);
            double left = 0;
            double right = 0;
            for (std::size_t i = 0; i < states.size(); ++i) {
                left += states[i] != chain.back();
                right += states[i] != chain.back() && run->test.correct(states[i], SampleIndex(i));
            }
            if (left > 500)
                QVERIFY(right / left > promised - 0.03);
        }
    }

    void the_logistic_gate_is_the_minimum()
    {
        Random random(3);
        predict::Features inputs(4, 400);
        std::vector<std::uint8_t> targets(400);
        for (Eigen::Index i = 0; i < 400; ++i) {
            for (int d = 0; d < 4; ++d)
                inputs(d, i) = float(random.normal());
            targets[std::size_t(i)] = inputs(0, i) - 0.5F * inputs(2, i) + random.normal() > 0.3;
        }
        const auto loss = [&](const LogisticWeights& w) {
            double sum = 0;
            for (Eigen::Index i = 0; i < 400; ++i) {
                const double a = w.head<4>().dot(inputs.col(i).cast<double>()) + w[4];
                sum += std::log1p(std::exp(targets[std::size_t(i)] ? -a : a)) / 400;
            }
            return sum + 0.5e-3 * w.head<4>().squaredNorm() + 0.5e-5 * w[4] * w[4];
        };
        const LogisticWeights best = fit_logistic(inputs, targets, LogisticWeights::Zero());
        QVERIFY(best[0] > 0.5 && best[2] < -0.2);
        for (int d = 0; d < 5; ++d)
            for (const double step : {-1e-3, 1e-3})
                QVERIFY(loss(best + step * LogisticWeights::Unit(d)) > loss(best));
        // From afar, and with one class only, it still ends.
        QVERIFY((fit_logistic(inputs, targets, LogisticWeights::Constant(20)) - best).norm() < 1e-3);
        targets.assign(400, 1);
        QVERIFY(fit_logistic(inputs, targets, LogisticWeights::Zero()).allFinite());
    }
};

QTEST_APPLESS_MAIN(TestExitShares)
#include "tst_exit_shares.moc"
