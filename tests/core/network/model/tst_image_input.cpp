// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <string>

#include "core/network/model/image_input.h"
#include "core/network/model/multi_exit.h"
#include "tests/support/answers.h"
#include "tests/support/onnx_message.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

/// A network that reads `x`, after the statements that make it.
std::string network(const std::string& front)
{
    return front + R"(
        w = random [4,3,3,3] scale=0.3
        c = Conv(x, w) pads=[1,1,1,1] strides=[2,2]
        r = Relu(c)
        p = GlobalAveragePool(r)
        f = Flatten(p)
        h = random [5,4]
        y = Gemm(f, h) transB=1
        > y
    )";
}

onnx::ModelProto model_of(const std::string& front, onnx::TensorProto::DataType type = onnx::TensorProto::FLOAT,
                          std::int64_t opset = 13)
{
    onnx::ModelProto model = tests::onnx_model(network(front), opset);
    model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(type);
    return model;
}

Expected<MultiExitModel> opened(const onnx::ModelProto& model, const OpenOptions& options = {})
{
    return open_model(tests::bytes_of(model), "input.onnx", options);
}

dataset::DatasetPtr images()
{
    return tests::noise_images(5, 3, 8, 6);
}

std::vector<float> plain(const OpenOptions& options = {})
{
    return tests::answers(opened(model_of("x = input [N,3,8,6]\n"), options), *images());
}

OpenOptions normalised()
{
    OpenOptions options;
    options.preprocessing.mean = {0.485F, 0.456F, 0.406F};
    options.preprocessing.std = {0.229F, 0.224F, 0.225F};
    return options;
}

bool notices(const Expected<MultiExitModel>& model, const std::string& code)
{
    return model && std::any_of(model->notices.begin(), model->notices.end(),
                                [&](const Notice& notice) { return notice.code == code; });
}

}  // namespace

class TestImageInput : public QObject {
    Q_OBJECT

private slots:
    void channelsLast_data()
    {
        QTest::addColumn<QString>("front");
        QTest::newRow("a Transpose") << "i = input [N,8,6,3]\n x = Transpose(i) perm=[0,3,1,2]\n";
        QTest::newRow("with open sizes") << "i = input [N,H,W,3]\n x = Transpose(i) perm=[0,3,1,2]\n";
        QTest::newRow("element-wise first") << "i = input [N,8,6,3]\n o = constant [] {1}\n a = Mul(i, o)\n"
                                               "z = constant [3] {0, 0, 0}\n b = Sub(a, z)\n"
                                               "x = Transpose(b) perm=[0,3,1,2]\n";
        QTest::newRow("another operator first")
            << "i = input [N,8,6,3]\n s = ints [4] {0, 8, 6, 3}\n a = Reshape(i, s)\n"
               "x = Transpose(a) perm=[0,3,1,2]\n";
        QTest::newRow("full constant first") << "i = input [N,8,6,3]\n z = constant [1,1,6,1] {0, 0, 0, 0, 0, 0}\n"
                                                "a = Add(i, z)\n x = Transpose(a) perm=[0,3,1,2]\n";
    }
    void channelsLast()
    {
        QFETCH(QString, front);
        OpenOptions options = normalised();
        options.input_size = ImageSize{8, 6};
        const auto model = opened(model_of(front.toStdString()), options);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->graph.value(model->input()).shape, (Shape{1, 3, 8, 6}));
        QVERIFY(tests::largest_difference(tests::answers(model, *images()), plain(normalised())) < 1e-5F);
        QVERIFY(model->notices.empty());
    }

    void oneChannelReshaped()
    {
        const std::string rest = "w1 = random [3,1,1,1]\n x = Conv(g, w1)\n";
        const auto last =
            opened(model_of("i = input [N,8,6,1]\n s = ints [4] {0, 1, 8, 6}\n g = Reshape(i, s)\n" + rest));
        const auto first = opened(model_of("g = input [N,1,8,6]\n" + rest));
        const dataset::DatasetPtr grey = tests::noise_images(4, 1, 8, 6);
        QVERIFY(tests::largest_difference(tests::answers(last, *grey), tests::answers(first, *grey)) < 1e-5F);
    }

    /// 32 channels and a Conv: not taken for channels last, whatever the sizes.
    void convolutionDecides()
    {
        const auto model = opened(model_of("i = input [N,8,6,3]\n k = random [3,8,1,1]\n x = Conv(i, k)\n"));
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->graph.value(model->input()).shape, (Shape{1, 8, 6, 3}));
    }

    void bytes_data()
    {
        QTest::addColumn<QString>("front");
        QTest::addColumn<int>("type");
        const QString steps = "d = constant [] {255}\n e = Div(u, d)\n m = constant [1,3,1,1] {0.485, 0.456, 0.406}\n"
                              "s = constant [1,3,1,1] {0.229, 0.224, 0.225}\n q = Sub(e, m)\n x = Div(q, s)\n";
        const QString last = "d = constant [] {255}\n e = Div(u, d)\n m = constant [3] {0.485, 0.456, 0.406}\n"
                             "s = constant [1,1,1,3] {0.229, 0.224, 0.225}\n q = Sub(e, m)\n v = Div(q, s)\n"
                             "x = Transpose(v) perm=[0,3,1,2]\n";
        for (const auto& [name, type] :
             {std::pair("uint8", onnx::TensorProto::UINT8), std::pair("int32", onnx::TensorProto::INT32),
              std::pair("int64", onnx::TensorProto::INT64)}) {
            QTest::addRow("%s", name) << "i = input [N,3,8,6]\n u = Cast(i) to=1\n" + steps << int(type);
            QTest::addRow("%s, channels last", name) << "i = input [N,8,6,3]\n u = Cast(i) to=1\n" + last << int(type);
        }
        QTest::newRow("uint8, Transpose before Cast")
            << "i = input [N,8,6,3]\n t = Transpose(i) perm=[0,3,1,2]\n u = Cast(t) to=1\n" + steps
            << int(onnx::TensorProto::UINT8);
        QTest::newRow("uint8, compared too")
            << "i = input [N,3,8,6]\n g = Mul(i, one)\n u = Cast(g) to=1\n" + steps << int(onnx::TensorProto::UINT8);
        QTest::newRow("floats from 0 to 255") << "u = input [N,3,8,6]\n" + steps << int(onnx::TensorProto::FLOAT);
        QTest::newRow("floats from 0 to 255, channels last")
            << "u = input [N,8,6,3]\n" + last << int(onnx::TensorProto::FLOAT);
    }
    void bytes()
    {
        QFETCH(QString, front);
        QFETCH(int, type);
        onnx::ModelProto file;
        if (front.contains("one)")) {
            file = model_of("one = ints [] {1}\n" + front.toStdString(), onnx::TensorProto::DataType(type));
            for (onnx::TensorProto& tensor : *file.mutable_graph()->mutable_initializer())
                if (tensor.name() == "one") {
                    tensor.set_data_type(type);
                    tensor.set_raw_data(std::string(1, '\1'));
                }
        } else {
            file = model_of(front.toStdString(), onnx::TensorProto::DataType(type));
        }
        const auto model = opened(file);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QVERIFY(model->preprocessing_known);
        QCOMPARE(model->preprocessing.range, dataset::ValueRange::bytes);
        QCOMPARE(notices(model, "input-range"), type == onnx::TensorProto::FLOAT);
        QVERIFY(tests::largest_difference(tests::answers(model, *images()), plain(normalised())) < 1e-4F);
    }

    void integersTakeNoMean()
    {
        const auto model =
            opened(model_of("i = input [N,3,8,6]\n x = Cast(i) to=1\n", onnx::TensorProto::UINT8), normalised());
        QVERIFY(!model);
        QVERIFY2(model.error().detail.find("leave out mean, standard deviation and range") != std::string::npos,
                 model.error().detail.c_str());
    }

    void booleansAreRefused()
    {
        const auto model = opened(model_of("i = input [N,3,8,6]\n x = Cast(i) to=1\n", onnx::TensorProto::BOOL));
        QVERIFY(!model);
        QVERIFY(model.error().detail.find("takes booleans") != std::string::npos);
    }

    /// Signed bytes on a grid whose zero point is -128 stand for the same reals as the image's bytes.
    void dequantizedBytes_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("zero");
        QTest::newRow("uint8") << int(onnx::TensorProto::UINT8) << 0;
        QTest::newRow("int8") << int(onnx::TensorProto::INT8) << -128;
    }
    void dequantizedBytes()
    {
        QFETCH(int, type);
        QFETCH(int, zero);
        onnx::ModelProto file =
            model_of("i = input [N,3,8,6]\n s = constant [] {0.00392156862745098}\n z = ints [] {0}\n"
                     "x = DequantizeLinear(i, s, z)\n",
                     onnx::TensorProto::DataType(type));
        for (onnx::TensorProto& tensor : *file.mutable_graph()->mutable_initializer())
            if (tensor.name() == "z") {
                tensor.set_data_type(type);
                tensor.set_raw_data(std::string(1, static_cast<char>(zero)));
            }
        const auto model = opened(file);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(notices(model, "input-range"), type == onnx::TensorProto::INT8);
        QVERIFY(tests::largest_difference(tests::answers(model, *images()), plain()) < 1e-4F);
    }

    /// Normalisation of numbers from 0 to 1, and a scale that a network has learned, say nothing about bytes.
    void otherScalesAreNoBytes_data()
    {
        QTest::addColumn<QString>("front");
        QTest::newRow("mean and deviation") << "i = input [N,3,8,6]\n m = constant [1,3,1,1] {0.485, 0.456, 0.406}\n"
                                               "s = constant [1,3,1,1] {0.229, 0.224, 0.225}\n q = Sub(i, m)\n"
                                               "x = Div(q, s)\n";
        QTest::newRow("-1 to 1") << "i = input [N,3,8,6]\n t = constant [] {2}\n o = constant [] {1}\n d = Mul(i, t)\n"
                                    "x = Sub(d, o)\n";
        QTest::newRow("up to 255") << "i = input [N,3,8,6]\n t = constant [] {255}\n x = Mul(i, t)\n";
        QTest::newRow("nothing") << "x = input [N,3,8,6]\n";
    }
    void otherScalesAreNoBytes()
    {
        QFETCH(QString, front);
        const auto model = opened(model_of(front.toStdString()));
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->preprocessing.range, dataset::ValueRange::unit);
        QVERIFY(!model->preprocessing_known);
        QVERIFY(model->notices.empty());
    }

    void openHeightAndWidth()
    {
        const onnx::ModelProto file = model_of("x = input [N,3,H,W]\n");
        const auto without = opened(file);
        QVERIFY(!without);
        QVERIFY2(without.error().message().find("--input-size HxW") != std::string::npos,
                 without.error().message().c_str());
        OpenOptions options;
        options.input_size = ImageSize{8, 6};
        QCOMPARE(tests::answers(opened(file, options), *images()), plain());
        onnx::ModelProto stored = file;
        onnx::StringStringEntryProto& entry = *stored.add_metadata_props();
        entry.set_key("exitscope.preprocessing");
        entry.set_value(R"({"channels":3,"height":8,"width":6,"order":"rgb","resize":false})");
        QCOMPARE(tests::answers(opened(stored), *images()), plain());
    }

    void contradictedSize()
    {
        OpenOptions options;
        options.input_size = ImageSize{9, 9};
        const auto model = opened(model_of("x = input [N,3,8,6]\n"), options);
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::usage);
        QVERIFY2(model.error().message().find("does not take images of 9x9") != std::string::npos,
                 model.error().message().c_str());
    }

    void openChannels() { QCOMPARE(tests::answers(opened(model_of("x = input [N,C,8,6]\n")), *images()), plain()); }

    void fixedBatchIsOpened_data()
    {
        QTest::addColumn<QString>("front");
        QTest::addColumn<bool>("opens");
        QTest::newRow("one") << "x = input [1,3,8,6]\n" << true;
        QTest::newRow("four") << "x = input [4,3,8,6]\n" << true;
        QTest::newRow("a constant shape") << "i = input [1,3,8,6]\n s = ints [4] {1, 3, 6, 8}\n a = Reshape(i, s)\n"
                                             "t = ints [4] {1, 3, 8, 6}\n x = Reshape(a, t)\n"
                                          << true;
        QTest::newRow("mixed by broadcasting")
            << "i = input [1,3,8,6]\n s = ints [5] {1, 1, 3, 8, 6}\n a = Reshape(i, s)\n b = Add(a, i)\n"
               "x = ReduceMean(b) axes=[1] keepdims=0\n"
            << false;
    }
    void fixedBatchIsOpened()
    {
        QFETCH(QString, front);
        QFETCH(bool, opens);
        const auto model = opened(model_of(front.toStdString()));
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->fixed_batch, !opens);
        if (!opens)
            return;
        const auto single = tests::answers(model, *images(), 1);
        QCOMPARE(tests::answers(with_batch(*model, 5), *images()), single);
    }

    void trainingMode_data()
    {
        QTest::addColumn<QString>("front");
        QTest::addColumn<int>("opset");
        QTest::addColumn<QString>("named");
        const QString statistics = "i = input [N,3,8,6]\n s = constant [3] {1, 2, 3}\n b = constant [3] {0, 1, 2}\n"
                                   "m = constant [3] {0.5, 0.5, 0.5}\n v = constant [3] {1, 2, 4}\n";
        QTest::newRow("BatchNormalization 15")
            << statistics + "x, rm, rv = BatchNormalization(i, s, b, m, v) training_mode=1\n"
            << 15 << "(BatchNormalization) is in training mode";
        QTest::newRow("BatchNormalization 9") << statistics + "x, rm, rv, sm, sv = BatchNormalization(i, s, b, m, v)\n"
                                              << 9 << "(BatchNormalization) is in training mode";
        QTest::newRow("BatchNormalization 6") << statistics + "x = BatchNormalization(i, s, b, m, v) is_test=0\n"
                                              << 6 << "(BatchNormalization) is in training mode";
        QTest::newRow("Dropout 13") << statistics + "e = BatchNormalization(i, s, b, m, v)\n q = constant [] {0.5}\n"
                                                    "y1 = ints [] {1}\n t = Cast(y1) to=9\n x = Dropout(e, q, t)\n"
                                    << 13 << "(Dropout) is in training mode";
        QTest::newRow("Dropout 6") << statistics + "e = BatchNormalization(i, s, b, m, v) is_test=1\n"
                                                   "x = Dropout(e) is_test=0 ratio=0.5\n"
                                   << 6 << "(Dropout) is in training mode";
    }
    void trainingMode()
    {
        QFETCH(QString, front);
        QFETCH(int, opset);
        QFETCH(QString, named);
        const onnx::ModelProto file = model_of(front.toStdString(), onnx::TensorProto::FLOAT, opset);
        const auto refused = opened(file);
        QVERIFY(!refused);
        QVERIFY2(QString::fromStdString(refused.error().detail).contains(named), refused.error().detail.c_str());
        QVERIFY(refused.error().detail.find("--allow-training-mode") != std::string::npos);
        OpenOptions options;
        options.allow_training_mode = true;
        const auto model = opened(file, options);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QVERIFY(notices(model, "training-mode"));
        const auto inference = opened(model_of("i = input [N,3,8,6]\n s = constant [3] {1, 2, 3}\n"
                                               "b = constant [3] {0, 1, 2}\n m = constant [3] {0.5, 0.5, 0.5}\n"
                                               "v = constant [3] {1, 2, 4}\n x = BatchNormalization(i, s, b, m, v)\n",
                                               onnx::TensorProto::FLOAT, 15));
        QVERIFY(tests::largest_difference(tests::answers(model, *images()), tests::answers(inference, *images())) <
                1e-5F);
    }

    void dropoutThatDropsNothing()
    {
        const auto model = opened(model_of("i = input [N,3,8,6]\n q = constant [] {0}\n y1 = ints [] {1}\n"
                                           "t = Cast(y1) to=9\n x = Dropout(i, q, t)\n"));
        QCOMPARE(tests::answers(model, *images()), plain());
        QVERIFY(model->notices.empty());
    }
};

QTEST_APPLESS_MAIN(TestImageInput)
#include "tst_image_input.moc"
