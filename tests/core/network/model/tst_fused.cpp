// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/network/model/multi_exit.h"
#include "tests/support/answers.h"
#include "tests/support/onnx_message.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

std::vector<float> answers(const std::string& step, std::int64_t opset = 20)
{
    const std::string text = R"(
        x = input [N,3,8,8]
        w = random [4,3,3,3] scale=0.3
        b = random [4]
        c = Conv(x, w, b) pads=[1,1,1,1]
        k = random [4,4,3,3] scale=0.3
        v = random [8] scale=0.5
        g = random [8]
        m = random [8,8] scale=0.3
    )" + step + R"(
        p = GlobalAveragePool(r)
        f = Flatten(p)
        h = random [5,4]
        y = Gemm(f, h) transB=1
        > y
    )";
    return tests::answers(open_model(tests::bytes_of(tests::onnx_model(text, opset)), "fused", {}),
                          *tests::noise_images(3, 3, 8, 8));
}

}  // namespace

/// Each fused operator gives what its parts give.
class TestFused : public QObject {
    Q_OBJECT

private slots:
    void equalsItsParts_data()
    {
        QTest::addColumn<QString>("fused");
        QTest::addColumn<QString>("parts");
        QTest::newRow("FusedConv Relu") << "r = com.microsoft.FusedConv(c, k, b) pads=[1,1,1,1] activation=Relu\n"
                                        << "t = Conv(c, k, b) pads=[1,1,1,1]\n r = Relu(t)\n";
        QTest::newRow("FusedConv, sum, LeakyRelu")
            << "r = com.microsoft.FusedConv(c, k, b, c) pads=[1,1,1,1] activation=LeakyRelu activation_params=[0.2]\n"
            << "t = Conv(c, k, b) pads=[1,1,1,1]\n s = Add(t, c)\n r = LeakyRelu(s) alpha=0.2\n";
        QTest::newRow("FusedConv Clip")
            << "r = com.microsoft.FusedConv(c, k) pads=[1,1,1,1] activation=Clip activation_params=[0.0, 0.6]\n"
            << "t = Conv(c, k) pads=[1,1,1,1]\n lo = constant [] {0}\n hi = constant [] {0.6}\n r = Clip(t, lo, hi)\n";
        QTest::newRow("FusedMatMul") << "r = com.microsoft.FusedMatMul(c, m) transB=1 alpha=0.5\n"
                                     << "n = Transpose(m) perm=[1,0]\n t = MatMul(c, n)\n z = constant [] {0.5}\n"
                                        "r = Mul(t, z)\n";
        QTest::newRow("Gelu") << "r = com.microsoft.Gelu(c)\n"
                              << "r = Gelu(c)\n";
        QTest::newRow("BiasGelu") << "r = com.microsoft.BiasGelu(c, v)\n"
                                  << "t = Add(c, v)\n r = Gelu(t)\n";
        QTest::newRow("FastGelu") << "r = com.microsoft.FastGelu(c)\n"
                                  << "r = Gelu(c) approximate=tanh\n";
        QTest::newRow("QuickGelu") << "r = com.microsoft.QuickGelu(c)\n"
                                   << "z = constant [] {1.702}\n t = Mul(c, z)\n s = Sigmoid(t)\n r = Mul(c, s)\n";
        QTest::newRow("SkipLayerNormalization")
            << "q = Relu(c)\n r = com.microsoft.SkipLayerNormalization(c, q, v, g) epsilon=0.001\n"
            << "q = Relu(c)\n t = Add(c, q)\n r = LayerNormalization(t, v, g) axis=-1 epsilon=0.001\n";
    }
    void equalsItsParts()
    {
        QFETCH(QString, fused);
        QFETCH(QString, parts);
        QVERIFY(tests::largest_difference(answers(fused.toStdString()), answers(parts.toStdString())) < 1e-5F);
    }

    /// Blocks of an image (a convolution with one-hot weights) laid back and summed, against the same as a
    /// transposed convolution written out by hand.
    void blocksBecomeAnImage()
    {
        const std::string blocks = "o = constant [4,1,2,2] {1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1}\n"
                                   "a = constant [1,4,1,1] {1, 0, 0, 0}\n one = Conv(c, a)\n"
                                   "e = Conv(one, o) strides=[1,1] pads=[1,0,0,1]\n";
        const std::string image = blocks + "s = ints [3] {0, 4, 64}\n l = Reshape(e, s)\n size = ints [2] {8, 8}\n"
                                           "block = ints [2] {2, 2}\n i = Col2Im(l, size, block) pads=[1,0,0,1]\n"
                                           "z = constant [4,1,1,1] {1, 2, 3, 4}\n r = Conv(i, z)\n";
        const std::string parts = blocks + "i = ConvTranspose(e, o) pads=[1,0,0,1]\n"
                                           "z = constant [4,1,1,1] {1, 2, 3, 4}\n r = Conv(i, z)\n";
        QVERIFY(tests::largest_difference(answers(image), answers(parts)) < 1e-5F);
    }
};

QTEST_APPLESS_MAIN(TestFused)
#include "tst_fused.moc"
