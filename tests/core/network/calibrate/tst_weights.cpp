// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>

#include "core/base/random.h"
#include "core/network/calibrate/weights.h"

using namespace exitscope;

namespace {

/// A matrix layer whose channels differ in magnitude by powers of ten.
model::LinearLayer random_layer(std::int64_t channels, std::int64_t row)
{
    Random random(5);
    model::LinearLayer layer;
    layer.weight_shape = {channels, row};
    for (std::int64_t c = 0; c < channels; ++c) {
        for (std::int64_t k = 0; k < row; ++k)
            layer.weights.push_back(static_cast<float>(std::pow(10.0, double(c % 4) - 2.0) * random.normal()));
        layer.bias.push_back(static_cast<float>(random.normal()));
    }
    return layer;
}

}  // namespace

class TestWeights : public QObject {
    Q_OBJECT

private slots:
    void roundTripIsWithinHalfAStepOfEveryChannel()
    {
        const model::LinearLayer layer = random_layer(8, 40);
        for (const int bits : {2, 3, 4, 6, 8}) {
            const plan::QuantizedWeights weights =
                calibrate::quantize_layer(layer, static_cast<std::uint8_t>(bits), 0.02F);
            const int top = (1 << (bits - 1)) - 1;
            QCOMPARE(weights.values.size(), layer.weights.size());
            for (std::size_t c = 0; c < 8; ++c) {
                int largest = 0;
                for (std::size_t k = 0; k < 40; ++k) {
                    const std::size_t i = c * 40 + k;
                    QVERIFY(std::abs(int(weights.values[i])) <= top);
                    largest = std::max(largest, std::abs(int(weights.values[i])));
                    const float back = weights.scales[c] * float(weights.values[i]);
                    QVERIFY(std::fabs(back - layer.weights[i]) <= 0.5001F * weights.scales[c]);
                }
                QCOMPARE(largest, top);
                const double bias = double(weights.bias[c]) * 0.02 * double(weights.scales[c]);
                QVERIFY(std::fabs(bias - double(layer.bias[c])) <= 0.0101 * double(weights.scales[c]));
            }
        }
    }

    void deadChannelsKeepTheirBias()
    {
        model::LinearLayer layer = random_layer(3, 10);
        std::fill_n(layer.weights.begin(), 10, 0.0F);
        std::fill_n(layer.weights.begin() + 10, 10, 1e-20F);  // as batch normalization folds a dead channel
        layer.bias = {0.5F, -0.25F, 1.0F};
        const plan::QuantizedWeights weights = calibrate::quantize_layer(layer, 8, 0.01F);
        for (std::size_t c = 0; c < 3; ++c) {
            const double bias = double(weights.bias[c]) * double(0.01F) * double(weights.scales[c]);
            QVERIFY2(std::fabs(bias - double(layer.bias[c])) < 1e-4,
                     qPrintable(QString("channel %1: %2").arg(c).arg(bias)));
        }
    }
};

QTEST_APPLESS_MAIN(TestWeights)
#include "tst_weights.moc"
