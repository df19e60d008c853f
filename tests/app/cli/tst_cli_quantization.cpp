// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include "core/analysis/run/run_file.h"
#include "tests/app/cli/command.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

Outcome quantization(const QStringList& arguments)
{
    return cli(QStringList{"quantization"} + arguments + QStringList{"--quiet"});
}

}  // namespace

/// The verb quantization as a user runs it.
class TestCliQuantization : public QObject {
    Q_OBJECT

    Folder folder_;
    [[nodiscard]] QString file(const QString& name) const { return folder_.file(name); }

private slots:
    void aRunWithoutAModelStillHasFlips()
    {
        QVERIFY(run::save(*tests::synthetic_run({.exits = 2, .fit_samples = 100, .test_samples = 200}),
                          file("run.exr").toStdString()));
        const Outcome outcome = quantization({file("run.exr"), "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject json = outcome.json();
        QCOMPARE(sorted_keys(json), QStringList({"flips", "missing", "study"}));
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
        const Outcome evaluated =
            cli({"evaluate", QStringLiteral(EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx"), "--fit",
                 "fashion-mnist:fit", "--test", "fashion-mnist:test", "--limit", "60", "--precisions", "w8a8",
                 "--calibration-samples", "16", "--quiet", "-o", file("sample.exr")});
        QCOMPARE(evaluated.code, 0);
        const Outcome outcome = quantization({file("sample.exr"), "--samples", "24", "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject json = outcome.json();
        QVERIFY2(json["missing"].isNull(), qPrintable(json["missing"].toString()));
        QCOMPARE(json["study"].toObject()["samples"].toInt(), 24);
    }

    void theSampleIsMeasured()
    {
        const QString model = QStringLiteral(EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx");
        if (!QFile::exists(QStringLiteral("/usr/share/datasets/fashion-mnist")))
            QSKIP("dataset-fashion-mnist is not installed");
        const Outcome outcome = quantization({model, "--data", "fashion-mnist:fit", "--precisions", "w4a4,w8a8",
                                              "--samples", "24", "--calibration-samples", "32", "--json"});
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
        QCOMPARE(quantization({"model.onnx"}).code, 1);
        QCOMPARE(quantization({"run.exr", "--data", "d"}).code, 1);
        QCOMPARE(quantization({file("no.exr")}).code, 2);
        QCOMPARE(quantization({file("no.onnx"), "--data", "fashion-mnist:fit"}).code, 2);
    }
};

QTEST_GUILESS_MAIN(TestCliQuantization)
#include "tst_cli_quantization.moc"
