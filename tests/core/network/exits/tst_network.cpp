// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/base/random.h"
#include "core/network/exits/network.h"

using namespace exitscope;
using namespace exitscope::exits;

namespace {

constexpr auto map_layout = FeatureShape::Layout::map;

HeadSpec spec_of(const QString& kind)
{
    HeadSpec spec;
    spec.classes = 3;
    spec.input = {map_layout, 3, 7, 6};
    if (kind == "linear")
        return spec;
    spec.hidden = 5;
    if (kind == "vector")
        spec.input = {FeatureShape::Layout::vector, 11, 1, 1};
    if (kind == "overlapping cells")
        spec.grid = 4;
    if (kind == "grid") {
        spec.input = {map_layout, 3, 8, 4};
        spec.grid = 2;
    }
    if (kind == "convolution" || kind == "pooled convolution") {
        spec.conv_channels = 4;
        spec.conv_stride = 2;
        spec.grid = 2;
    }
    if (kind == "pooled convolution") {
        spec.input = {map_layout, 2, 12, 8};
        spec.pool = 2;
        spec.conv_stride = 1;
    }
    return spec;
}

std::vector<float> normal_values(std::size_t count, Random& random)
{
    std::vector<float> values(count);
    for (float& value : values)
        value = static_cast<float>(random.normal());
    return values;
}

Head random_head(const HeadSpec& spec, Random& random)
{
    Head head(spec);
    for (Linear* layer : head.layers()) {
        layer->weights = normal_values(layer->weights.size(), random);
        layer->bias = normal_values(layer->bias.size(), random);
    }
    return head;
}

/// sum of direction * logits
double projection(Network& network, const Head& head, const std::vector<float>& features, std::size_t count,
                  const std::vector<float>& direction)
{
    const auto logits = network.forward(head, features, count);
    double sum = 0;
    for (std::size_t i = 0; i < direction.size(); ++i)
        sum += double(logits[i]) * double(direction[i]);
    return sum;
}

}  // namespace

class TestNetwork : public QObject {
    Q_OBJECT
private slots:
    void gradients_data();
    void gradients();
    void macsCountEveryProduct();
    void cellsCoverEveryPosition();
};

void TestNetwork::gradients_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"linear", "vector", "grid", "overlapping cells", "convolution", "pooled convolution"})
        QTest::newRow(kind) << QString(kind);
}

/// Central differences of a random projection of the logits, in every weight.
void TestNetwork::gradients()
{
    QFETCH(QString, kind);
    const HeadSpec spec = spec_of(kind);
    constexpr std::size_t count = 3;
    Random random(5);
    Head head = random_head(spec, random);
    const std::vector<float> features = normal_values(count * spec.input.values(), random);
    const std::vector<float> direction = normal_values(count * spec.classes, random);
    Network network(spec, count + 1);           // a batch that is not full
    Head gradient = random_head(spec, random);  // must be overwritten
    projection(network, head, features, count, direction);
    network.backward(head, direction, gradient);

    std::size_t compared = 0;
    std::size_t wrong = 0;
    const auto compare = [&](std::vector<float>& weights, const std::vector<float>& analytic) {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            constexpr float step = 1.0F / 256;
            const float kept = weights[i];
            weights[i] = kept + step;
            const double above = projection(network, head, features, count, direction);
            weights[i] = kept - step;
            const double below = projection(network, head, features, count, direction);
            weights[i] = kept;
            const double numeric = (above - below) / (2 * double(step));
            wrong += std::abs(numeric - double(analytic[i])) > 5e-3 + 5e-3 * std::abs(numeric);
            ++compared;
        }
    };
    for (std::size_t l = 0; l < head.layers().size(); ++l) {
        compare(head.layers()[l]->weights, gradient.layers()[l]->weights);
        compare(head.layers()[l]->bias, gradient.layers()[l]->bias);
    }
    QVERIFY(compared > 10);
    // A difference across the kink of a ReLU is none of a derivative; that is rare.
    QVERIFY2(wrong <= compared / 50, qPrintable(QString("%1 of %2 derivatives are wrong").arg(wrong).arg(compared)));
}

void TestNetwork::macsCountEveryProduct()
{
    HeadSpec spec = spec_of("pooled convolution");
    // 6 x 4 positions of a 3 x 3 convolution from 2 to 4 channels; 2 x 2 cells of 4 channels to 5 units to 3 classes
    QCOMPARE(spec.macs(), std::int64_t{6 * 4 * 4 * 2 * 9 + 16 * 5 + 5 * 3});
    spec = spec_of("linear");
    QCOMPARE(spec.macs(), std::int64_t{3 * 3});
}

void TestNetwork::cellsCoverEveryPosition()
{
    for (std::size_t size = 1; size <= 40; ++size)
        for (std::size_t cells = 1; cells <= std::min<std::size_t>(size, 4); ++cells) {
            const Cells windows = cells_over(size, cells);
            QVERIFY(windows.kernel >= windows.stride);
            QCOMPARE((cells - 1) * windows.stride + windows.kernel, size);
        }
}

QTEST_APPLESS_MAIN(TestNetwork)
#include "tst_network.moc"
