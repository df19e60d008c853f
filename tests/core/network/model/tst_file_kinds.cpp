// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

#include "core/network/model/multi_exit.h"
#include "tests/support/onnx_message.h"

using namespace exitscope;
using namespace exitscope::model;

class TestFileKinds : public QObject {
    Q_OBJECT

private slots:
    /// Exits in one output, one after another in each row, cannot be told from one exit of all classes.
    void answersInOneRow()
    {
        const std::string ends[] = {"y = Concat(a, b) axis=1", "t = Concat(a, b) axis=1\n y = Softmax(t) axis=1",
                                    "y = Concat(a, c) axis=1"};
        for (std::size_t i = 0; i < std::size(ends); ++i) {
            const Expected<MultiExitModel> model = open_model(tests::bytes_of(tests::onnx_model(R"(
                x = input [N,3,4,4]
                f = Flatten(x)
                v = random [5,48]
                w = random [4,48]
                a = Gemm(f, v) transB=1
                b = Gemm(f, v) transB=1
                c = Gemm(f, w) transB=1
            )" + ends[i] + "\n > y",
                                                                                                13)),
                                                              "row.onnx", {});
            QVERIFY2(model, model ? "" : model.error().message().c_str());
            QCOMPARE(model->exit_count(), std::size_t{1});
            const bool alike = i == 0;
            QCOMPARE(model->notices.size(), std::size_t(alike));
            if (alike)
                QVERIFY2(model->notices[0].code == "output-of-parts" &&
                             model->notices[0].text.find("2 parts of 5 numbers") != std::string::npos,
                         model->notices[0].text.c_str());
        }
    }

    void namedWithTheRemedy_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("remedy");
        const QByteArray zip("PK\x03\x04\x14\0\0\0", 8);
        const QString torch = "torch.onnx.export(model.eval()";
        QTest::newRow("checkpoint") << "m.pt" << zip + "archive/data.pkl"
                                    << "is a PyTorch file" << torch;
        QTest::newRow("renamed checkpoint") << "m.onnx" << zip + "archive/data.pkl"
                                            << "is a PyTorch file" << torch;
        QTest::newRow("TorchScript") << "m.pt" << zip + "m/code/x.py m/constants.pkl m/data.pkl"
                                     << "TorchScript" << torch;
        QTest::newRow("pickle") << "m.pth" << QByteArray("\x80\x02\x8a\x0a") << "is a Python pickle" << torch;
        QTest::newRow("Keras 3") << "m.keras" << zip + "metadata.json config.json model.weights.h5"
                                 << "is a Keras model"
                                 << "model.export(";
        QTest::newRow("HDF5") << "m.h5" << QByteArray("\x89HDF\r\n\x1a\n\0\0") << "is an HDF5 file"
                              << "tf2onnx";
        QTest::newRow("TensorFlow Lite") << "m.tflite" << QByteArray("\x1c\0\0\0TFL3\x14\0", 10)
                                         << "is a TensorFlow Lite model"
                                         << "--tflite";
        QTest::newRow("ONNX Runtime") << "m.ort" << QByteArray("\x18\0\0\0ORTM\0\0", 10)
                                      << "ONNX Runtime's own format (.ort)"
                                      << "use the .onnx file";
        QTest::newRow("TensorFlow") << "frozen.pb" << QByteArray("\x0a\x05\x0a\x03xyz") << "is a TensorFlow graph"
                                    << "tf2onnx.convert";
        QTest::newRow("SavedModel") << "saved_model.pb" << QByteArray("\x08\x01\x12\x03xyz") << "SavedModel"
                                    << "tf2onnx";
        QTest::newRow("pointer") << "m.onnx"
                                 << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
                                 << "is a Git LFS pointer"
                                 << "git lfs pull";
        QTest::newRow("web page") << "m.onnx" << QByteArray("\n<!DOCTYPE html><html>") << "is a web page"
                                  << "the raw file";
        QTest::newRow("OpenVINO") << "m.xml" << QByteArray("<?xml version=\"1.0\"?>\n<net name=\"m\" version=\"11\">")
                                  << "is an OpenVINO model"
                                  << "ONNX file that it was converted from";
        QTest::newRow("gzip") << "m.onnx.gz" << QByteArray("\x1f\x8b\x08\0\0", 5) << "is compressed (gzip)"
                              << "gunzip";
        QTest::newRow("safetensors") << "m.safetensors" << QByteArray("\x10\0\0\0\0\0\0\0{\"__metadata__\"", 22)
                                     << "weights without the network" << torch;
        QTest::newRow("array") << "x.npy" << QByteArray("\x93NUMPY\x01\0", 8) << "holds a NumPy array"
                               << "data set";
        QTest::newRow("empty") << "m.onnx" << QByteArray() << "is empty"
                               << "once more";
        QTest::newRow("weights") << "m.onnx.data" << QByteArray(64, '\xff') << "holds the weights of a model"
                                 << "open the .onnx file beside it";
        QTest::newRow("cut off") << "m.onnx" << QByteArray("\x08\x07\x12\x70torch") << "not a protobuf message"
                                 << "not fetched completely";
    }
    void namedWithTheRemedy()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, what);
        QFETCH(QString, remedy);
        QTemporaryDir folder;
        const std::string path = folder.filePath(name).toStdString();
        std::ofstream(path, std::ios::binary).write(bytes.data(), bytes.size());
        const auto model = open_model(path);
        QVERIFY(!model);
        QCOMPARE(model.error().where, path);
        const QString detail = QString::fromStdString(model.error().detail);
        QVERIFY2(detail.contains(what) && detail.contains(remedy), qPrintable(detail));
    }

    void directories()
    {
        QTemporaryDir folder;
        const std::filesystem::path path(folder.path().toStdString());
        QVERIFY(open_model(path).error().detail.find("is a directory") != std::string::npos);
        std::ofstream(path / "net.onnx") << "x";
        QVERIFY(open_model(path).error().detail.find((path / "net.onnx").string()) != std::string::npos);
        std::ofstream(path / "saved_model.pb") << "x";
        QVERIFY(open_model(path).error().detail.find("SavedModel") != std::string::npos);
    }

    void newerElementTypesAreNamed()
    {
        onnx::ModelProto model = tests::onnx_model("x = input [N,3,8,8]\n y = Relu(x)\n > y");
        onnx::TensorProto& tensor = *model.mutable_graph()->add_initializer();
        tensor.set_name("w");
        tensor.add_dims(2);
        tensor.set_data_type(23);
        tensor.set_raw_data("xx");
        const auto opened = open_model(tests::bytes_of(model), "m.onnx", {});
        QVERIFY(!opened);
        QVERIFY2(opened.error().detail.find("FLOAT4E2M1") != std::string::npos, opened.error().detail.c_str());
    }

    void operatorsForOneProcessor()
    {
        const auto opened = open_model(
            tests::bytes_of(tests::onnx_model("x = input [N,3,8,8]\n y = com.microsoft.nchwc.Conv(x)\n > y")), "m.onnx",
            {});
        QVERIFY(!opened);
        QVERIFY2(opened.error().detail.find("save the model before optimisation") != std::string::npos,
                 opened.error().detail.c_str());
    }
};

QTEST_GUILESS_MAIN(TestFileKinds)
#include "tst_file_kinds.moc"
