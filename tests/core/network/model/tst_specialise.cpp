// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <cmath>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"
#include "tests/core/network/model/specialised.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;
using namespace exitscope::model;
using namespace exitscope::tests;

namespace {

using Integers = std::vector<std::int64_t>;

std::string failure(std::string_view text, std::int64_t opset = 13)
{
    const Expected<Graph> graph = specialise(tests::build_graph(text, 1, opset), 2);
    return graph ? std::string() : graph.error().message();
}

/// Everything that must not depend on the batch size or on the opset that a network is written in.
std::string structure(const Graph& graph, bool with_attributes)
{
    std::string text;
    for (const Node& node : graph.nodes) {
        text += node.op + "(";
        for (const auto& input : node.inputs)
            text += input ? std::to_string(input->value) + "," : "_,";
        text += ")->";
        for (const ValueIndex output : node.outputs)
            text += std::to_string(output.value) + to_text(with_attributes ? graph.value(output).shape : Shape{});
        for (const auto& [key, value] : node.attributes) {
            if (!with_attributes)
                continue;
            text += " " + key + "=";
            if (const auto* integer = std::get_if<std::int64_t>(&value))
                text += std::to_string(*integer);
            else if (const auto* number = std::get_if<float>(&value))
                text += std::to_string(*number);
            else if (const auto* list = std::get_if<Integers>(&value))
                text += to_text(*list);
            else if (const auto* word = std::get_if<std::string>(&value))
                text += *word;
        }
        text += "\n";
    }
    return text;
}

}  // namespace

class TestSpecialise : public QObject {
    Q_OBJECT

private slots:
    void everyOpsetGivesTheSameNodes()
    {
        std::string first;
        for (int opset = 7; opset <= 17; ++opset) {
            const std::filesystem::path path =
                std::filesystem::path(EXITSCOPE_TEST_DATA) / "models" / ("opset_" + std::to_string(opset) + ".onnx");
            const Expected<Graph> graph = read_onnx(path);
            QVERIFY2(graph, graph ? "" : graph.error().message().c_str());
            const Expected<Graph> normal = specialise(*graph, 3);
            QVERIFY2(normal, normal ? "" : normal.error().message().c_str());
            const std::string text = structure(*normal, true);
            if (first.empty())
                first = text;
            QCOMPARE(text, first);
        }
        for (const char* part : {"min=0.000000", "max=6.000000", "pads=[0,0,1,0,0,0,0,1]", "value=0.500000",
                                 "starts=[1,1]", "ends=[5,5]", "axes=[2,3]", "->", "[3,12]", "[3,10]"})
            QVERIFY2(first.find(part) != std::string::npos, part);
    }

    void theBatchSizeChangesShapesOnly()
    {
        const Expected<Graph> graph =
            read_onnx(std::filesystem::path(EXITSCOPE_TEST_DATA) / "models" / "two_exit.onnx");
        QVERIFY(graph);
        const Expected<Graph> one = specialise(*graph, 1);
        const Expected<Graph> many = specialise(*graph, 7);
        QVERIFY(one && many);
        QCOMPARE(structure(*one, false), structure(*many, false));
        QCOMPARE(one->values.size(), many->values.size());
        QCOMPARE(many->value(many->inputs[0]).shape.front(), std::int64_t{7});
        QCOMPARE(operators(*one), std::string("Conv Relu GlobalAveragePool Reshape Gemm Conv Relu Conv "
                                              "GlobalAveragePool Reshape Gemm"));
    }

    void autoPad_data()
    {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<Integers>("pads");
        QTest::addColumn<Integers>("extents");
        QTest::newRow("same upper") << "SAME_UPPER" << Integers{0, 1, 1, 1} << Integers{4, 3};
        QTest::newRow("same lower") << "SAME_LOWER" << Integers{1, 1, 0, 1} << Integers{4, 3};
        QTest::newRow("valid") << "VALID" << Integers{0, 0, 0, 0} << Integers{3, 2};
    }
    void autoPad()
    {
        QFETCH(QString, mode);
        QFETCH(Integers, pads);
        QFETCH(Integers, extents);
        const Graph graph = specialised(
            "x = input [N,1,8,5]\nw = random [1,1,3,3]\ny = Conv(x, w) strides=[2,2] auto_pad=" + mode.toStdString() +
            "\n> y");
        QCOMPARE(graph.nodes[0].integers("pads"), pads);
        QCOMPARE(graph.nodes[0].integers("kernel_shape"), (Integers{3, 3}));
        QCOMPARE(graph.nodes[0].integers("dilations"), (Integers{1, 1}));
        QCOMPARE(graph.nodes[0].integer("group", 0), std::int64_t{1});
        QCOMPARE(output_shape(graph), (Shape{2, 1, extents[0], extents[1]}));
    }

    void poolingRoundsUpWithoutWindowsOfPaddingOnly()
    {
        const auto extent = [](const std::string& attributes) {
            return output_shape(specialised("x = input [N,1,6,6]\ny = MaxPool(x) " + attributes + "\n> y"))[2];
        };
        QCOMPARE(extent("kernel_shape=[3,3] strides=[2,2]"), std::int64_t{2});
        QCOMPARE(extent("kernel_shape=[3,3] strides=[2,2] ceil_mode=1"), std::int64_t{3});
        QCOMPARE(extent("kernel_shape=[2,2] strides=[3,3] pads=[1,1,1,1] ceil_mode=1"), std::int64_t{3});
        QCOMPARE(extent("kernel_shape=[1,1] strides=[4,4] ceil_mode=1"), std::int64_t{2});
        QCOMPARE(extent("kernel_shape=[3,3] dilations=[2,2]"), std::int64_t{2});
    }

    void oldSoftmaxWorksOnRows()
    {
        const char* text = "x = input [N,3,4,1]\ny = Softmax(x) axis=1\n> y";
        const Graph old = specialised(text, 2, 12);
        QCOMPARE(operators(old), std::string("Reshape Softmax Reshape"));
        QCOMPARE(old.nodes[0].integers("shape"), (Integers{2, 12}));
        QCOMPARE(old.nodes[1].integer("axis", -9), std::int64_t{1});
        QCOMPARE(output_shape(old), (Shape{2, 3, 4, 1}));
        const Graph now = specialised(text, 2, 13);
        QCOMPARE(operators(now), std::string("Softmax"));
        const Graph vector = specialised("x = input [N,7,1,1]\ny = Softmax(x)\n> y", 2, 9);
        QCOMPARE(operators(vector), std::string("Softmax"));
        QCOMPARE(vector.nodes[0].integer("axis", -9), std::int64_t{1});
    }

    void gemmInNormalForm()
    {
        const Graph graph = specialised(R"(
            x = input [3,2]
            w = constant [3,2] {1, 2, 3, 4, 5, 6}
            b = constant [1,2] {10, 20}
            y = Gemm(x, w, b) transA=1 alpha=2.0 beta=0.5
            > y
        )");
        QCOMPARE(operators(graph), std::string("Transpose Gemm"));
        const Node& gemm = graph.nodes[1];
        QVERIFY(near(constant(graph, gemm, 1), {2, 6, 10, 4, 8, 12}));
        QVERIFY(near(constant(graph, gemm, 2), {5, 10}));
        QCOMPARE(gemm.integer("transB", 0), std::int64_t{1});
        QCOMPARE(output_shape(graph), (Shape{2, 2}));
        const Graph apart = specialised(R"(
            x = input [3,4]
            w = random [4,5]
            c = input [3,1]
            y = Gemm(x, w, c) beta=0.5
            > y
        )");
        QCOMPARE(operators(apart), std::string("Mul Gemm Add"));
    }

    void shapesComputedInTheGraphAreFolded()
    {
        const Graph graph = specialised(R"(
            x = input [N,4,6,6]
            s = Shape(x)
            i = ints [] {0}
            n = Gather(s, i)
            z = ints [1] {0}
            u = Unsqueeze(n, z)
            m = ints [1] {-1}
            t = Concat(u, m) axis=0
            y = Reshape(x, t)
            > y
        )",
                                        5);
        QCOMPARE(operators(graph), std::string("Reshape"));
        QCOMPARE(output_shape(graph), (Shape{5, 144}));
        QCOMPARE(graph.values.size(), std::size_t{2});
    }

    void reshapeKeepsAndInfers()
    {
        const auto reshaped = [](const std::string& to) {
            return output_shape(specialised("x = input [N,4,6]\ns = ints [2] {" + to + "}\ny = Reshape(x, s)\n> y"));
        };
        QCOMPARE(reshaped("0, -1"), (Shape{2, 24}));
        QCOMPARE(reshaped("-1, 3"), (Shape{16, 3}));
        for (const char* bad : {"5, -1", "-1, -1", "2, 23", "0, 0"})
            QVERIFY2(failure(std::string("x = input [N,4,6]\ns = ints [2] {") + bad + "}\ny = Reshape(x, s)\n> y")
                             .find("does not fit") != std::string::npos,
                     bad);
    }

    void sliceClampsAndSteps()
    {
        const auto slice = [](const std::string& lists) {
            return specialised("x = input [N,10]\n" + lists + "\na = ints [1] {-1}\ny = Slice(x, b, e, a, s)\n> y");
        };
        const Graph middle = slice("b = ints [1] {-3}\ne = ints [1] {9223372036854775807}\ns = ints [1] {1}");
        QCOMPARE(middle.nodes[0].integers("starts"), Integers{7});
        QCOMPARE(middle.nodes[0].integers("ends"), Integers{10});
        QCOMPARE(output_shape(middle), (Shape{2, 3}));
        const Graph stepped = slice("b = ints [1] {1}\ne = ints [1] {10}\ns = ints [1] {4}");
        QCOMPARE(output_shape(stepped), (Shape{2, 3}));
        const Graph reversed = slice("b = ints [1] {-1}\ne = ints [1] {-9223372036854775807}\ns = ints [1] {-3}");
        QCOMPARE(reversed.nodes[0].integers("starts"), Integers{9});
        QCOMPARE(reversed.nodes[0].integers("ends"), Integers{-1});
        QCOMPARE(output_shape(reversed), (Shape{2, 4}));
    }

    void noOpsDisappear()
    {
        const Graph graph = specialised(R"(
            x = input [N,3]
            a = Identity(x)
            b = Dropout(a)
            c = Cast(b) to=1
            d = Sum(c)
            z = ints [4] {0, 0, 0, 0}
            p = Pad(d, z)
            r = Relu(p)
            dead = Exp(x)
            o = Identity(r)
            > o
        )");
        QCOMPARE(operators(graph), std::string("Relu"));
        QCOMPARE(graph.values.size(), std::size_t{2});
        QCOMPARE(graph.output_names, std::vector<std::string>{"o"});
    }

    void whatCannotRunSaysWhy_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("four spatial axes") << "x = input [N,1,4,4,4,4]\nw = random [1,1,3,3,3,3]\ny = Conv(x, w)\n> y"
                                           << "with one to three spatial axes";
        QTest::newRow("shape of data") << "x = input [N,3]\ni = ArgMax(x) axis=1\ny = Reshape(x, i)\n> y"
                                       << "its shape are computed from the data";
        QTest::newRow("channels") << "x = input [N,3,4,4]\nw = random [1,2,3,3]\ny = Conv(x, w)\n> y"
                                  << "do not fit its input [2,3,4,4]";
        QTest::newRow("window") << "x = input [N,1,4,4]\nw = random [1,1,5,5]\ny = Conv(x, w)\n> y"
                                << "larger than its padded input";
        QTest::newRow("stride") << "x = input [N,1,4,4]\nw = random [1,1,3,3]\ny = Conv(x, w) strides=[0,1]\n> y"
                                << "its strides hold the value 0";
        QTest::newRow("pads") << "x = input [N,1,4,4]\ny = MaxPool(x) kernel_shape=[2,2] pads=[2,0,0,0]\n> y"
                              << "its padding is as large as its window";
        QTest::newRow("addition") << "x = input [N,3]\nc = random [4]\ny = Add(x, c)\n> y"
                                  << "do not fit";
        QTest::newRow("missing") << "x = input [N,3]\ny = Add(x)\n> y"
                                 << "it has 1 inputs";
        QTest::newRow("omitted") << "x = input [N,3]\ny = Add(_, x)\n> y"
                                 << "its input 0 is missing";
        QTest::newRow("statistics") << "x = input [N,2,4,4]\nc = constant [2] {1, 2}\n"
                                       "b, m = BatchNormalization(x, c, c, c, c)\ny = Relu(m)\n> y"
                                    << "an optional output that is not supported";
        QTest::newRow("lookup outside") << "x = input [N,3]\ni = ints [1] {3}\ny = Gather(x, i) axis=1\n> y"
                                        << "its index 3 is outside [2,3]";
        QTest::newRow("floats only") << "x = input [N,3]\ni = ArgMax(x) axis=1\ny = Softmax(i)\n> y"
                                     << "it works on integers";
        QTest::newRow("number of results") << "x = input [N,3]\ny = Unique(x)\n> y"
                                           << "the number of its results depends on the data";
        QTest::newRow("axis too long") << "x = input [1,1]\ns = ints [2] {536870912,1}\ny = Expand(x, s)\n> y"
                                       << "the impossible shape [536870912,1]";
        QTest::newRow("repeats") << "x = input [N,3]\nr = ints [2] {1,4611686018427387904}\ny = Tile(x, r)\n> y"
                                 << "its repeats hold the absurd value";
        QTest::newRow("equation") << "x = input [N,3]\ny = Einsum(x, x) equation='ij,jk'\n> y"
                                  << "do not fit";
        QTest::newRow("division")
            << "x = input [N,3]\na = ints [1] {3}\nb = ints [1] {0}\nc = Div(a, b)\ny = Reshape(x, c)\n> y"
            << "have no Div";
        QTest::newRow("size") << "x = input [N,H,3]\ny = Relu(x)\n> y"
                              << "unknown beyond the batch size";
        QTest::newRow("axis") << "x = input [N,3]\ny = Softmax(x) axis=2\n> y"
                              << "its axis 2 is outside";
        QTest::newRow("integers") << "x = input [N,3]\ni = ints [1] {1}\ny = Mul(x, i)\n> y"
                                  << "mixes integers";
    }
    void whatCannotRunSaysWhy()
    {
        QFETCH(QString, text);
        QFETCH(QString, reason);
        const std::string message = failure(text.toStdString());
        QVERIFY2(QString::fromStdString(message).contains(reason), message.c_str());
    }

    /// Every integer of a graph in turn becomes an extreme one: an error or a valid graph, never a crash.
    void extremeNumbersEverywhere_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"two_exit", "opset_7", "opset_9", "opset_17"})
            QTest::newRow(file) << file;
    }
    void extremeNumbersEverywhere()
    {
        QFETCH(QString, file);
        const Expected<Graph> graph =
            read_onnx(std::filesystem::path(EXITSCOPE_TEST_DATA) / "models" / (file.toStdString() + ".onnx"));
        QVERIFY(graph);
        constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
        constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
        int refused = 0;
        for (const std::int64_t extreme : {lowest, -largest, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1} << 20,
                                           std::int64_t{1} << 31, largest}) {
            const auto attempt = [&](const Graph& damaged) { refused += !specialise(damaged, 2); };
            for (std::size_t n = 0; n < graph->nodes.size(); ++n)
                for (const auto& [key, value] : graph->nodes[n].attributes) {
                    Graph damaged = *graph;
                    Attribute& attribute = damaged.nodes[n].attributes[key];
                    if (auto* integer = std::get_if<std::int64_t>(&attribute))
                        *integer = extreme;
                    auto* list = std::get_if<Integers>(&attribute);
                    for (std::size_t i = 0; list && i < list->size(); ++i) {
                        const std::int64_t before = std::exchange((*list)[i], extreme);
                        attempt(damaged);
                        (*list)[i] = before;
                    }
                    attempt(damaged);
                }
            for (std::size_t v = 0; v < graph->values.size(); ++v) {
                if (!graph->values[v].constant)
                    continue;
                for (std::size_t i = 0; i < graph->values[v].constant->ints.size(); ++i) {
                    Graph damaged = *graph;
                    auto tensor = std::make_shared<Tensor>(*graph->values[v].constant);
                    tensor->ints[i] = extreme;
                    damaged.values[v].constant = std::move(tensor);
                    attempt(damaged);
                }
            }
        }
        QVERIFY(refused > 10);
    }

    /// What cannot be folded stays and is computed by the program.
    void constantsAloneStay()
    {
        const Graph graph = specialised("x = input [N,3]\nc = random [3]\nd = Elu(c)\ny = Mul(x, d)\n> y");
        QCOMPARE(operators(graph), std::string("Elu Mul"));
    }

    void compositesComeToFewOperators()
    {
        const auto lowered = [](std::string_view text, std::int64_t opset) {
            return operators(specialised(text, 2, opset));
        };
        const std::string image = "x = input [N,4,6,6]\nw = random [4,4,3,3]\ns = random [4]\n";
        QCOMPARE(lowered(image + "y = InstanceNormalization(x, s, s)\n> y", 13),
                 std::string("Reshape LayerNormalization Reshape Mul Add"));
        QCOMPARE(lowered(image + "y = ConvTranspose(x, w) pads=[1,1,1,1]\n> y", 13), std::string("Conv"));
        QCOMPARE(lowered(image + "k = constant [4] {1, 1, 2, 2}\ny = Upsample(x, k)\n> y", 9),
                 std::string("Gather Gather"));
        QCOMPARE(lowered(image + "y = DepthToSpace(x) blocksize=2\n> y", 13), std::string("Reshape Transpose Reshape"));
        QCOMPARE(lowered("x = input [N,3,4]\nw = random [4,5]\ny = Einsum(x, w) equation='bij,jk->bik'\n> y", 13),
                 std::string("Reshape Gemm Reshape"));
    }

    void elementTypesAreKept()
    {
        const Graph graph = specialised("x = input [N,3]\nd = Cast(x) to=11\nh = Cast(d) to=10\nb = Cast(h) to=9\n"
                                        "u = Cast(b) to=2\nv = Add(u, u)\nl = Less(v, u)\na = ArgMax(x) axis=1\n"
                                        "> d, h, b, v, l, a");
        const std::vector<std::string> expected = {"double", "float16", "bool", "uint8", "bool", "int64"};
        for (std::size_t o = 0; o < expected.size(); ++o)
            QCOMPARE(type_name(graph.value(graph.outputs[o]).type()), expected[o]);
    }

    void squeezeLeavesAnOpenBatchAlone()
    {
        QCOMPARE(output_shape(specialised("x = input [N,3,1]\ny = Squeeze(x)\n> y", 1)), (Shape{1, 3}));
        QCOMPARE(output_shape(specialised("x = input [1,3,1]\ny = Squeeze(x)\n> y", 1)), (Shape{3}));
    }
};

QTEST_APPLESS_MAIN(TestSpecialise)
#include "tst_specialise.moc"
