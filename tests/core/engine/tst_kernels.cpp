// SPDX-License-Identifier: GPL-3.0-or-later
// Vectorised kernels against the scalar definitions of integer_semantics.h, on enough elements to meet every rounding.
#include <QTest>

#include <cmath>
#include <vector>

#include "core/base/random.h"
#include "core/engine/integer_semantics.h"
#include "core/engine/kernels/bytes.h"
#include "core/engine/kernels/epilogue.h"
#include "core/engine/kernels/exponential.h"

using namespace exitscope;
using namespace exitscope::engine;

class TestKernels : public QObject {
    Q_OBJECT
private slots:
    void epilogue_data()
    {
        QTest::addColumn<int>("channels");
        for (const int channels : {1, 7, 8, 16, 19, 64})
            QTest::addRow("%d channels", channels) << channels;
    }
    void epilogue()
    {
        QFETCH(int, channels);
        const auto width = static_cast<std::size_t>(channels);
        const std::size_t positions = 1500000 / width;
        Random random(static_cast<std::uint64_t>(channels));
        std::vector<float> bias(width), multipliers(width);
        for (std::size_t c = 0; c < width; ++c) {
            bias[c] = static_cast<float>(static_cast<int>(random.below(2000)) - 1000);
            multipliers[c] = static_cast<float>(0.001 + 0.002 * random.uniform());
        }
        std::vector<std::int32_t> accumulators(positions * width);
        std::vector<std::uint8_t> residual(accumulators.size()), bytes(accumulators.size());
        std::vector<float> floats(accumulators.size());
        for (std::size_t i = 0; i < accumulators.size(); ++i) {
            accumulators[i] = static_cast<std::int32_t>(random.below(200000)) - 100000;
            residual[i] = static_cast<std::uint8_t>(random.below(256));
        }
        const quant::Grid grid{0.1F, 117, 8};
        const semantics::Range range = semantics::clamped_range(grid, -9.0F, INFINITY);
        kernels::Epilogue epilogue{width,  bias.data(), multipliers.data(), residual.data(), 101.0F,
                                   0.613F, range.low,   range.high,         grid.zero_point};
        epilogue.to_bytes(accumulators.data(), positions, bytes.data());
        epilogue.low = -INFINITY;
        epilogue.high = INFINITY;
        epilogue.to_floats(accumulators.data(), positions, floats.data());
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < accumulators.size(); ++i) {
            const float real = (static_cast<float>(accumulators[i]) + bias[i % width]) * multipliers[i % width];
            const float sum = std::fma(static_cast<float>(residual[i]) - 101.0F, 0.613F, real);
            wrong += bytes[i] != semantics::finish(sum, range, grid.zero_point) || floats[i] != real;
        }
        QCOMPARE(wrong, std::size_t{0});
    }

    void quantizing_and_tables()
    {
        Random random(5);
        const quant::Grid grid{0.037F, 88, 8};
        const quant::Grid coarse{0.5F, 7, 4};
        std::vector<float> reals(100003);
        for (std::size_t i = 0; i < reals.size(); ++i)  // ties, ordinary values, values far outside
            reals[i] = i % 3 == 0 ? grid.scale * (static_cast<float>(i % 300) - 130.5F)
                                  : static_cast<float>(random.normal() * (i % 7 ? 3.0 : 1e9));
        reals[1] = NAN;
        reals[2] = INFINITY;
        reals[4] = -INFINITY;
        std::vector<std::uint8_t> bytes(reals.size()), small(reals.size());
        kernels::quantize(reals.data(), bytes.data(), 1, 1, reals.size(), grid);
        kernels::look_up(kernels::conversion_table(grid, coarse), bytes.data(), small.data(), bytes.size());
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < reals.size(); ++i)
            wrong += bytes[i] != semantics::quantized(reals[i], grid) ||
                     small[i] != semantics::quantized(semantics::dequantized(bytes[i], grid), coarse);
        QCOMPARE(wrong, std::size_t{0});
    }

    void sums_of_bytes()
    {
        Random random(6);
        std::vector<std::uint8_t> left(1000003), right(left.size()), out(left.size());
        for (std::size_t i = 0; i < left.size(); ++i) {
            left[i] = static_cast<std::uint8_t>(random.below(256));
            right[i] = static_cast<std::uint8_t>(random.below(256));
        }
        std::size_t wrong = 0;
        for (int repeat = 0; repeat < 4; ++repeat) {
            const auto factor = static_cast<float>(0.2 + 0.5 * random.uniform());
            const quant::Grid grid{1.0F, 97, 8};
            const semantics::Range range = semantics::full_range(grid);
            const kernels::ByteAddition addition{90.0F, factor, 131.0F, 0.377F, range, grid.zero_point};
            addition(left.data(), right.data(), out.data(), left.size());
            for (std::size_t i = 0; i < left.size(); ++i) {
                const float first = (static_cast<float>(left[i]) - 90.0F) * factor;
                const float sum = std::fma(static_cast<float>(right[i]) - 131.0F, 0.377F, first);
                wrong += out[i] != semantics::finish(sum, range, grid.zero_point);
            }
        }
        QCOMPARE(wrong, std::size_t{0});
    }

    void exponential_is_accurate()
    {
        for (double x = -80; x < 80; x += 0.0137)
            QVERIFY(std::fabs(kernels::exponential(x) / std::exp(x) - 1) < 1e-14);
        QCOMPARE(kernels::exponential(-INFINITY), 0.0);
        QVERIFY(std::isnan(kernels::exponential(NAN)));
        QVERIFY(static_cast<float>(kernels::exponential(INFINITY)) == INFINITY);
    }
};

QTEST_APPLESS_MAIN(TestKernels)
#include "tst_kernels.moc"
