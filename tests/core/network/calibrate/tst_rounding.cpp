// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/network/calibrate/moments.h"
#include "core/network/calibrate/products.h"
#include "core/network/calibrate/rounding.h"
#include "tests/core/network/calibrate/rounding_cases.h"

using namespace exitscope;
using namespace exitscope::calibrate;
using exitscope::tests::rounding_cases;
using exitscope::tests::RoundingCase;

namespace {

Covariance covariance_of(const RoundingCase& layer)
{
    return {layer.inputs, layer.outputs, layer.input, layer.cross, layer.output};
}

/// (T - sQ)^T (H + damping I) (T - sQ) of one output, element by element.
double slow_error(const RoundingCase& layer, const std::vector<double>& target, const RoundedGroup& rounded,
                  std::size_t output)
{
    const std::size_t n = layer.inputs;
    double added = 0;
    for (std::size_t k = 0; k < n; ++k)
        added += 0.01 * layer.input[k * n + k] / double(n);
    const auto off = [&](std::size_t k) {
        return target[k * layer.outputs + output] -
               rounded.scales[output] * double(rounded.values[k * layer.outputs + output]);
    };
    double sum = 0;
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t j = 0; j < n; ++j)
            sum += off(k) * (layer.input[k * n + j] + (k == j ? added : 0.0)) * off(j);
    return sum;
}

}  // namespace

class TestRounding : public QObject {
    Q_OBJECT

private slots:
    void targetsAreThoseOfNumPy()
    {
        for (const RoundingCase& layer : rounding_cases()) {
            const auto target = least_squares_target(covariance_of(layer), layer.weights, layer.damping, 2);
            double largest = 0;
            double off = 0;
            for (std::size_t i = 0; i < target.size(); ++i) {
                largest = std::max(largest, std::fabs(layer.target[i]));
                off = std::max(off, std::fabs(target[i] - layer.target[i]));
            }
            QVERIFY2(off < 1e-9 * largest, qPrintable(QString::number(off / largest)));
            QVERIFY(std::isinf(layer.damping) || target != layer.weights);
        }
    }

    /// At least 99.9 % of the integers are those of NumPy, and no output's error is larger.
    void integersAreThoseOfNumPy()
    {
        std::size_t all = 0;
        std::size_t same = 0;
        for (const RoundingCase& layer : rounding_cases()) {
            const RoundedGroup rounded =
                round_group(covariance_of(layer), layer.target, static_cast<std::uint8_t>(layer.bits),
                            std::vector<double>(layer.outputs, 0.0), 2);
            all += layer.values.size();
            for (std::size_t i = 0; i < layer.values.size(); ++i)
                same += int(rounded.values[i]) == layer.values[i];
            for (std::size_t o = 0; o < layer.outputs; ++o) {
                const double error = slow_error(layer, layer.target, rounded, o);
                QVERIFY2(error <= layer.errors[o] * (1 + 1e-9),
                         qPrintable(QString("%1 against %2").arg(error).arg(layer.errors[o])));
            }
        }
        QVERIFY2(double(same) >= 0.999 * double(all), qPrintable(QString("%1 of %2").arg(same).arg(all)));
    }

    void errorsAreThoseOfNumPy()
    {
        for (const RoundingCase& layer : rounding_cases()) {
            const RoundedGroup rounded =
                round_group(covariance_of(layer), layer.target, static_cast<std::uint8_t>(layer.bits),
                            std::vector<double>(layer.outputs, 0.0), 1);
            std::vector<double> real(layer.values.size());
            for (std::size_t i = 0; i < real.size(); ++i)
                real[i] = rounded.scales[i % layer.outputs] * double(rounded.values[i]);
            const std::vector<double> noise = output_errors(covariance_of(layer), real);
            for (std::size_t o = 0; o < layer.outputs; ++o)
                QVERIFY(std::fabs(noise[o] - layer.noise[o]) < 1e-6 * layer.output[o]);
        }
    }

    /// Rounding one input after the other is better than each by itself on the same scale.
    void roundingInOrderBeatsRoundingToNearest()
    {
        for (const RoundingCase& layer : rounding_cases()) {
            RoundedGroup rounded =
                round_group(covariance_of(layer), layer.target, static_cast<std::uint8_t>(layer.bits),
                            std::vector<double>(layer.outputs, 0.0), 1);
            const double top = double((1 << (layer.bits - 1)) - 1);
            double in_order = 0;
            double nearest = 0;
            for (std::size_t o = 0; o < layer.outputs; ++o)
                in_order += slow_error(layer, layer.target, rounded, o);
            for (std::size_t i = 0; i < rounded.values.size(); ++i)
                rounded.values[i] = static_cast<std::int8_t>(
                    std::clamp(std::nearbyint(layer.target[i] / rounded.scales[i % layer.outputs]), -top, top));
            for (std::size_t o = 0; o < layer.outputs; ++o)
                nearest += slow_error(layer, layer.target, rounded, o);
            QVERIFY2(in_order < nearest, qPrintable(QString("%1 against %2").arg(in_order).arg(nearest)));
        }
    }

    void scalesAreNotBelowTheirBound()
    {
        const RoundingCase& layer = rounding_cases().front();
        const RoundedGroup rounded = round_group(covariance_of(layer), layer.target, 4, {100.0}, 1);
        QCOMPARE(rounded.scales.front(), 100.0);
    }

    /// Odd sizes around the tiles; every element is the sum in the order of the rows.
    void productsAreSumsInOrder()
    {
        std::mt19937 random(5);
        std::normal_distribution<float> draw;
        for (const auto& [rows, m, n] : {std::array<std::size_t, 3>{7, 5, 3}, {33, 4, 32}, {64, 9, 49}, {1, 1, 16}}) {
            std::vector<float> left(rows * m);
            std::vector<float> right(rows * n);
            for (auto* of : {&left, &right})
                for (float& number : *of)
                    number = draw(random);
            std::vector<float> made(m * n, 0.5F);
            add_products({left.data(), m}, right.data(), n, rows, m, n, made.data(), n);
            for (std::size_t i = 0; i < m; ++i)
                for (std::size_t j = 0; j < n; ++j) {
                    float sum = 0.5F;
                    for (std::size_t r = 0; r < rows; ++r) {
                        const volatile float product = left[r * m + i] * right[r * n + j];
                        sum += product;
                    }
                    QCOMPARE(made[i * n + j], sum);
                }
        }
    }

    void systemsAreSolved()
    {
        std::mt19937 random(6);
        std::normal_distribution<double> draw;
        for (const std::size_t n : {1, 7, 64, 65, 150}) {
            const std::size_t columns = 70;
            std::vector<double> root(n * n);
            for (double& number : root)
                number = draw(random);
            std::vector<double> matrix(n * n, 0.0);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j) {
                    for (std::size_t k = 0; k < n; ++k)
                        matrix[i * n + j] += root[i * n + k] * root[j * n + k];
                    matrix[i * n + j] += i == j ? 1.0 : 0.0;
                }
            std::vector<double> wanted(n * columns);
            for (double& number : wanted)
                number = draw(random);
            std::vector<double> right(n * columns, 0.0);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t k = 0; k < n; ++k)
                    for (std::size_t c = 0; c < columns; ++c)
                        right[i * columns + c] += matrix[i * n + k] * wanted[k * columns + c];
            std::vector<double> one = matrix;
            factorize(one, n, 1e-6, 1);
            std::vector<double> three = matrix;
            factorize(three, n, 1e-6, 3);
            QVERIFY(one == three);
            std::vector<double> again = right;
            solve(one, n, right, columns, 1);
            solve(one, n, again, columns, 3);
            QVERIFY(right == again);
            for (std::size_t i = 0; i < right.size(); ++i)
                QVERIFY(std::fabs(right[i] - wanted[i]) < 1e-8);
        }
    }

    void momentsAreThoseOfTheRows()
    {
        const ProductShape shape{3, 5, 2};
        const std::size_t rows = 600;
        std::mt19937 random(7);
        std::vector<float> x(rows * 15 + row_slack, 1e9F);
        std::vector<float> y(rows * 6 + row_slack, 1e9F);
        for (std::size_t i = 0; i < rows * 15; ++i)
            x[i] = static_cast<float>(static_cast<int>(random() % 511) - 255);
        for (std::size_t i = 0; i < rows * 6; ++i)
            y[i] = static_cast<float>(double(random()) / 4e9 - 0.3);
        Moments one(shape);
        one.add(x, y, rows, 1);
        Moments four(shape);
        four.add(x, y, rows, 4);
        QVERIFY(one.input_input == four.input_input && one.output_input == four.output_input);
        for (std::size_t g = 0; g < 3; ++g) {
            const Covariance made = centred(one, g);
            const auto level = [&](std::size_t r, std::size_t k) { return double(x[r * 15 + g * 5 + k]); };
            const auto wanted = [&](std::size_t r, std::size_t o) { return double(y[r * 6 + g * 2 + o]); };
            const auto mean = [&](const auto& of, std::size_t i) {
                double sum = 0;
                for (std::size_t r = 0; r < rows; ++r)
                    sum += of(r, i) / double(rows);
                return sum;
            };
            const auto covariance = [&](const auto& a, std::size_t i, const auto& b, std::size_t j) {
                const double mean_a = mean(a, i);
                const double mean_b = mean(b, j);
                double sum = 0;
                for (std::size_t r = 0; r < rows; ++r)
                    sum += (a(r, i) - mean_a) * (b(r, j) - mean_b) / double(rows);
                return sum;
            };
            for (std::size_t i = 0; i < 5; ++i) {
                for (std::size_t j = 0; j < 5; ++j)
                    QVERIFY(std::fabs(made.input[i * 5 + j] - covariance(level, i, level, j)) < 1e-7 * 65025);
                for (std::size_t o = 0; o < 2; ++o)
                    QVERIFY(std::fabs(made.cross[i * 2 + o] - covariance(level, i, wanted, o)) < 1e-5 * 255);
            }
            for (std::size_t o = 0; o < 2; ++o)
                QVERIFY(std::fabs(made.output[o] - covariance(wanted, o, wanted, o)) < 1e-7);
        }
    }

    /// An input that never changes has no influence, whatever the wanted output does.
    void deadInputsKeepTheirWeights()
    {
        Covariance dead{2, 1, {0, 0, 0, 0}, {0, 0}, {1}};
        QCOMPARE(least_squares_target(dead, {0.5, -0.25}, 0.05, 1), (std::vector<double>{0.5, -0.25}));
        const RoundedGroup rounded = round_group(dead, {0.5, -0.25}, 4, {0.0}, 1);
        QVERIFY(std::fabs(double(rounded.values[0]) * rounded.scales[0] - 0.5) < 0.05);
    }
};

QTEST_APPLESS_MAIN(TestRounding)
#include "tst_rounding.moc"
