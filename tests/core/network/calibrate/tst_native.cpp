// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "core/network/calibrate/calibrate.h"
#include "core/network/dataset/dataset.h"
#include "core/network/engine/run_model.h"
#include "core/network/model/native_quantization.h"
#include "tests/support/float_array.h"

using namespace exitscope;
using namespace exitscope::calibrate;
using namespace exitscope::model;
using namespace exitscope::plan;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path(EXITSCOPE_TEST_DATA) / "quantized";

model::MultiExitModel opened(const std::string& name)
{
    model::OpenOptions options;
    options.batch = 8;
    auto model = model::open_model(folder / (name + ".onnx"), options);
    if (!model)
        throw std::runtime_error(model.error().message());
    return std::move(*model);
}

engine::ModelRun ran(const model::MultiExitModel& model, Precision precision, const Quantization* quantization)
{
    Progress progress;
    const auto data = dataset::open((folder / "images.npy").string());
    const auto run = engine::run_model(model, quantization, precision, **data, {8, 1}, progress);
    if (!run)
        throw std::runtime_error(run.error().message());
    return *run;
}

Quantization own(const model::MultiExitModel& model)
{
    return {{model.quantized_precision}, {native_quantization(model)->plans}};
}

/// Smallest step between two different outputs: the scale of an exit's grid.
float step(std::vector<float> values)
{
    std::sort(values.begin(), values.end());
    float smallest = INFINITY;
    for (std::size_t i = 1; i < values.size(); ++i)
        if (values[i] - values[i - 1] > 1e-5F)
            smallest = std::min(smallest, values[i] - values[i - 1]);
    return smallest;
}

}  // namespace

class TestNative : public QObject {
    Q_OBJECT

private slots:
    void layersAndForm_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("form");
        QTest::addColumn<int>("integer");
        QTest::addColumn<int>("real");
        for (const char* name : {"qdq_u8s8", "qdq_s8s8", "qdq_u8u8", "qdq_float_bias", "qdq_relu_kept"})
            QTest::newRow(name) << name << "QDQ" << 7 << 0;
        for (const char* name : {"qoperator_u8s8", "qoperator_s8s8", "qoperator_u8u8"})
            QTest::newRow(name) << name << "QOperator" << 7 << 0;
        QTest::newRow("float weights") << "float_weights"
                                       << "QDQ" << 3 << 0;
    }
    void layersAndForm()
    {
        QFETCH(QString, name);
        QFETCH(QString, form);
        QFETCH(int, integer);
        QFETCH(int, real);
        const model::MultiExitModel model = opened(name.toStdString());
        const auto native = native_quantization(model);
        QVERIFY(native.has_value());
        QCOMPARE(QString::fromStdString(model.quantized_form), form);
        for (const auto& layer : native->float_layers)
            qInfo("%s: %s", layer.node.c_str(), layer.reason.c_str());
        QCOMPARE(int(native->integer_layers), integer);
        QCOMPARE(int(native->float_layers.size()), real);
        for (const model::Node& node : model.graph.nodes)
            QVERIFY2(node.op.find("uantize") == std::string::npos, node.op.c_str());
    }

    /// Below 8 bits, in the forms of several tools: every layer runs in integers, at the bits that the file says.
    void lowBits_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("form");
        QTest::newRow("QCDQ") << "low_bits_qcdq"
                              << "QDQ";
        QTest::newRow("QONNX") << "low_bits_quant"
                               << "QONNX";
        QTest::newRow("FakeQuantize") << "low_bits_fake"
                                      << "FakeQuantize";
    }
    void lowBits()
    {
        QFETCH(QString, name);
        QFETCH(QString, form);
        const model::MultiExitModel model = opened(name.toStdString());
        QCOMPARE(QString::fromStdString(model.quantized_form), form);
        QCOMPARE(model.quantized_precision, (Precision{4, 4}));
        const auto native = native_quantization(model);
        QVERIFY(native.has_value());
        for (const auto& layer : native->float_layers)
            qInfo("%s: %s", layer.node.c_str(), layer.reason.c_str());
        QCOMPARE(native->float_layers.size(), std::size_t{0});
        QCOMPARE(native->integer_layers, std::size_t{5});
        for (const model::Node& node : model.graph.nodes)
            QVERIFY2(node.op.find("uantize") == std::string::npos, node.op.c_str());
        const Quantization quantization = own(model);
        const engine::ModelRun run = ran(model, model.quantized_precision, &quantization);
        const std::vector<float> truth = tests::read_floats(folder / (name.toStdString() + ".npy"));
        QCOMPARE(run.logits.size(), truth.size());
        float worst = 0;
        for (std::size_t i = 0; i < truth.size(); ++i)
            worst = std::max(worst, std::abs(run.logits[i] - truth[i]));
        QVERIFY2(worst < 1e-4F, std::to_string(worst).c_str());
        QVERIFY(wider_layers(model.graph, model.quantized_precision)[0]);  // its image has 8 bits
        QCOMPARE(requantization_notices(model, {fp32, model.quantized_precision}).size(), std::size_t{0});
        QCOMPARE(requantization_notices(model, {{8, 8}}).size(), std::size_t{1});
    }

    /// The answers of the operators' text, which ONNX Runtime gives too: to the bit but for values on the edge of two
    /// steps, which move an output by one step of its grid.
    void answersAreTheFiles_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"qdq_u8s8", "qdq_s8s8", "qdq_u8u8", "qdq_asymmetric", "qdq_float_bias",
                                 "qdq_relu_kept", "qoperator_u8s8", "qoperator_s8s8", "qoperator_u8u8"})
            QTest::newRow(name) << name;
    }
    void answersAreTheFiles()
    {
        QFETCH(QString, name);
        const model::MultiExitModel model = opened(name.toStdString());
        const Quantization quantization = own(model);
        const engine::ModelRun run = ran(model, model.quantized_precision, &quantization);
        const std::vector<float> truth = tests::read_floats(folder / (name.toStdString() + ".npy"));
        QCOMPARE(truth.size(), run.logits.size());
        const std::size_t each = run.samples * run.classes;
        std::size_t moved = 0;
        for (std::size_t exit = 0; exit < run.exits; ++exit) {
            const auto first = truth.begin() + std::ptrdiff_t(exit * each);
            const float grid = step({first, first + std::ptrdiff_t(each)});
            for (std::size_t i = exit * each; i < (exit + 1) * each; ++i) {
                const float difference = std::abs(run.logits[i] - truth[i]) / grid;
                QVERIFY2(difference < 2.5F, qPrintable(QString::number(double(difference))));
                moved += difference > 0.5F;
            }
        }
        qInfo("%zu of %zu outputs differ by a step", moved, run.logits.size());
        QVERIFY(double(moved) < 0.08 * double(run.logits.size()));
    }

    void realExitsAgreeToRounding()
    {
        const model::MultiExitModel model = opened("float_weights");
        const Quantization quantization = own(model);
        const engine::ModelRun run = ran(model, model.quantized_precision, &quantization);
        const std::vector<float> truth = tests::read_floats(folder / "float_weights.npy");
        QCOMPARE(truth.size(), run.logits.size());
        for (std::size_t i = 0; i < truth.size(); ++i)
            QVERIFY(std::abs(run.logits[i] - truth[i]) < 0.02F * 0.01F * 127 * 1.5F);  // one step of one input
    }

    void asymmetricWeightsStayFloatAndSayWhy()
    {
        const auto native = native_quantization(opened("qdq_asymmetric"));
        QVERIFY(native.has_value() && !native->float_layers.empty());
        for (const auto& layer : native->float_layers)
            QVERIFY(layer.reason.find("zero point of its weights") != std::string::npos);
    }

    void floatNetworkIsTheDequantizedOne()
    {
        const model::MultiExitModel model = opened("qdq_u8s8");
        const engine::ModelRun real = ran(model, fp32, nullptr);
        const std::vector<float> truth = tests::read_floats(folder / "qdq_u8s8.npy");
        double squares = 0;
        double all = 0;
        for (std::size_t i = 0; i < truth.size(); ++i) {
            squares += std::pow(double(real.logits[i]) - double(truth[i]), 2);
            all += std::pow(double(truth[i]), 2);
        }
        QVERIFY(squares > 0);
        qInfo("relative error %g", std::sqrt(squares / all));
        QVERIFY(std::sqrt(squares / all) < 0.03);
    }

    void calibrationTakesTheFilesIntegers()
    {
        Progress progress;
        const model::MultiExitModel model = opened("qdq_u8s8");
        const auto data = dataset::open((folder / "images.npy").string());
        const Precision w4a4{4, 4};
        const auto quantization = calibrate::calibrate(model, **data, {model.quantized_precision, w4a4}, {}, progress);
        QVERIFY(quantization);
        const Quantization native = own(model);
        QVERIFY(ran(model, model.quantized_precision, &*quantization).logits ==
                ran(model, model.quantized_precision, &native).logits);
        QVERIFY(quantization->find(StageIndex(0), w4a4));
        QVERIFY(!quantization->find(StageIndex(0), w4a4)->rounds_inside);
    }
};

QTEST_GUILESS_MAIN(TestNative)
#include "tst_native.moc"
