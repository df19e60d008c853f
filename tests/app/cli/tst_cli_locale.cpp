// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
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
    [[nodiscard]] Written written(const QString& locale, const QStringList& arguments, const QString& ending) const;

    Folder folder_;
};

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
        if (arguments[0] != "run")  // which prints seconds
            QCOMPARE(other.outcome.out, plain.outcome.out);
        QCOMPARE(other.file, plain.file);
    }
    QVERIFY2(plain.outcome.code >= 0 &&
                 (!plain.outcome.out.isEmpty() || !plain.outcome.err.isEmpty() || !plain.file.isEmpty()),
             plain.outcome.err.constData());
}

TestCliLocale::Written TestCliLocale::written(const QString& locale, const QStringList& arguments,
                                              const QString& ending) const
{
    const QString out = folder_.file("out" + ending);
    QFile::remove(out);
    QStringList given = arguments;
    given.replaceInStrings("OUT", out);
    const Outcome outcome = cli_with({{"LC_ALL", locale}, {"LOCPATH", folder_.path()}}, given + QStringList{"--quiet"});
    return {outcome, ending.isEmpty() ? QByteArray() : folder_.read("out" + ending)};
}

QTEST_APPLESS_MAIN(TestCliLocale)
#include "tst_cli_locale.moc"
