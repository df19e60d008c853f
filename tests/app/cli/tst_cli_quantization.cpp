// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "core/analysis/run/run_file.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

namespace {

struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

Outcome cli(const QStringList& arguments)
{
    QProcess process;
    process.start(EXITSCOPE_CLI, QStringList{"quantization"} + arguments + QStringList{"--quiet"});
    process.waitForFinished(-1);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

}  // namespace

/// The verb quantization as a user runs it.
class TestCliQuantization : public QObject {
    Q_OBJECT

    QTemporaryDir directory_;
    [[nodiscard]] QString file(const QString& name) const { return directory_.path() + "/" + name; }

private slots:
    void aRunWithoutAModelStillHasFlips()
    {
        QVERIFY(run::save(*tests::synthetic_run({.exits = 2, .fit_samples = 100, .test_samples = 200}),
                          file("run.exr").toStdString()));
        const Outcome outcome = cli({file("run.exr"), "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject json = outcome.json();
        QCOMPARE(json.keys(), QStringList({"flips", "missing", "study"}));
        QVERIFY(json["study"].isNull());
        QVERIFY(!json["missing"].toString().isEmpty());
        QCOMPARE(json["flips"].toArray().size(), 4);
        for (const auto& value : json["flips"].toArray()) {
            const QJsonObject row = value.toObject();
            QCOMPARE(row["reference"].toString(), QString("w8a8"));
            QCOMPARE(row["both_right"].toInt() + row["lost"].toInt() + row["gained"].toInt() +
                         row["both_wrong"].toInt(),
                     row["labelled"].toInt());
        }
    }

    /// A split that begins in the middle of its source, as fashion-mnist:fit does.
    void theRunOfAPartialSplitIsMeasured()
    {
        if (!QFile::exists(QStringLiteral("/usr/share/datasets/fashion-mnist")))
            QSKIP("dataset-fashion-mnist is not installed");
        QProcess process;
        process.start(EXITSCOPE_CLI,
                      {"evaluate", QStringLiteral(EXITSCOPE_SAMPLE "/model.onnx"), "--fit", "fashion-mnist:fit",
                       "--test", "fashion-mnist:test", "--limit", "60", "--precisions", "w8a8", "--calibration-samples",
                       "16", "--quiet", "-o", file("sample.exr")});
        QVERIFY(process.waitForFinished(-1));
        QCOMPARE(process.exitCode(), 0);
        const Outcome outcome = cli({file("sample.exr"), "--samples", "24", "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject json = outcome.json();
        QVERIFY2(json["missing"].isNull(), qPrintable(json["missing"].toString()));
        QCOMPARE(json["study"].toObject()["samples"].toInt(), 24);
    }

    void theSampleIsMeasured()
    {
        const QString model = QStringLiteral(EXITSCOPE_SAMPLE "/model.onnx");
        if (!QFile::exists(QStringLiteral("/usr/share/datasets/fashion-mnist")))
            QSKIP("dataset-fashion-mnist is not installed");
        const Outcome outcome = cli({model, "--data", "fashion-mnist:fit", "--precisions", "w4a4,w8a8", "--samples",
                                     "24", "--calibration-samples", "32", "--json"});
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        const QJsonObject study = outcome.json()["study"].toObject();
        QCOMPARE(study["samples"].toInt(), 24);
        QVERIFY(study["layers"].toArray().size() > 4);
        QCOMPARE(study["ranking"].toArray().size(), 2);
        QCOMPARE(study["ranking"].toArray()[0].toObject()["layers"].toArray().size(), study["layers"].toArray().size());
        const auto sqnr = [&](int precision) {
            return study["network"].toArray()[precision].toObject()["exits"].toArray()[0].toObject()["sqnr"].toDouble();
        };
        QVERIFY2(sqnr(1) > sqnr(0) + 6, outcome.out.constData());
    }

    void wrongUsage()
    {
        QCOMPARE(cli({"model.onnx"}).code, 1);
        QCOMPARE(cli({"run.exr", "--data", "d"}).code, 1);
        QCOMPARE(cli({file("no.exr")}).code, 2);
        QCOMPARE(cli({file("no.onnx"), "--data", "fashion-mnist:fit"}).code, 2);
    }
};

QTEST_GUILESS_MAIN(TestCliQuantization)
#include "tst_cli_quantization.moc"
