// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "tests/core/network/dataset/fixtures.h"

using namespace exitscope;
using namespace exitscope::tests;

/// Files that are no data sets are named, with what to do.
class TestForeignFiles : public QObject {
    Q_OBJECT
private slots:
    void kinds_are_named_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const QByteArray& bytes, const char* reason) {
            QTest::newRow(name) << name << bytes.leftJustified(600, '\0') << reason;
        };
        const QByteArray pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n";
        for (const char* name : {"a.npz", "a.npy", "a.png", "a.h5", "a.tar", "a.csv", "a.bin", "a.pt"})
            row(name, pointer, "git lfs pull");
        row("page.npz", "<!DOCTYPE html><html>", "web page");
        row("a.parquet", "PAR1", "Parquet");
        row("a.arrow", QByteArray("ARROW1\0\0", 8), "Arrow");
        row("data.mdb", QByteArray(16, '\0') + "\xde\xc0\xef\xbe", "LMDB");
        row("a.tfrecord", QByteArray("\x0a\0\0\0\0\0\0\0\xae\xa3\xbf:", 12), "TFRecord");
        row("old.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64", "-v7.3");
        row("a.7z", "7z\xbc\xaf\x27\x1c", "unpack it");
        row("a.onnx", QByteArray("\x08\x08\x12\x07pytorch", 11), "give it as the model");
        row("a.tflite", QByteArray("\x1c\0\0\0TFL3", 8), "TensorFlow Lite");
        row("a.safetensors", QByteArray("\x20\0\0\0\0\0\0\0{\"w\":", 13), "weights of a model");
        row("old.pkl", "(lp0\nI1\na.", "Python pickle");
        row("a.jp2", QByteArray("\0\0\0\x0cjP  \r\n\x87\n", 12), "JPEG 2000");
        row("b.jpg", QByteArray("\0\0\0\x0cjP  \r\n\x87\n", 12), "JPEG 2000");
        row("a.avif",
            QByteArray("\0\0\0\x20"
                       "ftypavif",
                       12),
            "AVIF");
        row("a.heic",
            QByteArray("\0\0\0\x20"
                       "ftypheic",
                       12),
            "HEIC");
        row("a.mp4",
            QByteArray("\0\0\0\x20"
                       "ftypisom",
                       12),
            "video");
        row("a.gif", "GIF89a", "GIF");
        row("named.jpg", "GIF89a", "GIF");
        row("a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\">", "SVG");
        row("b.svg", "<?xml version=\"1.0\"?>\n<svg>", "SVG");
        row("a.pdf", "%PDF-1.7", "PDF");
        QTest::newRow("empty") << "a.npz" << QByteArray() << "is empty";
        QTest::newRow("packed") << "a.JPEG" << gzip("\xff\xd8\xff") << "compressed by gzip";
        QTest::newRow("gzip") << "a.gz" << gzip("some text") << "holds no IDX data";
    }
    void kinds_are_named()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, reason);
        const Scratch scratch;
        EXPECT_OPEN_ERROR(scratch.write(name.toStdString(), bytes), reason.toStdString());
    }

    void archives_are_looked_into()
    {
        const Scratch scratch;
        const auto archive = [](const char* member) { return zip({{member, "content"}}); };
        EXPECT_OPEN_ERROR(scratch.write("a.zip", archive("cat/1.png")), "unpack it and name the folder");
        EXPECT_OPEN_ERROR(scratch.write("a.pt", archive("a/data.pkl")), "PyTorch");
        EXPECT_OPEN_ERROR(scratch.write("pytorch_model.bin", archive("a/data.pkl")), "PyTorch");
        EXPECT_OPEN_ERROR(scratch.write("a.keras", archive("model.weights.h5")), "Keras model");
        EXPECT_OPEN_ERROR(scratch.write("b.zip", archive("x.npy")), "end in .npz");
    }

    void images_need_no_extension()
    {
        const Scratch scratch;
        EXPECT_VALUE(data, dataset::open(scratch.write("picture", picture(3, 2, 0x0a141e))));
        QCOMPARE(data->size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestForeignFiles)
#include "tst_foreign_files.moc"
