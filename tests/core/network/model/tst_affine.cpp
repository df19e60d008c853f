// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <cmath>
#include <string>

#include "tests/core/network/model/specialised.h"

using namespace exitscope;
using namespace exitscope::model;
using namespace exitscope::tests;

/// Scales and shifts that go into the layer before them.
class TestAffine : public QObject {
    Q_OBJECT

private slots:
    void batchNormalizationGoesIntoTheConvolution()
    {
        const Graph graph = specialised(R"(
            x = input [N,1,2,2]
            w = constant [2,1,1,1] {3, -2}
            b = constant [2] {0.5, 1}
            c = Conv(x, w, b)
            s = constant [2] {2, 0.5}
            t = constant [2] {1, -1}
            m = constant [2] {4, 3}
            v = constant [2] {3, 0.25}
            n = BatchNormalization(c, s, t, m, v) epsilon=1.0
            r = Relu(n)
            > r
        )");
        QCOMPARE(operators(graph), std::string("Conv Relu"));
        const Node& conv = graph.nodes.front();
        const float second = 0.5F / std::sqrt(1.25F);
        QVERIFY(near(constant(graph, conv, 1), {3.0F, -2.0F * second}));
        QVERIFY(near(constant(graph, conv, 2), {0.5F - 4.0F + 1.0F, (1.0F - 3.0F) * second - 1.0F}));
    }

    void scalesAndShiftsFollowIntoConvolutionAndGemm()
    {
        const Graph graph = specialised(R"(
            x = input [N,1,1,1]
            w = constant [2,1,1,1] {1, 2}
            c = Conv(x, w)
            s = constant [2,1,1] {10, 100}
            m = Mul(s, c)
            h = constant [] {3}
            a = Sub(m, h)
            f = Flatten(a)
            g = constant [2,2] {1, 2, 3, 4}
            p = MatMul(f, g)
            q = constant [2] {7, 8}
            y = Add(p, q)
            z = constant [1,2] {2, 4}
            d = Div(y, z)
            > d
        )");
        QCOMPARE(operators(graph), std::string("Conv Reshape Gemm"));
        QVERIFY(near(constant(graph, graph.nodes[0], 1), {10, 200}));
        QVERIFY(near(constant(graph, graph.nodes[0], 2), {-3, -3}));
        QVERIFY(near(constant(graph, graph.nodes[2], 1), {0.5F, 1.5F, 0.5F, 1.0F}));
        QVERIFY(near(constant(graph, graph.nodes[2], 2), {3.5F, 2.0F}));
        QCOMPARE(graph.value(graph.outputs.front()).name, std::string("d"));
    }

    void nothingIsFoldedIntoAValueThatOthersRead()
    {
        const char* text = R"(
            x = input [N,2,1,1]
            w = random [2,2,1,1]
            c = Conv(x, w)
            p = random [2]
            n = BatchNormalization(c, p, p, p, q)
            y = Add(n, c)
            > y
        )";
        const Graph graph = specialised(std::string("q = constant [2] {1, 2}\n") + text);
        QCOMPARE(operators(graph), std::string("Conv Mul Add Add"));
        QCOMPARE(graph.value(*graph.nodes[1].inputs[1]).shape, (Shape{1, 2, 1, 1}));
        const Graph output = specialised(R"(
            x = input [N,2,1,1]
            w = random [2,2,1,1]
            c = Conv(x, w)
            s = constant [] {2}
            y = Mul(c, s)
            > c, y
        )");
        QCOMPARE(operators(output), std::string("Conv Mul"));
        const Graph image = specialised(R"(
            x = input [N,1,2,2]
            w = random [1,1,1,1]
            c = Conv(x, w)
            s = random [2,2]
            y = Mul(c, s)
            > y
        )");
        QCOMPARE(operators(image), std::string("Conv Mul"));
    }
};

QTEST_APPLESS_MAIN(TestAffine)
#include "tst_affine.moc"
