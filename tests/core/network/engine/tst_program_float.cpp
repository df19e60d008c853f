// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <cmath>
#include <string>

#include "tests/core/network/engine/reference.h"
#include "tests/core/network/engine/stage_runner.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

/// Largest difference relative to the largest element.
double difference(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size())
        return INFINITY;
    double worst = 0;
    double scale = 1e-3;
    for (std::size_t i = 0; i < a.size(); ++i) {
        worst = std::max(worst, a[i] == b[i] ? 0.0 : std::fabs(double(a[i]) - double(b[i])));
        scale = std::max(scale, std::fabs(double(b[i])));
        if (std::isnan(a[i]) != std::isnan(b[i]))
            return INFINITY;
    }
    return worst / scale;
}

// Sums of up to some hundred products in float, against double.
constexpr double tolerance = 1e-5;

struct Observed {
    const ReferenceValues* reference;
    std::vector<std::string> wrong;
    std::size_t seen = 0;
};

void observe(void* context, ValueIndex value, std::span<const float> elements)
{
    auto& observed = *static_cast<Observed*>(context);
    ++observed.seen;
    const auto found = observed.reference->find(value);
    if (found == observed.reference->end() ||
        !(difference({elements.begin(), elements.end()}, found->second.real) < tolerance))
        observed.wrong.push_back(std::to_string(value.value));
}

struct Case {
    const char* name;
    const char* text;
};

// `y` of every case is flattened to be the exit.
constexpr Case cases[] = {
    {"conv", "x = input [N,3,9,7]\nw = random [5,3,3,3]\nb = random [5]\ny = Conv(x, w, b)"},
    {"conv pads", "x = input [N,3,9,7]\nw = random [16,3,3,3]\nb = random [16]\ny = Conv(x, w, b) pads=[1,1,1,1]"},
    {"conv uneven pads", "x = input [N,4,9,7]\nw = random [16,4,3,2]\ny = Conv(x, w) pads=[0,1,2,0]"},
    {"conv strides", "x = input [N,16,9,7]\nw = random [17,16,3,3]\ny = Conv(x, w) strides=[2,3] pads=[1,1,1,1]"},
    {"conv dilations", "x = input [N,6,11,13]\nw = random [8,6,3,3]\ny = Conv(x, w) dilations=[2,3] pads=[1,2,3,4]"},
    {"conv groups", "x = input [N,12,9,7]\nw = random [18,4,3,3]\nb = random [18]\ny = Conv(x, w, b) group=3"},
    {"conv depthwise", "x = input [N,19,9,7]\nw = random [19,1,3,3]\ny = Conv(x, w) group=19 pads=[1,1,1,1]"},
    {"conv 1x1", "x = input [N,33,5,4]\nw = random [20,33,1,1]\ny = Conv(x, w)"},
    {"conv relu", "x = input [N,16,9,7]\nw = random [32,16,3,3]\nc = Conv(x, w)\ny = Relu(c)"},
    {"conv clip", "x = input [N,16,9,7]\nw = random [32,16,3,3]\nc = Conv(x, w)\ny = Clip(c) min=0.0 max=6.0"},
    {"conv low clip", "x = input [N,16,9,7]\nw = random [20,16,3,3]\nc = Conv(x, w)\ny = Clip(c) min=1.0 max=2.0"},
    {"residual", "x = input [N,16,8,8]\nw = random [16,16,3,3]\nv = random [16,16,1,1]\na = Conv(x, v)\n"
                 "r = Relu(a)\nc = Conv(r, w) pads=[1,1,1,1]\ns = Add(c, r)\ny = Relu(s)"},
    {"residual of input", "x = input [N,16,8,8]\nw = random [16,16,3,3]\nc = Conv(x, w) pads=[1,1,1,1]\n"
                          "s = Add(x, c)\ny = Relu(s)"},
    {"residual of a 1x1", "x = input [N,16,8,8]\nw = random [16,16,1,1]\na = Conv(x, w)\nc = Conv(a, w)\n"
                          "y = Add(a, c)"},
    {"two branches", "x = input [N,16,8,8]\nw = random [32,16,3,3]\nv = random [32,16,1,1]\n"
                     "a = Conv(x, w) pads=[1,1,1,1]\nb = Conv(x, v)\ns = Add(a, b)\ny = Relu(s)"},
    {"residual used later", "x = input [N,16,8,8]\nw = random [16,16,1,1]\na = Conv(x, w)\nr = Relu(a)\n"
                            "c = Conv(r, w)\ns = Add(c, r)\nd = Conv(s, w)\ny = Add(d, r)"},
    {"residual reshaped later", "x = input [N,16,4,4]\nw = random [16,16,3,3]\na = Conv(x, w) pads=[1,1,1,1]\n"
                                "r = Relu(a)\nf = Flatten(r)\nc = Conv(r, w) pads=[1,1,1,1]\nd = Relu(c)\n"
                                "e = Conv(d, w) pads=[1,1,1,1]\ns = Add(e, r)\ng = Flatten(s)\ny = Add(f, g)"},
    {"padded channels", "x = input [N,5,8,8]\nw = random [5,5,1,1]\na = Conv(x, w)\nb = Sigmoid(a)\nc = Tanh(a)\n"
                        "d = Mul(b, c)\ne = Conv(d, w)\ny = Add(e, d)"},
    {"gemm", "x = input [N,7,3,1]\nf = Flatten(x)\nw = random [21,11]\nb = random [11]\ny = Gemm(f, w, b)"},
    {"gemm of image", "x = input [N,7,3,5]\nv = random [16,7,1,1]\nc = Conv(x, v)\nf = Flatten(c)\n"
                      "w = random [9,240]\nb = random [9]\ng = Gemm(f, w, b) transB=1 alpha=0.5 beta=2.0\ny = Relu(g)"},
    {"gemm residual",
     "x = input [N,7,3,1]\nf = Flatten(x)\nw = random [21,21]\ng = Gemm(f, w)\ns = Add(g, f)\ny = Relu(s)"},
    {"gemm of tensors", "x = input [N,4,3,5]\nf = Flatten(x)\ng = Gemm(f, f) transB=1 alpha=0.5\n"
                        "y = Concat(g, g) axis=1"},
    {"matmul", "x = input [N,3,4,5]\nw = random [5,6]\ny = MatMul(x, w)"},
    {"matmul with bias", "x = input [N,3,4,5]\nw = random [5,37]\nb = random [37]\nm = MatMul(x, w)\ny = Add(b, m)"},
    {"matmul of wide tensors", "x = input [N,3,9,37]\nt = Transpose(x) perm=[0,1,3,2]\nm = MatMul(t, x)\n"
                               "n = MatMul(x, m)\ny = MatMul(n, t)"},
    {"layer normalisation",
     "x = input [N,3,5,19]\nm = ReduceMean(x) axes=[3]\nc = Sub(x, m)\ntwo = constant [] {2}\n"
     "p = Pow(c, two)\nv = ReduceMean(p) axes=[3]\ne = constant [] {0.00001}\na = Add(v, e)\n"
     "s = Sqrt(a)\nd = Div(c, s)\ng = random [19]\nb = random [19]\nf = Mul(d, g)\ny = Add(f, b)"},
    {"gelu", "x = input [N,3,5,19]\nr = constant [] {1.41421356}\nd = Div(x, r)\ne = Erf(d)\none = constant [] {1}\n"
             "a = Add(e, one)\nm = Mul(x, a)\nh = constant [] {0.5}\ny = Mul(m, h)"},
    {"long softmax", "x = input [N,3,5,50]\ny = Softmax(x) axis=-1"},
    {"matmul of tensors", "x = input [N,3,4,5]\nt = Transpose(x) perm=[0,1,3,2]\ny = MatMul(x, t)"},
    {"max pool", "x = input [N,5,9,8]\ny = MaxPool(x) kernel_shape=[3,2] strides=[2,2] pads=[1,0,1,1]"},
    {"max pool ceil", "x = input [N,5,8,8]\ny = MaxPool(x) kernel_shape=[3,3] strides=[2,2] ceil_mode=1"},
    {"max pool dilations", "x = input [N,5,9,9]\ny = MaxPool(x) kernel_shape=[3,3] dilations=[2,2]"},
    {"average pool", "x = input [N,5,9,8]\ny = AveragePool(x) kernel_shape=[3,3] strides=[2,1] pads=[1,1,1,1]"},
    {"average pool pads",
     "x = input [N,5,9,8]\ny = AveragePool(x) kernel_shape=[3,3] pads=[1,1,1,1] count_include_pad=1"},
    {"average pool ceil", "x = input [N,5,8,8]\ny = AveragePool(x) kernel_shape=[3,3] strides=[2,2] ceil_mode=1 "
                          "count_include_pad=1"},
    {"global pools", "x = input [N,5,9,8]\na = GlobalAveragePool(x)\nb = GlobalMaxPool(x)\ny = Add(a, b)"},
    {"pool after conv",
     "x = input [N,5,9,8]\nw = random [17,5,1,1]\nc = Conv(x, w)\na = AveragePool(c) kernel_shape=[2,2]\n"
     "b = MaxPool(c) kernel_shape=[2,2]\ny = Mul(a, b)"},
    {"unary", "x = input [N,3,5,4]\na = Sigmoid(x)\nb = Tanh(a)\nc = Exp(b)\nd = Sqrt(c)\ne = Neg(d)\nf = Abs(e)\n"
              "g = LeakyRelu(e) alpha=0.1\nh = Elu(e) alpha=0.7\ni = HardSwish(x)\nj = HardSigmoid(x) alpha=0.3\n"
              "k = Clip(x) min=-0.5 max=0.5\nl = Relu(x)\ny = Sum(f, g, h, i, j, k, l)"},
    {"binary", "x = input [N,3,5,4]\na = Sigmoid(x)\nb = Exp(x)\nc = Sub(a, x)\nd = Div(c, b)\ne = Pow(b, a)\n"
               "f = Max(d, e)\ny = Min(f, x)"},
    {"broadcast",
     "x = input [N,3,5,4]\nc = random [3,1,1]\nd = random [4]\ne = random [1]\na = Mul(x, c)\nb = Add(d, a)\n"
     "f = Sub(e, b)\ny = Max(f, c, d)"},
    {"squeeze and excite", "x = input [N,8,5,4]\nw = random [8,8,1,1]\nc = Conv(x, w)\np = GlobalAveragePool(c)\n"
                           "g = Conv(p, w)\ns = HardSigmoid(g)\ny = Mul(c, s)"},
    {"reductions",
     "x = input [N,3,5,4]\na = ReduceMean(x) axes=[2,3] keepdims=1\nb = ReduceSum(x) axes=[1] keepdims=1\n"
     "c = ReduceMax(x) axes=[1,3] keepdims=1\nd = Add(a, b)\ny = Add(d, c)"},
    {"softmax", "x = input [N,3,5,4]\na = Softmax(x) axis=1\nb = LogSoftmax(x) axis=-1\ny = Add(a, b)"},
    {"transpose", "x = input [N,3,5,4]\ny = Transpose(x) perm=[0,2,3,1]"},
    {"slice", "x = input [N,6,9,8]\ns = ints [3] {1,0,7}\ne = ints [3] {5,9,0}\na = ints [3] {1,2,3}\n"
              "t = ints [3] {1,2,-3}\ny = Slice(x, s, e, a, t)"},
    {"pad", "x = input [N,3,5,4]\np = ints [8] {0,1,2,0,0,3,0,1}\nv = constant [] {1.5}\ny = Pad(x, p, v)"},
    {"concat and split", "x = input [N,6,5,4]\nl, r = Split(x) axis=1\na = Relu(l)\nb = Concat(r, a, x) axis=1\n"
                         "y = Concat(b, b) axis=-1"},
    {"shuffle", "x = input [N,6,5,4]\ns = ints [5] {0,2,3,5,4}\na = Reshape(x, s)\nb = Transpose(a) perm=[0,2,1,3,4]\n"
                "t = ints [4] {0,6,5,4}\ny = Reshape(b, t)"},
};

}  // namespace

class TestProgramFloat : public QObject {
    Q_OBJECT
private slots:
    void operators_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("batch");
        for (const Case& c : cases)
            for (const int batch : {1, 3, 16})
                QTest::addRow("%s, batch %d", c.name, batch)
                    << QString(c.text) + "\nflat = Flatten(y)\n> flat" << batch;
    }
    void operators()
    {
        QFETCH(QString, text);
        QFETCH(int, batch);
        const auto model = build_model(text.toStdString(), batch);
        QCOMPARE(model.stages.size(), std::size_t{1});
        const StageIndex stage(0);
        const std::vector<std::vector<float>> inputs = {random_values(model.graph.value(model.input()).shape, 7)};
        const ReferenceValues reference = reference_stage(model, stage, nullptr, inputs);

        const auto program = engine::Program::compile(model, stage, fp32, nullptr);
        QVERIFY2(program, program ? "" : program.error().message().c_str());
        const StageResult result = run_stage(*program, model, stage, inputs);
        QVERIFY(difference(result.exit, reference.at(model.stages[0].exit).real) < tolerance);

        const auto observable = engine::Program::compile_observable(model, stage);
        QVERIFY(observable);
        StageBuffers buffers(model, stage, inputs);
        auto scratch = observable->scratch();
        Observed observed{&reference, {}, 0};
        observable->run_observed(scratch, buffers.inputs, {}, buffers.result.exit, observe, &observed);
        QCOMPARE(observed.wrong, std::vector<std::string>{});
        QCOMPARE(observed.seen, reference.size() - 1);  // all but the input
        QVERIFY(difference(buffers.result.exit, reference.at(model.stages[0].exit).real) < tolerance);
    }

    void written_out_operators_are_recognised_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("op");
        QTest::addRow("normalisation with scale and bias")
            << "m = ReduceMean(x) axes=[3]\nc = Sub(x, m)\ntwo = constant [] {2}\np = Pow(c, two)\n"
               "v = ReduceMean(p) axes=[3]\ne = constant [] {0.5}\na = Add(v, e)\ns = Sqrt(a)\nd = Div(c, s)\n"
               "g = constant [4] {1,2,3,4}\nb = constant [4] {4,3,2,1}\nf = Mul(g, d)\ny = Add(f, b)"
            << "LayerNormalization";
        QTest::addRow("normalisation alone") << "m = ReduceMean(x) axes=[3]\nc = Sub(x, m)\np = Mul(c, c)\n"
                                                "v = ReduceMean(p) axes=[3]\ne = constant [] {0.5}\na = Add(e, v)\n"
                                                "s = Sqrt(a)\ny = Div(c, s)"
                                             << "LayerNormalization";
        QTest::addRow("gelu") << "r = constant [] {1.41421356}\nd = Div(x, r)\ne = Erf(d)\none = constant [] {1}\n"
                                 "a = Add(e, one)\nm = Mul(x, a)\nh = constant [] {0.5}\ny = Mul(m, h)"
                              << "Gelu";
        QTest::addRow("gelu, half first") << "h = constant [] {0.5}\nm = Mul(x, h)\nr = constant [] {0.70710678}\n"
                                             "d = Mul(r, x)\ne = Erf(d)\none = constant [] {1}\na = Add(one, e)\n"
                                             "y = Mul(m, a)"
                                          << "Gelu";
    }
    void written_out_operators_are_recognised()
    {
        QFETCH(QString, text);
        QFETCH(QString, op);
        const auto model = build_model("x = input [N,2,3,4]\n" + text.toStdString() + "\nflat = Flatten(y)\n> flat", 2);
        QCOMPARE(model.graph.nodes.size(), std::size_t{2});
        QCOMPARE(QString::fromStdString(model.graph.nodes[0].op), op);
        const std::vector<std::vector<float>> inputs = {random_values({2, 2, 3, 4}, 7)};
        const auto program = engine::Program::compile(model, StageIndex(0), fp32, nullptr);
        QVERIFY(program);
        const std::vector<float> result = run_stage(*program, model, StageIndex(0), inputs).exit;
        const bool affine = text.contains("f = Mul");
        for (std::size_t i = 0; i < result.size(); ++i) {
            const double x = inputs[0][i];
            double expected = x / 2 * (1 + std::erf(x / std::sqrt(2.0)));
            if (op != "Gelu") {
                const float* row = inputs[0].data() + i / 4 * 4;
                const double mean = (double(row[0]) + double(row[1]) + double(row[2]) + double(row[3])) / 4;
                double variance = 0.5;
                for (int k = 0; k < 4; ++k)
                    variance += (double(row[k]) - mean) * (double(row[k]) - mean) / 4;
                const double c = double(i % 4);
                expected = (x - mean) / std::sqrt(variance) * (affine ? c + 1 : 1.0) + (affine ? 4 - c : 0.0);
            }
            QVERIFY(std::fabs(double(result[i]) - expected) < 3e-6);
        }
    }

    void stages_hand_over()
    {
        const auto model =
            build_model("x = input [N,3,8,8]\nw = random [16,3,3,3]\nv = random [16,16,3,3]\n"
                        "a = Conv(x, w) pads=[1,1,1,1]\nb = Relu(a)\n"
                        "p = GlobalAveragePool(b)\nf = Flatten(p)\nu = random [16,5]\ne = Gemm(f, u)\n"
                        "c = Conv(b, v) pads=[1,1,1,1]\nd = Add(c, b)\ng = Relu(d)\n"
                        "q = GlobalAveragePool(g)\nh = Flatten(q)\nt = random [16,5]\nk = Gemm(h, t)\n> e, k",
                        4);
        QCOMPARE(model.stages.size(), std::size_t{2});
        std::vector<std::vector<float>> inputs = {random_values(model.graph.value(model.input()).shape, 3)};
        for (std::size_t s = 0; s < 2; ++s) {
            const ReferenceValues reference = reference_stage(model, StageIndex(s), nullptr, inputs);
            const auto program = engine::Program::compile(model, StageIndex(s), fp32, nullptr);
            QVERIFY(program);
            const StageResult result = run_stage(*program, model, StageIndex(s), inputs);
            QVERIFY(difference(result.exit, reference.at(model.stages[s].exit).real) < tolerance);
            for (std::size_t o = 0; o < result.outputs.size(); ++o)
                QVERIFY(difference(result.outputs[o], reference.at(model.stages[s].outputs[o]).real) < tolerance);

            StageBuffers headless(model, StageIndex(s), inputs);
            auto scratch = program->scratch();
            program->run(scratch, headless.inputs, headless.outputs, {}, false);
            QVERIFY(headless.logical().outputs == result.outputs);
            inputs = result.outputs;
        }
    }

    void refuses_what_it_cannot_run()
    {
        const auto model = build_model("x = input [N,3,8,8]\nf = Flatten(x)\n> f", 1);
        QVERIFY(!engine::Program::compile(model, StageIndex(1), fp32, nullptr));
        QVERIFY(!engine::Program::compile(model, StageIndex(0), Precision{8, 8}, nullptr));
        const plan::StagePlan wrong;
        QVERIFY(!engine::Program::compile(model, StageIndex(0), Precision{8, 8}, &wrong));
    }
};

QTEST_APPLESS_MAIN(TestProgramFloat)
#include "tst_program_float.moc"
