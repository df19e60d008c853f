// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include <QTest>

#include "core/base/random.h"

using namespace exitscope;

class TestRandom : public QObject {
    Q_OBJECT
private slots:
    void mix_is_splitmix64()
    {
        // First outputs of the published generator (Vigna's splitmix64.c) for seed 1234567.
        constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;
        constexpr std::array<std::uint64_t, 3> expected{6457827717110365317ULL, 3203168211198807973ULL,
                                                        9817491932198370423ULL};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(mix64(1234567 + i * step), expected[i]);
    }

    void same_seed_same_numbers()
    {
        Random a(5);
        Random b(5);
        Random c(6);
        bool differs = false;
        for (int i = 0; i < 100; ++i) {
            const std::uint64_t value = a.next();
            QCOMPARE(b.next(), value);
            differs = differs || c.next() != value;
        }
        QVERIFY(differs);
    }

    void uniform_has_the_right_moments()
    {
        Random random(1);
        double sum = 0;
        double squares = 0;
        constexpr int n = 100000;
        for (int i = 0; i < n; ++i) {
            const double u = random.uniform();
            QVERIFY(u >= 0.0 && u < 1.0);
            sum += u;
            squares += u * u;
        }
        QVERIFY(std::abs(sum / n - 0.5) < 0.005);
        QVERIFY(std::abs(squares / n - 1.0 / 3) < 0.005);
    }

    void below_is_even()
    {
        Random random(2);
        std::array<int, 7> counts{};
        for (int i = 0; i < 70000; ++i)
            ++counts.at(random.below(7));
        for (const int count : counts)  // standard deviation 93
            QVERIFY(std::abs(count - 10000) < 500);
        QCOMPARE(random.below(1), std::uint64_t{0});
    }

    void normal_has_the_right_moments()
    {
        Random random(3);
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        constexpr int n = 100000;
        for (int i = 0; i < n; ++i) {
            const double x = random.normal();
            QVERIFY(std::isfinite(x));
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
        }
        QVERIFY(std::abs(sum / n) < 0.02);
        QVERIFY(std::abs(squares / n - 1) < 0.03);
        QVERIFY(std::abs(fourth / n - 3) < 0.2);
    }

    void keyed_draws_are_even_and_independent_of_order()
    {
        double sum = 0;
        double product = 0;
        constexpr std::uint64_t n = 100000;
        for (std::uint64_t key = 0; key < n; ++key) {
            const double u = hash_uniform(9, key);
            QVERIFY(u >= 0.0 && u < 1.0);
            sum += u;
            product += (u - 0.5) * (hash_uniform(9, key + 1) - 0.5);
        }
        QVERIFY(std::abs(sum / n - 0.5) < 0.005);
        QVERIFY(std::abs(product / n) < 0.002);
        QVERIFY(hash_uniform(9, 1) != hash_uniform(10, 1));
    }

    void every_order_is_equally_likely()
    {
        std::map<std::vector<int>, int> whole;
        std::map<std::vector<int>, int> first;
        Random random(3);
        for (int i = 0; i < 60000; ++i) {
            std::vector<int> order{1, 2, 3};
            shuffle(order, random);
            ++whole[order];
            order = {1, 2, 3};
            shuffle_first(order, 1, random);
            ++first[order];
        }
        QCOMPARE(whole.size(), std::size_t(6));
        for (const auto& [order, count] : whole)  // standard deviation 91
            QVERIFY(std::abs(count - 10000) < 500);
        QCOMPARE(first.size(), std::size_t(3));
        for (const auto& [order, count] : first)
            QVERIFY(std::abs(count - 20000) < 600);
    }

    void shuffling_draws_from_the_end()
    {
        // What run files hold was drawn in this order.
        std::vector<std::size_t> order(10);
        std::vector<std::size_t> slow(10);
        for (std::size_t i = 0; i < 10; ++i)
            order[i] = slow[i] = i;
        Random random(4);
        Random same(4);
        shuffle(order, random);
        for (std::size_t last = 9; last > 0; --last) {
            const auto drawn = static_cast<std::size_t>(same.uniform() * static_cast<double>(last + 1));
            std::swap(slow[last], slow[drawn]);
        }
        QVERIFY(order == slow);
        QCOMPARE(random.next(), same.next());
    }
};

QTEST_GUILESS_MAIN(TestRandom)
#include "tst_random.moc"
