// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/plan/grid.h"
#include "core/base/random.h"
#include "core/network/calibrate/calibrate.h"

using namespace exitscope;
using namespace exitscope::calibrate;
using namespace exitscope::plan;

namespace {

/// Heavy-tailed values: a normal draw to the third power; negative ones cut off when `rectified`.
std::vector<float> heavy_tail(bool rectified, std::size_t count = 20000)
{
    Random random(11);
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) {
        const double z = random.normal() + 0.2;
        const double x = z * z * z;
        values.push_back(static_cast<float>(rectified ? std::max(0.0, x) : x));
    }
    return values;
}

Observation observe(const std::vector<float>& values, std::size_t bins = 2048)
{
    Observation seen;
    seen.minimum = std::min(0.0F, *std::min_element(values.begin(), values.end()));
    seen.maximum = std::max(0.0F, *std::max_element(values.begin(), values.end()));
    seen.histogram.assign(bins, 0);
    for (const float x : values) {
        const double place = double(x - seen.minimum) / double(seen.maximum - seen.minimum) * double(bins);
        ++seen.histogram[std::min(static_cast<std::size_t>(place), bins - 1)];
    }
    return seen;
}

double mean_squared_error(const std::vector<float>& values, const Grid& grid)
{
    double total = 0;
    for (const float x : values) {
        const double error = double(x) - double(dequantize(quantize(x, grid), grid));
        total += error * error;
    }
    return total / double(values.size());
}

}  // namespace

class TestGrid : public QObject {
    Q_OBJECT

private slots:
    void quantizeRoundsToEvenAndSaturates()
    {
        const Grid grid{0.5F, 0, 4};
        QCOMPARE(int(quantize(0.25F, grid)), 0);  // 0.5 -> 0
        QCOMPARE(int(quantize(0.75F, grid)), 2);  // 1.5 -> 2
        QCOMPARE(int(quantize(1.25F, grid)), 2);  // 2.5 -> 2
        QCOMPARE(int(quantize(100.0F, grid)), 15);
        QCOMPARE(int(quantize(-3.0F, grid)), 0);
        const Grid shifted{0.5F, 7, 4};
        QCOMPARE(int(quantize(0.0F, shifted)), 7);
        QCOMPARE(int(quantize(-1.0F, shifted)), 5);
        QCOMPARE(int(quantize(std::numeric_limits<float>::infinity(), shifted)), 15);
        QCOMPARE(int(quantize(std::numeric_limits<float>::quiet_NaN(), shifted)), 7);
    }

    void everyLevelSurvivesARoundTrip()
    {
        for (const int width : {2, 4, 6, 8}) {
            const Grid grid = grid_over(-1.3F, 2.9F, static_cast<std::uint8_t>(width));
            for (int q = 0; q <= grid.maximum(); ++q)
                QCOMPARE(int(quantize(dequantize(static_cast<std::uint8_t>(q), grid), grid)), q);
        }
    }

    void zeroIsExact()
    {
        for (const auto& [low, high] : {std::pair(-1.3F, 2.9F), {0.0F, 6.0F}, {-5.0F, 0.0F}, {-5.0F, -1.0F}}) {
            const Grid grid = grid_over(low, high, 4);
            QCOMPARE(dequantize(quantize(0.0F, grid), grid), 0.0F);
            QVERIFY(grid.zero_point >= 0 && grid.zero_point <= 15);
        }
        QCOMPARE(grid_over(0.0F, 6.0F, 8).zero_point, 0);
    }

    void degenerateRangesGiveAUsableGrid()
    {
        for (const float extreme : {0.0F, 1e-44F, std::numeric_limits<float>::infinity()}) {
            const Grid grid = grid_over(0.0F, extreme, 8);
            QVERIFY(grid.scale > 0 && std::isfinite(grid.scale));
        }
        for (const RangeMethod method : {RangeMethod::min_max, RangeMethod::percentile, RangeMethod::mse}) {
            QVERIFY(choose_grid(Observation{}, 4, method, 99.9).scale > 0);
            Observation zeros;
            zeros.histogram.assign(2048, 0);
            zeros.histogram[0] = 100;
            QVERIFY(choose_grid(zeros, 4, method, 99.9).scale > 0);
        }
    }

    void minMaxCoversTheRange()
    {
        const Observation seen{-1.0F, 3.0F, {}};
        const Grid grid = choose_grid(seen, 8, RangeMethod::min_max, 99.9);
        QVERIFY(std::fabs(dequantize(0, grid) + 1.0F) <= grid.scale / 2);
        QVERIFY(std::fabs(dequantize(255, grid) - 3.0F) <= grid.scale / 2);
    }

    void percentileCutsTheAskedShare()
    {
        for (const bool rectified : {true, false}) {
            const std::vector<float> values = heavy_tail(rectified);
            const Grid grid = choose_grid(observe(values, 1 << 16), 8, RangeMethod::percentile, 99.0);
            const float low = dequantize(0, grid);
            const float high = dequantize(255, grid);
            const auto outside =
                std::count_if(values.begin(), values.end(), [&](float x) { return x < low || x > high; });
            QVERIFY(std::fabs(double(outside) / double(values.size()) - 0.01) < 0.002);
        }
    }

    void meanSquaredErrorIsNearBruteForce_data()
    {
        QTest::addColumn<bool>("rectified");
        QTest::addColumn<int>("bits");
        for (const int bits : {3, 4, 6, 8}) {
            QTest::addRow("rectified, %d bits", bits) << true << bits;
            QTest::addRow("signed, %d bits", bits) << false << bits;
        }
    }
    void meanSquaredErrorIsNearBruteForce()
    {
        QFETCH(bool, rectified);
        QFETCH(int, bits);
        const auto width = static_cast<std::uint8_t>(bits);
        const std::vector<float> values = heavy_tail(rectified, 2000);
        const Observation seen = observe(values);
        double best = std::numeric_limits<double>::infinity();
        constexpr int steps = 60;
        for (int low = rectified ? steps : 1; low <= steps; ++low)
            for (int high = 1; high <= steps; ++high)
                best = std::min(best, mean_squared_error(values, grid_over(seen.minimum * float(low) / steps,
                                                                           seen.maximum * float(high) / steps, width)));
        const double chosen = mean_squared_error(values, choose_grid(seen, width, RangeMethod::mse, 99.9));
        const double whole = mean_squared_error(values, choose_grid(seen, width, RangeMethod::min_max, 99.9));
        QVERIFY2(chosen <= 1.03 * best, qPrintable(QString("%1 against %2").arg(chosen).arg(best)));
        if (bits <= 4)
            QVERIFY2(chosen < 0.85 * whole, qPrintable(QString("%1 against %2").arg(chosen).arg(whole)));
    }

    void methodNamesRoundTrip()
    {
        for (const RangeMethod method : {RangeMethod::min_max, RangeMethod::percentile, RangeMethod::mse})
            QCOMPARE(parse_range_method(name(method)), method);
        QVERIFY(!parse_range_method("entropy"));
    }
};

QTEST_APPLESS_MAIN(TestGrid)
#include "tst_grid.moc"
