// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/network/model/batch_axis.h"
#include "core/network/model/multi_exit.h"
#include "tests/core/network/model/specialised.h"
#include "tests/support/answers.h"
#include "tests/support/onnx_message.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

/// A classifier of [N,3,4,4] images whose features f [N,64] pass through `step`, which makes `r` [N,64] of them.
std::string network(const std::string& step)
{
    return R"(
        x = input [N,3,4,4]
        w = random [4,3,1,1]
        c = Conv(x, w)
        f = Flatten(c)
    )" + step +
           R"(
        h = random [5,64]
        y = Gemm(r, h) transB=1
        > y
    )";
}

}  // namespace

/// Images of a batch stay apart, or the place where they meet is found.
class TestBatchAxis : public QObject {
    Q_OBJECT

private slots:
    void apart_data();
    void apart();
    void mixed_data();
    void mixed();
    void mixedImagesRunOneByOne();
    void fixedBatchThatMixesIsRefused();
};

void TestBatchAxis::apart_data()
{
    QTest::addColumn<QString>("step");
    QTest::newRow("nothing") << "r = Relu(f)";
    QTest::newRow("windows of attention")  // they become part of the first axis, as in Swin
        << "s = ints [6] {-1,4,2,2,2,2}\n a = Reshape(c, s)\n t = Transpose(a) perm=[0,2,4,3,5,1]\n"
           "u = ints [3] {-1,4,4}\n v = Reshape(t, u)\n k = Transpose(v) perm=[0,2,1]\n q = MatMul(v, k)\n"
           "p = Softmax(q) axis=2\n z = MatMul(p, v)\n e = ints [2] {-1,64}\n r = Reshape(z, e)";
    QTest::newRow("batch in the second axis")
        << "s = ints [3] {-1,4,16}\n a = Reshape(c, s)\n t = Transpose(a) perm=[1,0,2]\n m = Softmax(t) axis=2\n"
           "b = Transpose(m) perm=[1,0,2]\n r = Flatten(b)";
    QTest::newRow("a token for each image")
        << "k = random [1,1,16]\n n = Shape(x)\n i = ints [1] {0}\n g = Gather(n, i)\n o = ints [2] {1,16}\n"
           "d = Concat(g, o) axis=0\n e = Expand(k, d)\n s = ints [3] {-1,4,16}\n a = Reshape(c, s)\n"
           "t = Concat(e, a) axis=1\n q = ReduceMean(t) axes=[1] keepdims=1\n l = Sub(a, q)\n r = Flatten(l)";
    QTest::newRow("gate of the mean") << "m = ReduceMean(f) axes=[1] keepdims=1\n r = Mul(f, m)";
    QTest::newRow("mean without axes kept") << "g = ReduceMean(c) axes=[2,3] keepdims=0\n"
                                               "u = Unsqueeze(g) axes=[2,3]\n q = Mul(c, u)\n r = Flatten(q)";
    QTest::newRow("crop of all images")
        << "b = ints [4] {0,0,0,0}\n e = ints [4] {1000,1000,3,3}\n k = Slice(c, b, e)\n"
           "p = ints [8] {0,0,0,0,0,0,1,1}\n q = Pad(k, p)\n r = Flatten(q)";
    QTest::newRow("features times a matrix on the left")
        << "s = ints [3] {-1,4,16}\n a = Reshape(c, s)\n k = random [4,4]\n m = MatMul(k, a)\n r = Flatten(m)";
}

void TestBatchAxis::apart()
{
    QFETCH(QString, step);
    for (const std::int64_t batch : {2, 4, 6}) {  // equal to other extents, and not
        const auto mixing = where_images_mix(tests::specialised(network(step.toStdString()), batch), batch);
        QVERIFY2(!mixing, mixing ? mixing->node.c_str() : "");
    }
}

void TestBatchAxis::mixed_data()
{
    QTest::addColumn<QString>("step");
    QTest::addColumn<bool>("certain");
    const auto row = [](const char* name, const char* step, bool certain = true) {
        QTest::newRow(name) << QString(step) << certain;
    };
    row("mean of the batch", "m = ReduceMean(f) axes=[0] keepdims=1\n r = Sub(f, m)");
    row("largest of all", "m = ReduceMax(f) keepdims=1\n r = Div(f, m)");
    row("softmax over images", "r = Softmax(f) axis=0");
    row("sums so far", "i = ints [] {0}\n r = CumSum(f, i)");
    row("matrix over images", "t = Transpose(f) perm=[1,0]\n q = MatMul(f, t)\n p = MatMul(q, f)\n r = Relu(p)", false);
    row("first image", "s = ints [1] {0}\n a = Gather(f, s) axis=0\n r = Sub(f, a)");
    row("without the first image",
        "b = ints [1] {1}\n e = ints [1] {1000}\n x0 = ints [1] {0}\n k = Slice(f, b, e, x0)\n"
        "p = ints [4] {1,0,0,0}\n r = Pad(k, p)");
    row("largest of a group of four",
        "s = ints [2] {-1,128}\n a = Reshape(f, s)\n m = ReduceMax(a) axes=[1] keepdims=1\n q = Sub(a, m)\n"
        "e = ints [2] {-1,64}\n r = Reshape(q, e)",
        false);
}

void TestBatchAxis::mixed()
{
    QFETCH(QString, step);
    QFETCH(bool, certain);
    const auto mixing = where_images_mix(tests::specialised(network(step.toStdString()), 4), 4);
    QVERIFY(mixing);
    QCOMPARE(mixing->certain, certain);
    QVERIFY(!mixing->node.empty());
}

/// The answers are those of batches of one image, whatever batch is asked for.
void TestBatchAxis::mixedImagesRunOneByOne()
{
    const std::string step = "m = ReduceMean(f) axes=[0] keepdims=1\n z = Mul(f, m)\n r = Relu(z)";
    OpenOptions options;
    options.batch = 8;
    const Expected<MultiExitModel> model =
        open_model(tests::bytes_of(tests::onnx_model(network(step), 13)), "mean.onnx", options);
    QVERIFY2(model, model ? "" : model.error().message().c_str());
    QCOMPARE(model->batch, std::int64_t{1});
    QVERIFY(model->fixed_batch);
    QCOMPARE(model->notices.size(), std::size_t{1});
    QCOMPARE(model->notices[0].code, std::string("one-image-at-a-time"));
    const std::string alone = "z = Mul(f, f)\n r = Relu(z)";  // the mean of one image is itself
    const auto images = tests::noise_images(6, 3, 4, 4);
    QVERIFY(tests::near(
        tests::answers(*model, *images),
        tests::answers(open_model(tests::bytes_of(tests::onnx_model(network(alone), 13)), "alone.onnx", {}), *images)));
}

void TestBatchAxis::fixedBatchThatMixesIsRefused()
{
    std::string text = network("m = ReduceMean(f) axes=[0] keepdims=1\n r = Sub(f, m)");
    text.replace(text.find("[N,3,4,4]"), 9, "[2,3,4,4]");
    const auto model = open_model(tests::bytes_of(tests::onnx_model(text, 13)), "two.onnx", {});
    QVERIFY(!model);
    QVERIFY2(model.error().message().find("export it for one image") != std::string::npos,
             model.error().message().c_str());
}

QTEST_APPLESS_MAIN(TestBatchAxis)
#include "tst_batch_axis.moc"
