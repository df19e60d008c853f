// SPDX-License-Identifier: GPL-3.0-or-later
// What specialise() computes of constants, against the reference.
#include <QTest>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/network/model/specialise.h"
#include "tests/core/network/engine/reference.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

using Reals = std::vector<float>;

/// Numbers of both signs, among them zeros and halves; those of `other` are never 0.
model::Tensor numbers(const model::Shape& shape, bool other)
{
    model::Tensor tensor;
    tensor.shape = shape;
    for (std::int64_t i = 0; i < model::element_count(shape); ++i)
        tensor.floats.push_back(other ? static_cast<float>(i * 5 % 11 - 5) / 4.0F + 0.125F
                                      : static_cast<float>((i * 7 + 1) % 13 - 6) / 2.0F);
    return tensor;
}

/// The graph of a text with `numbers` as its inputs, each a constant.
model::Graph on_constants(model::Graph graph)
{
    for (bool other = false; !graph.inputs.empty(); other = true)
        model::bind_input(graph, 0, numbers(graph.value(graph.inputs.front()).shape, other));
    return graph;
}

/// The output of a specialised graph whose inputs are `numbers`, node by node.
Reals by_reference(const model::Graph& graph)
{
    std::map<ValueIndex, Reals> known;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i)
        known[graph.inputs[i]] = numbers(graph.value(graph.inputs[i]).shape, i > 0).floats;
    for (const model::Node& node : graph.nodes) {
        std::vector<Reals> inputs;
        for (const auto& input : node.inputs) {
            const auto& constant = graph.value(*input).constant;
            inputs.push_back(constant ? constant->floats : known.at(*input));
        }
        const std::vector<Reals> results = reference_operator(graph, node, inputs);
        for (std::size_t o = 0; o < node.outputs.size(); ++o)
            known[node.outputs[o]] = results[o];
    }
    return known.at(graph.outputs.front());
}

bool close(float a, float b)
{
    return std::isnan(a) ? std::isnan(b) : a == b || std::fabs(a - b) <= 1e-6F * (1 + std::fabs(b));
}

}  // namespace

class TestFolding : public QObject {
    Q_OBJECT
private slots:
    void constants_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* op : {"Abs", "Neg", "Sqrt", "Exp", "Floor", "Ceil", "Round", "Relu", "Tanh", "Sigmoid"})
            QTest::newRow(op) << QString("a = input [13]\ny = %1(a)\n> y").arg(op);
        for (const char* op : {"Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"})
            QTest::newRow(op) << QString("a = input [2,1,5]\nb = input [3,1]\ny = %1(a, b)\n> y").arg(op);
        QTest::newRow("Mod") << "a = input [13]\nb = input [13]\ny = Mod(a, b) fmod=1\n> y";
        for (const char* op : {"Sum", "Max", "Min"})
            QTest::newRow((std::string(op) + " of three").c_str())
                << QString("a = input [4]\nb = input [4]\nc = input [2,4]\ny = %1(a, b, c)\n> y").arg(op);
        for (const char* op : {"ReduceSum", "ReduceMean", "ReduceProd", "ReduceMax", "ReduceMin"})
            QTest::newRow(op) << QString("a = input [2,3,4]\ny = %1(a) axes=[0,2]\n> y").arg(op);
        QTest::newRow("Transpose") << "a = input [2,3,4]\ny = Transpose(a) perm=[2,0,1]\n> y";
        QTest::newRow("Concat") << "a = input [2,3]\nb = input [2,2]\ny = Concat(a, b) axis=1\n> y";
        QTest::newRow("Slice") << "a = input [4,7]\ny = Slice(a) starts=[1,5] ends=[3,0] axes=[0,1] steps=[1,-2]\n> y";
    }
    void constants()
    {
        QFETCH(QString, text);
        const model::Graph graph = build_graph(text.toStdString(), 1, 13);
        const Expected<model::Graph> flowing = model::specialise(graph, 1);
        const Expected<model::Graph> folded = model::specialise(on_constants(graph), 1);
        QVERIFY(flowing && folded);
        QVERIFY(!flowing->nodes.empty());
        const model::Value& output = folded->value(folded->outputs.front());
        QVERIFY2(output.constant, "it was not folded");
        const Reals expected = by_reference(*flowing);
        QCOMPARE(output.shape, flowing->value(flowing->outputs.front()).shape);
        QCOMPARE(output.constant->floats.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(close(output.constant->floats[i], expected[i]),
                     qPrintable(QString("element %1 is %2 instead of %3")
                                    .arg(i)
                                    .arg(double(output.constant->floats[i]))
                                    .arg(double(expected[i]))));
    }
};

QTEST_APPLESS_MAIN(TestFolding)
#include "tst_folding.moc"
