// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/network/model/file_quantization.h"
#include "core/network/model/imported.h"
#include "core/network/model/multi_exit.h"
#include "core/network/model/native_quantization.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

Tensor integers(std::vector<std::int64_t> values, Shape shape, ElementType type)
{
    Tensor tensor;
    tensor.shape = std::move(shape);
    tensor.ints = std::move(values);
    tensor.is_int = true;
    tensor.element = type;
    return tensor;
}

Tensor reals(std::vector<float> values)
{
    Tensor tensor;
    tensor.shape = values.size() == 1 ? Shape{} : Shape{static_cast<std::int64_t>(values.size())};
    tensor.floats = std::move(values);
    return tensor;
}

/// One layer of two channels between grids: an image of `data` integers, weights of `weights` integers.
Graph layer(std::vector<float> scales, float data_scale, ElementType weights, ElementType data)
{
    tests::GraphBuilder builder;
    builder.input("x", {-1, 3, 1, 1});
    builder.constant("s", reals({data_scale}));
    builder.constant("z", integers({0}, {}, data));
    builder.constant("w", integers({1, -2, 3, 4, -5, 6}, {2, 3}, weights));
    builder.constant("ws", reals(std::move(scales)));
    builder.add(R"(
        q = QuantizeLinear(x, s, z)
        d = DequantizeLinear(q, s, z)
        f = Flatten(d)
        r = DequantizeLinear(w, ws) axis=0
        b = constant [2] {0.5, -0.25}
        y = Gemm(f, r, b) transB=1
        > y
    )");
    return builder.graph();
}

Expected<MultiExitModel> opened(Graph graph)
{
    Expected<Imported> imported = import_graph(std::move(graph));
    if (!imported)
        return forward(imported);
    Expected<Graph> specialised = specialise(imported->graph, 1);
    if (!specialised)
        return forward(specialised);
    lift_grids(*specialised);
    Expected<MultiExitModel> model = cut(std::move(*specialised), 1);
    if (!model)
        return forward(model);
    model->quantized_form = imported->quantized_form;
    model->quantized_precision = quantized_precision(model->graph);
    return model;
}

}  // namespace

class TestFileQuantization : public QObject {
    Q_OBJECT

private slots:
    void precisionOfTheFile_data()
    {
        QTest::addColumn<int>("weights");
        QTest::addColumn<int>("data");
        QTest::addColumn<QString>("precision");
        QTest::newRow("bytes") << int(ElementType::int8) << int(ElementType::uint8) << "w8a8";
        QTest::newRow("int4 weights") << int(ElementType::int4) << int(ElementType::uint8) << "w4a8";
        QTest::newRow("int4 alone") << int(ElementType::int4) << int(ElementType::int4) << "w4a4";
        QTest::newRow("unsigned") << int(ElementType::int4) << int(ElementType::uint4) << "w4a4";
        QTest::newRow("data of 2 bits") << int(ElementType::int8) << int(ElementType::uint2) << "w8a2";
    }
    void precisionOfTheFile()
    {
        QFETCH(int, weights);
        QFETCH(int, data);
        QFETCH(QString, precision);
        const auto model = opened(layer({0.5F, 0.25F}, 0.1F, ElementType(weights), ElementType(data)));
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(QString::fromStdString(model->quantized_precision.name()), precision);
        const auto native = native_quantization(*model);
        QVERIFY(native);
        QCOMPARE(native->integer_layers, std::size_t{1});
    }

    void impossibleScales_data()
    {
        QTest::addColumn<float>("weights");
        QTest::addColumn<float>("data");
        QTest::addColumn<QString>("node");
        constexpr float nan = std::numeric_limits<float>::quiet_NaN();
        constexpr float infinity = std::numeric_limits<float>::infinity();
        for (const float bad : {nan, infinity, -0.5F}) {
            QTest::addRow("weights %g", double(bad)) << bad << 0.1F << "DequantizeLinear";
            QTest::addRow("data %g", double(bad)) << 0.5F << bad << "QuantizeLinear";
        }
        QTest::newRow("data 0") << 0.5F << 0.0F << "QuantizeLinear";
    }
    void impossibleScales()
    {
        QFETCH(float, weights);
        QFETCH(float, data);
        QFETCH(QString, node);
        const auto model = opened(layer({0.5F, weights}, data, ElementType::int8, ElementType::uint8));
        QVERIFY(!model);
        const QString text = QString::fromStdString(model.error().message());
        QVERIFY2(text.contains("(" + node + ")") && text.contains("is not a positive number"), qPrintable(text));
    }

    /// Its weights are 0; its bias stays.
    void channelOfScaleZero()
    {
        const auto model = opened(layer({0.5F, 0.0F}, 0.1F, ElementType::int8, ElementType::uint8));
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        const auto native = native_quantization(*model);
        QVERIFY(native && native->float_layers.empty());
        for (const auto& weights : native->plans.front().weights) {
            if (!weights)
                continue;
            QCOMPARE(weights->values[3], std::int8_t{0});
            QVERIFY(weights->scales[1] > 0.0F);
            const double bias = double(weights->bias[1]) * double(weights->scales[1]) * double(0.1F);
            QVERIFY2(std::abs(bias + 0.25) < 1e-6, std::to_string(bias).c_str());
        }
    }

    /// A bias that its channel's tiny scale would take beyond 32 bits.
    void channelOfTinyScale()
    {
        const auto model = opened(layer({0.5F, 1e-12F}, 0.1F, ElementType::int8, ElementType::uint8));
        QVERIFY(model);
        const auto native = native_quantization(*model);
        QVERIFY(native && native->float_layers.empty());
        for (const auto& weights : native->plans.front().weights)
            if (weights) {
                const double bias = double(weights->bias[1]) * double(weights->scales[1]) * double(0.1F);
                QVERIFY2(std::abs(bias + 0.25) < 1e-6, std::to_string(bias).c_str());
            }
    }
};

QTEST_APPLESS_MAIN(TestFileQuantization)
#include "tst_file_quantization.moc"
