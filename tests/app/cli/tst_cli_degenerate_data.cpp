// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QTest>

#include "tests/app/cli/command.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

constexpr int side = 28;

/// A PGM file of one grey level, or of noise where `grey` is negative.
QByteArray picture(int grey, int seed)
{
    QByteArray bytes = "P5 28 28 255\n";
    for (int i = 0; i < side * side; ++i)
        bytes += grey >= 0 ? char(grey) : char((i * 37 + seed * 101 + (i / 28) * seed) % 256);
    return bytes;
}

}  // namespace

/// Every verb that opens a model, on images with little or nothing to learn from: it ends with numbers, or with one
/// sentence.
class TestCliDegenerateData : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void every_verb_ends_well_data();
    void every_verb_ends_well();

private:
    void put_images(const QString& name, int count, int classes, int grey);

    Folder folder_;
    const QString model_ = QStringLiteral(EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx");
};

void TestCliDegenerateData::put_images(const QString& name, int count, int classes, int grey)
{
    for (int i = 0; i < count; ++i) {
        const QString in = name + (classes > 0 ? "/" + QString::number(i % classes) : QString());
        QVERIFY(QDir(folder_.path()).mkpath(in));
        folder_.put(in + "/" + QString::number(i).rightJustified(3, '0') + ".pgm", picture(grey, i));
    }
}

void TestCliDegenerateData::initTestCase()
{
    put_images("one image", 1, 1, -1);
    put_images("two images", 2, 2, -1);
    put_images("thirty images", 30, 10, -1);
    put_images("one class", 40, 1, -1);
    put_images("black", 40, 10, 0);
    put_images("no labels", 40, 0, -1);
    QVERIFY(QDir(folder_.path()).mkpath("empty"));
    // Forty images [1, 28, 28] of floats, one value of which is NaN.
    QByteArray header = "{'descr': '<f4', 'fortran_order': False, 'shape': (40, 1, 28, 28), }";
    header = header.leftJustified(117, ' ') + "\n";
    QByteArray npy = QByteArray("\x93NUMPY\x01\x00", 8) + char(header.size()) + char(0) + header;
    std::vector<float> values(std::size_t(40 * side * side));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(i * 37 % 256) / 255;
    values[5000] = std::numeric_limits<float>::quiet_NaN();
    npy.append(reinterpret_cast<const char*>(values.data()), qsizetype(values.size() * sizeof(float)));
    folder_.put("spoilt.npy", npy);
    QByteArray labels;
    for (int i = 0; i < 40; ++i)
        labels += QByteArray::number(i % 10) + "\n";
    folder_.put("labels.txt", labels);
}

void TestCliDegenerateData::every_verb_ends_well_data()
{
    QTest::addColumn<QStringList>("data");
    for (const char* name : {"one image", "two images", "thirty images", "one class", "black", "no labels", "empty"})
        QTest::newRow(name) << QStringList{folder_.file(name)};
    const QStringList numbers = {folder_.file("spoilt.npy"), "--labels", folder_.file("labels.txt")};
    QTest::newRow("NaN") << numbers;
    QTest::newRow("NaN left out") << numbers + QStringList{"--skip-unreadable"};
}

void TestCliDegenerateData::every_verb_ends_well()
{
    QFETCH(QStringList, data);
    const QString run = folder_.file("made.exr");
    QFile::remove(run);
    const QStringList images = QStringList{"--data"} + data;
    QVERIFY(ends_well(QStringList{"run", model_, "--precision", "w8a8", "--weights", "nearest"} + images));
    QVERIFY(ends_well(QStringList{"run", model_} + images));
    QVERIFY(ends_well(QStringList{"quantization", model_, "--precisions", "w4a4", "--whole-only"} + images));
    QVERIFY(ends_well(QStringList{"attach", model_, "--exits", "2", "--epochs", "1", "--views", "1", "-o",
                                  folder_.file("made.onnx")} +
                      images));
    QVERIFY(ends_well(QStringList{"evaluate", model_, "--precisions", "w8a8", "--schedule", "uniform", "-o", run} +
                      images));
    if (!QFile::exists(run))
        return;
    const QStringList point = {"--policy", "static", "--budget", "100%"};
    QVERIFY(ends_well({"curve", run}));
    QVERIFY(ends_well({"report", run, "-o", folder_.file("o.html")}));
    QVERIFY(ends_well({"quantization", run}));
    QVERIFY(ends_well(QStringList{"adaptive", model_, run} + point));
    QVERIFY(ends_well(QStringList{"export", run, model_, "-o", folder_.file("bundle")} + point));
    QDir(folder_.file("bundle")).removeRecursively();
}

QTEST_APPLESS_MAIN(TestCliDegenerateData)
#include "tst_cli_degenerate_data.moc"
