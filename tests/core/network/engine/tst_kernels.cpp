// SPDX-License-Identifier: GPL-3.0-or-later
// Vectorised kernels against the scalar definitions of integer_semantics.h, on enough elements to meet every rounding.
#include <QTest>

#include <cmath>
#include <cstring>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "core/network/engine/assembly.h"
#include "core/network/engine/kernels/bytes.h"
#include "core/network/engine/kernels/convolution_vnni.h"
#include "core/network/engine/kernels/epilogue.h"
#include "core/network/engine/kernels/exponential.h"
#include "core/network/engine/kernels/integer_semantics.h"
#include "core/network/engine/kernels/rows.h"

using namespace exitscope;
using namespace exitscope::engine;

namespace {

template <class T>
AlignedBytes aligned(const std::vector<T>& values)
{
    AlignedBytes bytes = allocate_aligned(values.size() * sizeof(T));
    std::memcpy(bytes.get(), values.data(), values.size() * sizeof(T));
    return bytes;
}

/// One sum after the other, padding as a byte of its own.
std::vector<std::int32_t> plain_sums(const kernels::ConvolutionShape& s, std::size_t images,
                                     std::span<const std::uint8_t> in, std::span<const std::int8_t> weights)
{
    std::vector<std::int32_t> sums;
    const auto inside = [](std::ptrdiff_t at, std::size_t extent) {
        return at >= 0 && at < static_cast<std::ptrdiff_t>(extent);
    };
    for (std::size_t image = 0; image < images; ++image)
        for (std::size_t position = 0; position < s.positions(); ++position)
            for (std::size_t oc = 0; oc < s.out_channels; ++oc) {
                std::int32_t sum = 0;
                for (std::size_t ky = 0; ky < s.kernel_height; ++ky)
                    for (std::size_t kx = 0; kx < s.kernel_width; ++kx)
                        for (std::size_t i = 0; i < s.group_inputs(); ++i) {
                            const auto y = static_cast<std::ptrdiff_t>(position / s.out_width) * s.stride_y - s.pad_y +
                                           static_cast<std::ptrdiff_t>(ky) * s.dilation_y;
                            const auto x = static_cast<std::ptrdiff_t>(position % s.out_width) * s.stride_x - s.pad_x +
                                           static_cast<std::ptrdiff_t>(kx) * s.dilation_x;
                            const std::size_t channel = oc / s.group_outputs() * s.group_inputs() + i;
                            const std::size_t pixel =
                                static_cast<std::size_t>(y) * s.width + static_cast<std::size_t>(x);
                            const std::uint8_t byte = inside(y, s.height) && inside(x, s.width)
                                                          ? in[image * s.image_bytes() + pixel * s.channels + channel]
                                                          : s.zero_point;
                            sum += byte *
                                   weights[((oc * s.group_inputs() + i) * s.kernel_height + ky) * s.kernel_width + kx];
                        }
                sums.push_back(sum);
            }
    return sums;
}

}  // namespace

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
        const plan::Grid grid{0.1F, 117, 8};
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

    void convolution_data()
    {
        QTest::addColumn<QList<int>>("extents");  // ic, oc, side, kernel, stride, dilation, pad, groups
        for (const QList<int>& e : {QList<int>{1, 16, 28, 3, 1, 1, 1, 1},
                                    {3, 20, 9, 3, 1, 1, 1, 1},
                                    {16, 16, 28, 3, 1, 1, 1, 1},
                                    {16, 32, 9, 3, 2, 1, 1, 1},
                                    {16, 40, 9, 1, 2, 1, 0, 1},
                                    {64, 160, 7, 3, 2, 1, 1, 1},
                                    {32, 96, 3, 3, 1, 1, 1, 1},
                                    {19, 23, 9, 3, 2, 2, 2, 1},
                                    {24, 30, 7, 3, 1, 1, 1, 3},
                                    {5, 7, 6, 2, 1, 1, 0, 1},
                                    {256, 70, 1, 1, 1, 1, 0, 1},
                                    {16, 16, 6, 5, 1, 3, 4, 1},
                                    {20, 20, 6, 3, 1, 1, 1, 20},
                                    {8, 8, 4, 9, 1, 1, 4, 1},
                                    {4, 4, 3, 3, 1, 1, 3, 1}})
            QTest::addRow("%d to %d channels, side %d, kernel %d, stride %d, dilation %d, pad %d, groups %d", e[0],
                          e[1], e[2], e[3], e[4], e[5], e[6], e[7])
                << e;
    }
    void convolution()
    {
        if (!kernels::VnniConvolution::available())
            QSKIP("no AVX-512 VNNI");
        QFETCH(QList<int>, extents);
        const auto extent = [&](int i) { return static_cast<std::size_t>(extents[i]); };
        kernels::ConvolutionShape s;
        s.channels = extent(0);
        s.out_channels = extent(1);
        s.height = extent(2);
        s.width = extent(2) == 1 ? 1 : extent(2) + 1;
        s.kernel_height = s.kernel_width = extent(3);
        s.stride_y = s.stride_x = extents[4];
        s.dilation_y = s.dilation_x = extents[5];
        s.pad_y = s.pad_x = extents[6];
        s.groups = extent(7);
        s.zero_point = 37;
        const std::size_t reach = (s.kernel_height - 1) * extent(5) + 1;
        s.out_height = (s.height + 2 * extent(6) - reach) / extent(4) + 1;
        s.out_width = (s.width + 2 * extent(6) - reach) / extent(4) + 1;
        Random random(9);
        std::vector<std::int8_t> weights(s.out_channels * s.group_inputs() * s.kernel_height * s.kernel_width);
        for (std::int8_t& weight : weights)
            weight = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
        for (const std::size_t images : {1, 3, 4, 11}) {
            std::vector<std::uint8_t> in(images * s.image_bytes());
            for (std::uint8_t& byte : in)
                byte = static_cast<std::uint8_t>(random.below(256));
            const std::vector<std::int32_t> expected = plain_sums(s, images, in, weights);
            in.resize(in.size() + kernels::VnniConvolution::slack_bytes, 0xff);

            const kernels::VnniConvolution convolution(s, weights, images);
            const AlignedBytes packed = aligned(convolution.packed_weights());
            const AlignedBytes starts = aligned(convolution.starts());
            std::vector<std::uint8_t> scratch(convolution.scratch_bytes());
            const kernels::VnniConvolution::Memory memory{in.data(), reinterpret_cast<std::int8_t*>(packed.get()),
                                                          reinterpret_cast<std::int32_t*>(starts.get()),
                                                          scratch.data()};
            std::vector<std::int32_t> sums(expected.size() + 1, -7);
            convolution.to_sums(memory, images, sums.data());
            QCOMPARE(sums.back(), -7);
            sums.pop_back();
            QVERIFY(sums == expected);

            std::vector<float> bias(s.out_channels), multipliers(s.out_channels);
            for (std::size_t c = 0; c < s.out_channels; ++c) {
                bias[c] = static_cast<float>(static_cast<int>(random.below(2000)) - 1000);
                multipliers[c] = static_cast<float>(0.001 + 0.02 * random.uniform());
            }
            std::vector<std::uint8_t> residual(expected.size());
            for (std::uint8_t& byte : residual)
                byte = static_cast<std::uint8_t>(random.below(256));
            kernels::Epilogue epilogue{
                s.out_channels, bias.data(), multipliers.data(), nullptr, 101.0F, 0.613F, -100.0F, 120.0F, 117};
            for (const bool with_residual : {false, true}) {
                epilogue.residual = with_residual ? residual.data() : nullptr;
                std::vector<std::uint8_t> bytes(expected.size() + 1, 99), wanted(expected.size());
                convolution.to_bytes(memory, images, epilogue, bytes.data());
                QCOMPARE(bytes.back(), std::uint8_t{99});
                bytes.pop_back();
                epilogue.to_bytes(expected.data(), images * s.positions(), wanted.data());
                QVERIFY(bytes == wanted);
            }
            std::vector<float> floats(expected.size() + 1, 99.0F), wanted(expected.size());
            convolution.to_floats(memory, images, epilogue, floats.data());
            QCOMPARE(floats.back(), 99.0F);
            floats.pop_back();
            epilogue.to_floats(expected.data(), images * s.positions(), wanted.data());
            QVERIFY(floats == wanted);
        }
    }

    void quantizing_and_tables()
    {
        Random random(5);
        const plan::Grid grid{0.037F, 88, 8};
        const plan::Grid coarse{0.5F, 7, 4};
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
            const plan::Grid grid{1.0F, 97, 8};
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

    void row_loops_are_accurate()
    {
        Random random(12);
        for (const std::size_t width : {1, 5, 16, 33, 70}) {
            std::vector<float> x(width), scale(width), bias(width), y(width);
            for (std::size_t i = 0; i < width; ++i) {
                x[i] = static_cast<float>(4 * random.normal());
                scale[i] = static_cast<float>(random.normal());
                bias[i] = static_cast<float>(random.normal());
            }
            double mean = 0, variance = 0, sum = 0;
            for (const float v : x)
                mean += double(v) / double(width);
            for (const float v : x) {
                variance += (double(v) - mean) * (double(v) - mean) / double(width);
                sum += std::exp(double(v) - double(x[0]));
            }
            kernels::softmax_row(x.data(), y.data(), width);
            for (std::size_t i = 0; i < width; ++i)
                QVERIFY(std::fabs(double(y[i]) - std::exp(double(x[i]) - double(x[0])) / sum) < 3e-7);
            kernels::normalise_row(x.data(), y.data(), width, 0.1F, scale.data(), bias.data());
            for (std::size_t i = 0; i < width; ++i) {
                const double standard = (double(x[i]) - mean) / std::sqrt(variance + double(0.1F));
                QVERIFY(std::fabs(double(y[i]) - (standard * double(scale[i]) + double(bias[i]))) < 1e-5);
            }
            kernels::gelu(x.data(), y.data(), width);
            for (std::size_t i = 0; i < width; ++i)
                QVERIFY(std::fabs(double(y[i]) - double(x[i]) / 2 * (1 + std::erf(double(x[i]) / std::sqrt(2.0)))) <
                        1e-6);
            kernels::sigmoid(x.data(), y.data(), width);
            for (std::size_t i = 0; i < width; ++i)
                QVERIFY(std::fabs(double(y[i]) * (1 + std::exp(-double(x[i]))) - 1) < 3e-7);
        }
        std::vector<float> extremes = {-INFINITY, -200.0F, 0.0F, 200.0F, INFINITY, NAN};
        std::vector<float> y(extremes.size());
        kernels::sigmoid(extremes.data(), y.data(), y.size());
        QVERIFY(y[0] == 0.0F && y[1] == 0.0F && y[2] == 0.5F && y[3] == 1.0F && y[4] == 1.0F && std::isnan(y[5]));
    }

    void products_of_rows()
    {
        Random random(13);
        for (const std::size_t columns : {1, 31, 32, 33, 65, 100})
            for (const std::size_t rows : {1, 6, 13}) {
                constexpr std::size_t depth = 21;
                std::vector<float> left(rows * depth), right(depth * columns), out(rows * columns + 1, 99.0F);
                for (float& v : left)
                    v = static_cast<float>(random.normal());
                for (float& v : right)
                    v = static_cast<float>(random.normal());
                kernels::multiply(left.data(), right.data(), out.data(), rows, columns, depth, 0.5F);
                QCOMPARE(out.back(), 99.0F);
                std::size_t wrong = 0;
                for (std::size_t r = 0; r < rows; ++r)
                    for (std::size_t c = 0; c < columns; ++c) {
                        float sum = 0;
                        for (std::size_t k = 0; k < depth; ++k)
                            sum += right[k * columns + c] * left[r * depth + k];
                        wrong += out[r * columns + c] != sum * 0.5F;
                    }
                QCOMPARE(wrong, std::size_t{0});
            }
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
