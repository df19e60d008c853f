// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QRegularExpression>
#include <QTest>

#include "tests/app/cli/command.h"
#include "tests/support/locales.h"

using namespace exitscope;
using namespace exitscope::tests;

/// What the program prints and writes does not depend on the user's locale.
class TestCliLocale : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void same_bytes_data();
    void same_bytes();

private:
    /// What a command prints, and the file OUT if it writes one.
    struct Written {
        Outcome outcome;
        QByteArray file;
    };
    void put_images();
    [[nodiscard]] Written written(const QString& locale, const QStringList& arguments, const QString& ending) const;

    Folder folder_;
};

namespace {

/// Verbs that print measured times, in which all digits are as good as each other.
QByteArray without_times(const QString& verb, const QByteArray& text)
{
    static const QStringList timed = {"run", "evaluate", "attach", "adaptive", "quantization"};
    if (!timed.contains(verb))
        return text;
    static const QRegularExpression digits("[0-9]+");
    static const QRegularExpression spaces("[ -]+");  // of columns that are as wide as their numbers
    return QString::fromUtf8(text).replace(digits, "0").replace(spaces, " ").toUtf8();
}

/// A PDF document holds when it was made, to the second.
QByteArray without_date(QByteArray file)
{
    if (const qsizetype at = file.indexOf("/CreationDate ("); at >= 0)
        file.remove(at, file.indexOf(')', at) - at);
    return file;
}

}  // namespace

/// Sixty images in class folders, an export list of them, and a run of the sample made on them.
void TestCliLocale::put_images()
{
    for (int i = 0; i < 60; ++i) {
        const QString in = "images/" + QString::number(i % 10);
        QVERIFY(QDir(folder_.path()).mkpath(in));
        QByteArray bytes = "P5 28 28 255\n";
        for (int p = 0; p < 28 * 28; ++p)
            bytes += char(p / 78 == i % 10 ? 255 : i);
        folder_.put(in + "/" + QString::number(i).rightJustified(2, '0') + ".pgm", bytes);
    }
    const QString sample = EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx";
    const Outcome made =
        cli({"evaluate", sample, "--data", folder_.file("images"), "--precisions", "w8a8,fp32", "--schedule", "uniform",
             "--no-latency", "--calibration-samples", "16", "--weights", "nearest", "-o", folder_.file("images.exr")});
    QVERIFY2(made.code == 0, made.err.constData());
}

void TestCliLocale::initTestCase()
{
    if (!make_locales(folder_.path()))
        QSKIP("localedef cannot make locales here: package locales");
    folder_.put_run("run.exr");
    folder_.put("costs.csv", "exit;ms;cumulative_macs\n1;0.25;10.5\n2;0.5;40.25\n");
    folder_.put("energy.json", R"({"integer_mac_pj": {"4": 0.0125}, "source": "a guess"})");
    QByteArray table = "target,conf_branch_1,prediction_branch_1,conf_branch_2,prediction_branch_2\n";
    for (int i = 0; i < 200; ++i)
        table += QByteArray::number(i % 3) + ",0." + QByteArray::number(30 + i % 60) + "," +
                 QByteArray::number(i % 60 > 20 ? i % 3 : 0) + ",0.9," + QByteArray::number(i % 3) + "\n";
    folder_.put("table.csv", table);
    put_images();
}

void TestCliLocale::same_bytes_data()
{
    const QString run = folder_.file("run.exr");
    const QString model = EXITSCOPE_TEST_DATA "/quantized/qdq_u8s8.onnx";
    const QString images = EXITSCOPE_TEST_DATA "/quantized/images.npy";
    const QStringList point = {"--policy", "quee", "--budget", "37.5%"};
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("ending");
    const auto add = [](const char* name, const QStringList& arguments, const QString& ending = {}) {
        QTest::newRow(name) << arguments << ending;
    };
    add("curve", {"curve", run, "--against", "static-hull"});
    add("curve csv", {"curve", run, "--json", "--csv", "OUT"}, ".csv");
    add("curve energy", {"curve", run, "--cost", "energy", "--energy-table", folder_.file("energy.json")});
    add("decide", QStringList{"decide", run} + point);
    add("decide csv", QStringList{"decide", run, "--json", "--csv", "OUT"} + point, ".csv");
    add("decide where", QStringList{"decide", run, "--where", "predicted_error>12.5% cost<0.75"} + point);
    add("predictors", {"predictors", run});
    add("calibrate", {"calibrate", run, "--method", "ucb", "--loss", "hellinger", "--eps", "0.05,0.125"});
    add("diff", QStringList{"diff", run, run, "--policy-b", "static"} + point);
    add("report", QStringList{"report", run, "-o", "OUT"} + point, ".html");
    add("report that fails", QStringList{"report", run, "--require", "cost<=0.125", "-o", "OUT"} + point, ".html");
    for (const char* kind : {"trade-off", "reliability", "exits", "flow", "confusion"})
        add(kind, {"plot", run, "--kind", kind, "--width", "8.4cm", "--font-size", "8.5", "-o", "OUT"}, ".svg");
    add("plot csv", {"plot", run, "--kind", "reliability", "-o", "OUT"}, ".csv");
    add("import", {"import", "--table", folder_.file("table.csv"), "--costs", folder_.file("costs.csv"), "-o",
                   folder_.file("imported.exr"), "--fit-fraction", "0.25"});
    add("imported", {"curve", folder_.file("imported.exr"), "--cost", "latency"});
    add("info", {"info", model});
    const QString sample = EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx";
    const QStringList folder = {"--data", folder_.file("images")};
    const QStringList values = {"--mean", "0.25", "--std", "0.125"};
    add("info json", {"info", sample, "--json"});
    add("run own", QStringList{"run", sample, "--precision", "w8a8", "--weights", "nearest"} + folder + values);
    add("attach",
        QStringList{"attach", sample, "--at", "0.25", "--epochs", "60", "--views", "1", "--held-out", "0.25", "-o",
                    "OUT"} +
            folder + values,
        ".onnx");
    add("evaluate", QStringList{"evaluate", sample, "--precisions", "w4a4", "--schedule", "uniform", "--fit-fraction",
                                "0.25", "--weights", "nearest", "-o", folder_.file("made.exr")} +
                        folder + values);
    add("evaluated", {"curve", folder_.file("made.exr")});
    add("adaptive", QStringList{"adaptive", sample, folder_.file("images.exr")} + point);
    add("export", QStringList{"export", folder_.file("images.exr"), sample, "-o", folder_.file("bundle")} + point);
    add("quantization",
        QStringList{"quantization", sample, "--precisions", "w4a4", "--samples", "8", "--weights", "nearest"} + folder);
    add("preprocess",
        QStringList{"preprocess", folder_.file("images/0/00.pgm"), "--resize", "12", "-o", "OUT"} + values, ".npy");
    add("onnx-test that fails", {"onnx-test", EXITSCOPE_TEST_DATA "/models"});
    add("pdf", QStringList{"report", run, "-o", "OUT"} + point, ".pdf");
    add("plot pdf", {"plot", run, "--kind", "trade-off", "-o", "OUT"}, ".pdf");
    add("run", {"run", model, "--data", images, "--json", "--save-logits", "OUT"}, ".npy");
}

void TestCliLocale::same_bytes()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, ending);
    const Written plain = written("C", arguments, ending);
    for (const QString& locale : foreign_locales()) {
        const Written other = written(locale, arguments, ending);
        QCOMPARE(other.outcome.code, plain.outcome.code);
        QCOMPARE(other.outcome.err, plain.outcome.err);
        QCOMPARE(without_times(arguments[0], other.outcome.out), without_times(arguments[0], plain.outcome.out));
        QCOMPARE(without_date(other.file), without_date(plain.file));
    }
    const bool fails = std::string_view(QTest::currentDataTag()).ends_with("that fails");
    QVERIFY2(fails || plain.outcome.code == 0, plain.outcome.err.constData());
    QVERIFY(!plain.outcome.out.isEmpty() || !plain.outcome.err.isEmpty() || !plain.file.isEmpty());
}

TestCliLocale::Written TestCliLocale::written(const QString& locale, const QStringList& arguments,
                                              const QString& ending) const
{
    const QString out = folder_.file("out" + ending);
    QFile::remove(out);
    QStringList given = arguments;
    given.replaceInStrings("OUT", out);
    const Outcome outcome = cli_with({{"LC_ALL", locale}, {"LOCPATH", folder_.path()}, {"QT_HASH_SEED", "0"}},
                                     given + QStringList{"--quiet"});
    if (arguments[0] == "export") {
        const QByteArray policy = folder_.read("bundle/policy.json") + folder_.read("bundle/README.md");
        return QDir(folder_.file("bundle")).removeRecursively() ? Written{outcome, policy} : Written{outcome, {}};
    }
    return {outcome, ending.isEmpty() ? QByteArray() : folder_.read("out" + ending)};
}

QTEST_APPLESS_MAIN(TestCliLocale)
#include "tst_cli_locale.moc"
