// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

#include "core/base/error.h"
#include "tests/app/cli/command.h"
#include "tests/support/external_data.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

constexpr int classes = 12;
const QString model = EXITSCOPE_TEST_DATA "/models/brightness.onnx";

/// An image of the class, as a grey PNM file.
QByteArray image_of(int label)
{
    return "P5 4 4 255\n" + QByteArray(16, static_cast<char>(20 * label));
}

QStringList codes_of(const QJsonObject& object)
{
    QStringList codes;
    for (const QJsonValue& notice : object["notices"].toArray())
        codes << notice["code"].toString();
    return codes;
}

}  // namespace

/// Data of every form with a network whose answer is the image's brightness: accuracy 1 when all labels are in order.
class TestCliData : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void accuracyIsThatOfRightLabels_data();
    void accuracyIsThatOfRightLabels();
    void doubtfulLabelsAreSaid_data();
    void doubtfulLabelsAreSaid();
    void aNoticeIsAnErrorWhenStrict();
    void badImagesAreNamedFirst();
    void badImagesAreLeftOut();
    void aLimitTakesImagesOfAllClasses();
    void laterVerbsFindTheRunsLabels();
    void laterVerbsFindTheLabelsFile();
    void imagenetBySynsets();

private:
    void putImage(const QString& name, int label) const;
    void putList(const QString& name, const QByteArray& head, const char* format, int first = 0) const;
    [[nodiscard]] QString file(const QString& name) const { return folder_.file(name); }
    Folder folder_;
};

void TestCliData::putImage(const QString& name, int label) const
{
    QVERIFY(QDir(folder_.path()).mkpath(QFileInfo(name).path()));
    folder_.put(name, image_of(label));
}

/// A line for each image: %1 its file, %2 its label, counted from `first`.
void TestCliData::putList(const QString& name, const QByteArray& head, const char* format, int first) const
{
    QString text = head;
    for (int label = 0; label < classes; ++label)
        for (int i = 0; i < 3; ++i)
            text += QString(format).arg(QString("num/%1/%2.pgm").arg(label).arg(i)).arg(label + first) + "\n";
    folder_.put(name, text.toUtf8());
}

void TestCliData::initTestCase()
{
    for (int label = 0; label < classes; ++label)
        for (int i = 0; i < 3; ++i) {
            putImage(QString("num/%1/%2.pgm").arg(label).arg(i), label);
            putImage(QString("abc/%1/%2.pgm").arg(QChar('a' + label)).arg(i), label);
            if (label != 4)
                putImage(QString("part/%1/%2.pgm").arg(QChar('a' + label)).arg(i), label);
        }
    putImage("abc/__MACOSX/a/._0.pgm", 0);
    QByteArray names;
    for (int label = 0; label < classes; ++label)
        names += QByteArray(1, static_cast<char>('a' + label)) + "\n";
    folder_.put("names.txt", names);
    putList("floats.csv", "path,label\n", "%1,%2.0");
    putList("blanks.csv", "path, label\n", "%1, %2");
    putList("val.txt", "", "%1 %2");
    putList("semicolons.csv", "path;label\n", "%1;%2");
    putList("names.csv", "path;label\n", "%1;class_%2");
    putList("from_one.csv", "path,label\n", "%1,%2", 1);
    QString within = "path,label\n";
    for (int label = 0; label + 1 < classes; ++label)
        within += QString("num/%1/0.pgm,%2\n").arg(label).arg(label + 1);
    folder_.put("from_one_within.csv", within.toUtf8());
}

void TestCliData::accuracyIsThatOfRightLabels_data()
{
    QTest::addColumn<QStringList>("data");
    const auto row = [](const char* name, const QStringList& data) { QTest::newRow(name) << data; };
    row("3.0", {"floats.csv"});
    row("after a blank", {"blanks.csv"});
    row("val.txt", {"val.txt"});
    row("semicolons", {"semicolons.csv"});
    row("class folders, clutter", {"abc"});
    row("numeric folders, natural order", {"num", "--class-order", "natural"});
    row("numeric folders, by names", {"num", "--class-order", "names"});
    row("names in a list, natural order", {"names.csv", "--class-order", "natural"});
    row("a folder less, names given", {"part", "--classes", "@names.txt"});
    row("labels from one", {"from_one.csv", "--label-offset", "-1"});
    row("within, labels from one", {"from_one_within.csv", "--label-offset=-1"});
}

void TestCliData::accuracyIsThatOfRightLabels()
{
    QFETCH(QStringList, data);
    data[0] = file(data[0]);
    for (QString& word : data)
        if (word.startsWith('@'))
            word = file(word.mid(1));
    const QJsonObject object = json_of(QStringList{"run", model, "--data"} + data);
    for (const QJsonValue& exit : object["exits"].toArray())
        QCOMPARE(exit["accuracy"].toDouble(), 1.0);
    QCOMPARE(object["exits"].toArray().size(), 2);
    QCOMPARE(codes_of(object), QStringList());
}

void TestCliData::doubtfulLabelsAreSaid_data()
{
    QTest::addColumn<QString>("data");
    QTest::addColumn<QString>("code");
    QTest::newRow("numeric folders") << "num"
                                     << "class-order";
    QTest::newRow("numbers in names") << "names.csv"
                                      << "class-order";
    QTest::newRow("a folder less") << "part"
                                   << "class-count";
    QTest::newRow("labels from one") << "from_one_within.csv"
                                     << "labels-from-1";
}

void TestCliData::doubtfulLabelsAreSaid()
{
    QFETCH(QString, data);
    QFETCH(QString, code);
    const Outcome outcome = cli({"run", model, "--data", file(data), "--json"});
    QCOMPARE(outcome.code, 0);
    QCOMPARE(codes_of(outcome.json()), QStringList{code});
    QVERIFY(outcome.err.contains("exitscope: notice: "));
    QVERIFY(outcome.json()["exits"].toArray().at(0).toObject()["accuracy"].toDouble() < 1);
}

void TestCliData::aNoticeIsAnErrorWhenStrict()
{
    const Outcome outcome = cli({"run", model, "--data", file("num"), "--strict"});
    QCOMPARE(outcome.code, int(ErrorCode::usage));
    QVERIFY2(outcome.err.contains("--class-order natural"), outcome.err.constData());
}

void TestCliData::badImagesAreNamedFirst()
{
    putImage("bad/a/0.pgm", 0);
    folder_.put("bad/a/zero.png", "");
    folder_.put("bad/a/zz.png", "no image");
    const Outcome outcome = cli({"run", model, "--data", file("bad")});
    QCOMPARE(outcome.code, int(ErrorCode::bad_input));
    QVERIFY2(outcome.err.contains("2 of 3 images cannot be read: a/zero.png is empty, a/zz.png is not a"),
             outcome.err.constData());
}

void TestCliData::badImagesAreLeftOut()
{
    for (int label = 0; label < classes; ++label)
        for (int i = 0; i < 3; ++i)
            putImage(QString("some/%1/%2.pgm").arg(QChar('a' + label)).arg(i), label);
    folder_.put("some/b/0.pgm", image_of(1).left(13));
    folder_.put("some/b/1.pgm", "");
    const QStringList run = {"run", model, "--data", file("some"), "--skip-unreadable"};
    const QJsonObject object = json_of(run);
    QCOMPARE(object["samples"].toInt(), 3 * classes - 2);
    QCOMPARE(object["exits"].toArray().at(1).toObject()["accuracy"].toDouble(), 1.0);
    QCOMPARE(codes_of(object), QStringList{"skipped"});
    const QString text = object["notices"].toArray().at(0).toObject()["text"].toString();
    QVERIFY2(text.contains("2 of 36 images") && text.contains("b/0.pgm") && text.contains("b/1.pgm is empty"),
             qPrintable(text));
}

void TestCliData::aLimitTakesImagesOfAllClasses()
{
    const Outcome outcome = cli({"run", model, "--data", file("abc"), "--limit", "20", "--json"});
    QCOMPARE(outcome.code, 0);
    QVERIFY2(outcome.err.contains("20 of 36 images are a random sample (seed 1)"), outcome.err.constData());
    QCOMPARE(outcome.json()["exits"].toArray().at(0).toObject()["accuracy"].toDouble(), 1.0);
    QCOMPARE(codes_of(outcome.json()), QStringList());
}

/// A run keeps how it numbered classes: later verbs open its images as they were.
void TestCliData::laterVerbsFindTheRunsLabels()
{
    folder_.put("num/1/damaged.pgm", "");
    const Outcome made = cli({"evaluate", model, "--data", file("num"), "--class-order", "natural", "--skip-unreadable",
                              "--precisions", "fp32", "--no-latency", "-o", file("num.exr")});
    QVERIFY2(made.code == 0, made.err.constData());
    const Outcome adaptive =
        cli({"adaptive", model, file("num.exr"), "--policy", "static", "--budget", "100%", "--json"});
    QVERIFY2(adaptive.code == 0, adaptive.err.constData());
    QCOMPARE(adaptive.json()["accuracy"].toDouble(), 1.0);
    QCOMPARE(adaptive.json()["agreement"].toDouble(), 1.0);
    QVERIFY(QFile::remove(file("num/1/damaged.pgm")));
}

/// The labels of a run whose data has none of its own: the adaptive network and the report have them, too.
void TestCliData::laterVerbsFindTheLabelsFile()
{
    QByteArray labels;
    for (int i = 0; i < 60; ++i) {
        putImage(QString("plain/%1.pgm").arg(i, 3, 10, QLatin1Char('0')), i % classes);
        labels += QByteArray::number(i % classes) + "\n";
    }
    folder_.put("plain.txt", labels);
    const Outcome made = cli({"evaluate", model, "--data", file("plain"), "--labels", file("plain.txt"), "--precisions",
                              "fp32", "--no-latency", "-o", file("plain.exr")});
    QVERIFY2(made.code == 0, made.err.constData());
    const QStringList adaptive = {"adaptive", model, file("plain.exr"), "--policy", "static", "--budget", "100%"};
    const Outcome again = cli(adaptive + QStringList{"--json"});
    QVERIFY2(again.code == 0, again.err.constData());
    QCOMPARE(again.json()["accuracy"].toDouble(), 1.0);
    QCOMPARE(again.json()["agreement"].toDouble(), 1.0);
    folder_.put("plain.txt", "1\n");
    const Outcome gone = cli(adaptive);
    QCOMPARE(gone.code, int(ErrorCode::bad_input));
    QVERIFY2(gone.err.contains("plain.txt: holds 1 labels for the 60 images"), gone.err.constData());
}

/// 946 of 1,300 are right in PyTorch. 725 of the 1,000 classes occur.
void TestCliData::imagenetBySynsets()
{
    const auto external = external_data();
    if (!external)
        QSKIP("needs EXITSCOPE_DATA");
    const QString folder = QString::fromStdString(external->string());
    const QJsonObject object =
        json_of({"run", folder + "/models/imagenet_squeezenet11_bgr.onnx", "--channels", "bgr", "--range", "0..255",
                 "--mean", "104,117,123", "--std", "1,1,1", "--data", folder + "/imagenet-val-1300/val_synset.csv"});
    const double right = object["exits"].toArray().at(0).toObject()["accuracy"].toDouble() * 1300;
    QVERIFY2(std::abs(right - 946) < 1.5, qPrintable(QString::number(right)));
    QCOMPARE(codes_of(object), QStringList());
}

QTEST_GUILESS_MAIN(TestCliData)
#include "tst_cli_data.moc"
