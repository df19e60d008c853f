// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analysis/risk/selection.h"
#include "core/analysis/risk/tail_bounds.h"
#include "core/base/random.h"

using namespace exitscope;
using namespace exitscope::risk;

namespace {

/// P(Bin(n, p) <= c) by summing n choose i in long double logarithms.
long double slow_tail(std::uint64_t n, long double p, std::int64_t c)
{
    long double sum = 0;
    for (std::int64_t i = 0; i <= c; ++i)
        sum += std::exp(std::lgamma(1.0L + n) - std::lgamma(1.0L + i) - std::lgamma(1.0L + n - i) + i * std::log(p) +
                        (n - i) * std::log1p(-p));
    return sum;
}

/// K(m) of the betting bound as it is written down.
double slow_wealth(const std::vector<double>& x, double delta, double bound, double m)
{
    const double n = double(x.size());
    double sum = 0.5;
    double squares = 0.25;
    double variance = 0.25;
    double log_wealth = 0;
    double best = -1e300;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double nu = std::min(1 / bound, std::sqrt(2 * std::log(1 / delta) / (n * variance)));
        log_wealth += std::log(1 - nu * (x[i] - m));
        best = std::max(best, log_wealth);
        sum += x[i];
        squares += std::pow(x[i] - sum / double(i + 2), 2);
        variance = squares / double(i + 2);
    }
    return best + std::log(delta);
}

LossTable table_of(const std::vector<std::vector<double>>& rows)
{
    LossTable table{rows.size(), rows.front().size(), {}};
    for (const std::vector<double>& row : rows)
        table.values.insert(table.values.end(), row.begin(), row.end());
    return table;
}

std::vector<std::uint32_t> all(const LossTable& table)
{
    std::vector<std::uint32_t> order(table.samples);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

/// Rows with `wrong[k]` ones among `samples` zeros.
LossTable counts(const std::vector<std::size_t>& wrong, std::size_t samples)
{
    std::vector<std::vector<double>> rows;
    for (const std::size_t w : wrong) {
        rows.emplace_back(samples, 0.0);
        std::fill_n(rows.back().begin(), w, 1.0);
    }
    return table_of(rows);
}

std::vector<int> chosen(const LossTable& table, const Rule& rule, const std::vector<double>& eps)
{
    std::vector<int> indices;
    for (const auto& index : choose(table, all(table), rule, eps))
        indices.push_back(index ? int(*index) : -1);
    return indices;
}

}  // namespace

class TestSelection : public QObject {
    Q_OBJECT
private slots:
    void binomial_thresholds_are_exact()
    {
        for (const std::uint64_t n : {1U, 10U, 400U, 5000U})
            for (const double p : {1e-4, 0.01, 0.1, 0.5, 0.97})
                for (const double level : {0.001, 0.1, 0.4}) {
                    const std::int64_t c = binomial_threshold(n, p, 1.0, level);
                    QVERIFY(c < 0 || slow_tail(n, p, c) <= level);
                    QVERIFY(slow_tail(n, p, c + 1) > level);
                }
        QCOMPARE(binomial_threshold(100, 0.0, 1.0, 0.1), std::int64_t(-1));  // nothing is certain of no error
        QCOMPARE(binomial_threshold(100, 1.0, 1.0, 0.1), std::int64_t(99));
        // Far beyond where the first term underflows.
        const std::int64_t large = binomial_threshold(1000000, 0.3, 1.0, 0.05);
        QVERIFY(std::abs(double(large) - (300000 - 1.645 * std::sqrt(1e6 * 0.21))) < 3);
    }

    void betting_bound_says_what_its_root_says()
    {
        Random random(8);
        for (const double bound : {1.0, 2.0})
            for (const std::size_t n : {std::size_t(5), std::size_t(300), std::size_t(4000)})
                for (const double rate : {0.0, 0.01, 0.3, 1.0}) {
                    std::vector<double> x(n);
                    for (double& value : x)
                        value = random.uniform() < rate ? bound * (2 * random.uniform() - 0.7) / 1.3 : 0.0;
                    BettingBound betting(0.1, bound);
                    std::vector<double> sequence = x;
                    betting.take(sequence);
                    for (double eps = 1e-4; eps < 1; eps *= 1.07)
                        QCOMPARE(betting.below(eps), slow_wealth(x, 0.1, bound, eps) > 0);
                    QVERIFY(!betting.below(0.0));
                    QVERIFY(betting.below(bound + 1e-9));
                    QCOMPARE(betting.below(bound), slow_wealth(x, 0.1, bound, 1.0) >= 0);
                }
    }

    void wealth_survives_long_droughts()
    {
        // 20,000 losses of 1 push the product below what a double holds; 400,000 zeros bring it back.
        std::vector<double> x(420000, 0.0);
        std::fill_n(x.begin(), 20000, 1.0);
        BettingBound betting(0.1, 1.0);
        std::vector<double> sequence = x;
        betting.take(sequence);
        for (const double eps : {0.01, 0.045, 0.05, 0.06, 0.1, 0.3})
            QCOMPARE(betting.below(eps), slow_wealth(x, 0.1, 1.0, eps) > 0);
    }

    void ties_are_decided_exactly()
    {
        // naive is strict: 7 of 100 is not below 0.07, though 100 * 0.07 > 7 in doubles.
        QCOMPARE(chosen(counts({6, 7, 8}, 100), {.method = Method::naive, .zero_one = true}, {0.07}),
                 std::vector<int>{0});
        // CRC is not: (n + 1) eps - B = 100 * 0.05 - 1 = 4.
        QCOMPARE(chosen(counts({3, 4, 5}, 99), {.method = Method::crc, .zero_one = true}, {0.05}), std::vector<int>{1});
        QCOMPARE(chosen(counts({0}, 19), {.method = Method::crc, .zero_one = true}, {0.05, 0.04}),
                 (std::vector<int>{0, -1}));
    }

    void crc_and_naive_look_past_a_failure_and_the_tests_do_not()
    {
        const LossTable dip = counts({0, 300, 0}, 1000);
        const std::vector<double> eps{0.05};
        for (const Method method : {Method::naive, Method::crc})
            QCOMPARE(chosen(dip, {.method = method, .zero_one = true}, eps), std::vector<int>{2});
        for (const Method method : {Method::ucb, Method::ltt})
            QCOMPARE(chosen(dip, {.method = method, .zero_one = true}, eps), std::vector<int>{0});
    }

    void monotone_crc_counts_the_largest_loss_so_far()
    {
        // Every sample is wrong at one knob only: the mean loss stays 0.1, its running maximum rises by 0.1 a knob.
        std::vector<std::vector<double>> rows(5, std::vector<double>(100, 0.0));
        for (std::size_t k = 0; k < rows.size(); ++k)
            std::fill_n(rows[k].begin() + static_cast<std::ptrdiff_t>(10 * k), 10, 1.0);
        const LossTable table = table_of(rows);
        Rule rule{.method = Method::crc, .zero_one = true};
        QCOMPARE(chosen(table, rule, {0.11, 0.25}), (std::vector<int>{4, 4}));
        rule.monotone = true;
        QCOMPARE(chosen(table, rule, {0.05, 0.11, 0.25, 0.32}), (std::vector<int>{-1, 0, 1, 2}));
    }

    void exact_tail_for_zero_one_losses()
    {
        // P(Bin(100, 0.1) <= 5) = 0.0576, P(<= 6) = 0.117; times e neither passes 0.1, and Hoeffding does not help.
        const LossTable table = counts({5, 6, 7}, 100);
        QCOMPARE(chosen(table, {.method = Method::ltt, .delta = 0.1, .zero_one = true}, {0.1}), std::vector<int>{0});
        QCOMPARE(chosen(table, {.method = Method::ltt, .delta = 0.1, .zero_one = false}, {0.1}), std::vector<int>{-1});
    }

    void negative_losses_help_crc_and_ucb_only()
    {
        std::vector<double> gains(1000, 0.0);
        std::fill_n(gains.begin(), 80, 1.0);
        std::fill_n(gains.begin() + 400, 60, -1.0);
        const LossTable table = table_of({gains});
        QCOMPARE(chosen(table, {.method = Method::crc, .zero_one = true}, {0.05}), std::vector<int>{0});
        QCOMPARE(chosen(table, {.method = Method::ltt, .zero_one = true}, {0.05}), std::vector<int>{-1});
    }

    void larger_losses_need_a_larger_bound()
    {
        std::vector<double> row(2000, 0.0);
        for (std::size_t i = 0; i < row.size(); i += 100)
            row[i] = 2.0;
        const LossTable table = table_of({row});
        const std::vector<double> eps{0.028};
        QCOMPARE(chosen(table, {.method = Method::ltt, .ltt_bound = 1}, eps), std::vector<int>{0});
        QCOMPARE(chosen(table, {.method = Method::ltt, .ltt_bound = 2}, eps), std::vector<int>{-1});
    }

    void the_reference_takes_the_first_failure()
    {
        const LossTable table = counts({0, 1, 500, 501}, 1000);
        const Rule right{.method = Method::ltt, .zero_one = true};
        Rule reference = right;
        reference.reference_compatible = true;
        QCOMPARE(chosen(table, right, {0.0, 0.05, 0.9}), (std::vector<int>{-1, 1, 3}));
        QCOMPARE(chosen(table, reference, {0.0, 0.05, 0.9}), (std::vector<int>{0, 2, 3}));
        reference.method = Method::crc;
        QCOMPARE(chosen(table, reference, {0.0}), std::vector<int>{0});
    }

    void levels_do_not_disturb_each_other()
    {
        Random random(12);
        std::vector<std::vector<double>> rows;
        for (int k = 0; k < 30; ++k) {
            rows.emplace_back(700);
            for (double& value : rows.back())
                value = random.uniform() < 0.01 * k ? random.uniform() : 0.0;
        }
        const LossTable table = table_of(rows);
        const std::vector<double> eps{0.2, 0.01, 0.05, 0.05, 0.1};
        for (const Method method : {Method::naive, Method::crc, Method::ucb, Method::ltt}) {
            const Rule rule{.method = method};
            const std::vector<int> together = chosen(table, rule, eps);
            for (std::size_t e = 0; e < eps.size(); ++e)
                QCOMPARE(chosen(table, rule, {eps[e]}).front(), together[e]);
        }
    }
};

QTEST_APPLESS_MAIN(TestSelection)
#include "tst_selection.moc"
