// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>

#include "core/base/error.h"
#include "tests/app/cli/command.h"

using namespace exitscope;
using namespace exitscope::tests;

/// Usage, errors and exit codes.
class TestCli : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void helpAndVersion();
    void wrongUsage_data();
    void wrongUsage();
    void badInput_data();
    void badInput();
    void cannotWrite_data();
    void cannotWrite();
    void attachErrors_data();
    void attachErrors();
    void closedOutputIsAnError();
    void textOutputIsReadable();

private:
    [[nodiscard]] QString file(const QString& name) const { return folder_.file(name); }
    Folder folder_;
};

void TestCli::initTestCase()
{
    folder_.put_run("run.exr");
    folder_.put_run("unlabelled.exr", false);
    folder_.put("truncated.exr", folder_.read("run.exr").left(20000));
    folder_.put("text.onnx", "this is not a model\n");
    folder_.put("text.exr", "sample,label\n");
    folder_.put("empty.onnx", "");
    // magic 2051 of IDX images, 10 images of 28 x 28, and far too few bytes
    folder_.put("short-images-idx3-ubyte", QByteArray::fromHex("00000803"
                                                               "0000000a"
                                                               "0000001c"
                                                               "0000001c") +
                                               QByteArray(100, 1));
    folder_.put("short.bin", QByteArray(3073 * 2 + 17, 1));
    QByteArray labels(3073 * 2, 1);
    labels[3073] = 77;
    folder_.put("label77.bin", labels);
    QVERIFY(QDir(folder_.path()).mkdir("nothing"));
}

void TestCli::helpAndVersion()
{
    const Outcome help = cli({"--help"});
    QCOMPARE(help.code, 0);
    for (const char* verb :
         {"info", "run", "evaluate", "curve", "decide", "predictors", "plot", "report", "onnx-test"}) {
        QVERIFY(help.out.contains(verb));
        const Outcome verb_help = cli({verb, "--help"});
        QCOMPARE(verb_help.code, 0);
        QVERIFY(verb_help.out.contains("Usage"));
    }
    const Outcome version = cli({"--version"});
    QCOMPARE(version.code, 0);
    QVERIFY(version.out.startsWith("exitscope-cli "));
}

void TestCli::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("words");
    const QString run = file("run.exr");
    QTest::newRow("nothing") << QStringList{} << "subcommand";
    QTest::newRow("unknown verb") << QStringList{"frobnicate"} << "frobnicate";
    QTest::newRow("unknown option") << QStringList{"curve", run, "--colour", "red"} << "--colour";
    QTest::newRow("no model") << QStringList{"info"} << "MODEL";
    QTest::newRow("no budget") << QStringList{"decide", run, "--policy", "quee"} << "--budget";
    QTest::newRow("budget in words") << QStringList{"decide", run, "--budget", "cheap"} << "cheap";
    QTest::newRow("budget without its sign") << QStringList{"decide", run, "--budget", "30"} << "did you mean 30 %?";
    QTest::newRow("budget with a comma") << QStringList{"decide", run, "--budget", "0,3"} << "write 0.3";
    QTest::newRow("negative budget") << QStringList{"decide", run, "--budget=-5%"} << "above 0";
    QTest::newRow("budget and thresholds") << QStringList{"decide", run, "--budget", "30%", "--thresholds", "0.9,0.9"}
                                           << "either --budget or --thresholds";
    QTest::newRow("too few thresholds") << QStringList{"decide", run, "--thresholds", "0.9"}
                                        << "2 exits before the last";
    QTest::newRow("threshold in words") << QStringList{"decide", run, "--thresholds", "0.9,high"} << "high";
    QTest::newRow("unknown statistic") << QStringList{"curve", run, "--thresholds", "0.9,0.9", "--statistic", "luck"}
                                       << "entropy";
    QTest::newRow("budget of nothing") << QStringList{"decide", run, "--budget", "0"} << "--budget";
    QTest::newRow("unknown policy") << QStringList{"decide", run, "--policy", "magic", "--budget", "0.5"} << "quee";
    QTest::newRow("unknown cost") << QStringList{"curve", run, "--cost", "euros"} << "euros";
    QTest::newRow("precision") << QStringList{"run", "m.onnx", "--data", "d", "--precision", "w9a9"} << "w9a9";
    QTest::newRow("schedule") << QStringList{"evaluate", "m.onnx", "-o", "x.exr"} << "";
    QTest::newRow("adaptive budget") << QStringList{"adaptive", "m.onnx", run, "--budget", "cheap"} << "cheap";
    QTest::newRow("plot kind") << QStringList{"plot", run, "--kind", "pie", "-o", file("p.png")} << "pie";
    QTest::newRow("plot width") << QStringList{"plot", run, "--width", "84km", "-o", file("p.png")} << "84mm";
    QTest::newRow("report page") << QStringList{"report", run, "--page", "a0", "-o", file("r.pdf")} << "letter";
    QTest::newRow("plot ending") << QStringList{"plot", run, "-o", file("p.gif")} << ".svg";
    QTest::newRow("report ending") << QStringList{"report", run, "-o", file("r.docx")} << ".html";
}

void TestCli::wrongUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, words);
    const Outcome outcome = cli(arguments);
    // a model that does not exist is looked at first where both are wrong
    QVERIFY2(outcome.code == 1 || (arguments.contains("m.onnx") && outcome.code == 2), outcome.err.constData());
    QVERIFY(outcome.err.startsWith("exitscope: "));
    QCOMPARE(outcome.err.count('\n'), 1);
    QVERIFY2(outcome.err.contains(words.toUtf8()) || outcome.code == 2, outcome.err.constData());
    QVERIFY(outcome.out.isEmpty());
}

void TestCli::badInput_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("where");
    QTest::addColumn<int>("code");
    const auto bad = int(ErrorCode::bad_input);
    const auto row = [&](const char* name, const QStringList& arguments, const QString& where) {
        QTest::newRow(name) << arguments << where << bad;
    };
    row("missing model", {"info", file("no.onnx")}, file("no.onnx"));
    row("text as model", {"info", file("text.onnx")}, file("text.onnx"));
    row("empty model", {"info", file("empty.onnx")}, file("empty.onnx"));
    row("directory as model", {"info", folder_.path()}, folder_.path());
    row("missing run", {"curve", file("no.exr")}, file("no.exr"));
    row("text as run", {"curve", file("text.exr")}, file("text.exr"));
    row("truncated run", {"decide", file("truncated.exr"), "--budget", "0.5"}, file("truncated.exr"));
    row("tests that are not there", {"onnx-test", file("nothing")}, file("nothing"));
    row("predictors without labels", {"predictors", file("unlabelled.exr")}, file("unlabelled.exr"));
    const QString model = EXITSCOPE_TEST_DATA "/models/two_exit.onnx";
    row("missing data", {"run", model, "--data", file("no-such-data")}, "no-such-data");
    row("truncated IDX", {"run", model, "--data", file("short-images-idx3-ubyte")}, "short-images-idx3-ubyte");
    row("truncated CIFAR", {"run", model, "--data", file("short.bin")}, "short.bin");
    row("label out of range", {"run", model, "--data", file("label77.bin")}, "label77.bin");
    row("empty folder", {"run", model, "--data", file("nothing")}, "nothing");
}

void TestCli::badInput()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, where);
    QFETCH(int, code);
    const Outcome outcome = cli(arguments);
    QVERIFY2(outcome.code == code, outcome.err.constData());
    QVERIFY2(outcome.err.startsWith("exitscope: "), outcome.err.constData());
    QVERIFY2(outcome.err.contains(where.toUtf8()), outcome.err.constData());
    QCOMPARE(outcome.err.count('\n'), 1);
    QVERIFY(outcome.out.isEmpty());
}

void TestCli::cannotWrite_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("target");
    const QString run = file("run.exr");
    // permissions do not stop root: a path below a file, and a file system that takes no files
    for (const QString& target : {run + "/below", QString("/proc/exitscope"), file("no/such/folder/out")}) {
        const QByteArray name = target.right(16).toUtf8();
        QTest::newRow(("curve " + name).constData())
            << QStringList{"curve", run, "--policies", "static", "--csv", target} << target;
        // asked before the work begins, and so before the inputs are looked at
        QTest::newRow(("evaluate " + name).constData())
            << QStringList{"evaluate", "none.onnx", "--fit", "a", "--test", "b", "-o", target + ".exr"} << target;
        QTest::newRow(("plot " + name).constData())
            << QStringList{"plot", run, "--kind", "exits", "--policy", "static", "-o", target + ".png"} << target;
        QTest::newRow(("report " + name).constData())
            << QStringList{"report", run, "--policy", "static", "--policies", "static", "-o", target + ".html"}
            << target;
    }
}

void TestCli::cannotWrite()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, target);
    const Outcome outcome = cli(arguments);
    QVERIFY2(outcome.code == 4, outcome.err.constData());
    QVERIFY2(outcome.err.startsWith("exitscope: " + target.toUtf8()), outcome.err.constData());
}

void TestCli::attachErrors_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("message");
    const QString backbone = EXITSCOPE_TEST_DATA "/models/backbone_13.onnx";
    const QString data = EXITSCOPE_TEST_DATA "/arrays/splits.npz:train";
    QTest::newRow("no such head") << QStringList{backbone, "--data", data, "--head", "big"} << 1 << "no head \"big\"";
    QTest::newRow("share") << QStringList{backbone, "--data", data, "--at", "1.5"} << 1 << "between 0 and 1";
    QTest::newRow("two ways") << QStringList{backbone, "--data", data, "--at", "0.5", "--exits", "3"} << 1 << "--at";
    QTest::newRow("no cut point") << QStringList{EXITSCOPE_TEST_DATA "/models/opset_13.onnx", "--data", data} << 3
                                  << "through which everything flows";
    QTest::newRow("unknown augmentation")
        << QStringList{backbone, "--data", data, "--augment", "swirl"} << 1 << "swirl";
    QTest::newRow("cannot write") << QStringList{backbone, "--data", data, "-o", "/proc/x.onnx"} << 4 << "x.onnx";
}

void TestCli::attachErrors()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QString, message);
    if (!arguments.contains("-o"))
        arguments += {"-o", file("never.onnx")};
    const Outcome outcome = cli(QStringList{"attach"} + arguments);
    QVERIFY2(outcome.code == code, outcome.err.constData());
    QVERIFY2(outcome.err.contains(message.toUtf8()), outcome.err.constData());
    QCOMPARE(outcome.err.count('\n'), 1);
    QVERIFY(!QFile::exists(file("never.onnx")));
}

void TestCli::closedOutputIsAnError()
{
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(EXITSCOPE_CLI, {"decide", file("run.exr"), "--policy", "static", "--budget", "0.5", "--json"});
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitCode(), 4);
}

void TestCli::textOutputIsReadable()
{
    const Outcome curve = cli({"curve", file("run.exr"), "--policies", "quee,static"});
    QCOMPARE(curve.code, 0);
    QVERIFY(curve.out.contains("chosen on synthetic:fit (400 images)"));
    const Outcome decide = cli({"decide", file("run.exr"), "--budget", "0.4"});
    QVERIFY(decide.out.contains("accuracy"));
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
