// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <filesystem>
#include <memory>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "core/analysis/run/run_file.h"
#include "tests/support/external_data.h"
#include "tests/support/synthetic_run.h"
#include "tests/support/terminal.h"

using namespace exitscope;

namespace {

struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Outcome cli(const QStringList& arguments, const QString& instructions = {})
{
    QProcess process;
    if (!instructions.isEmpty()) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("ONEDNN_MAX_CPU_ISA", instructions);
        process.setProcessEnvironment(environment);
    }
    process.start(EXITSCOPE_CLI, arguments);
    process.waitForFinished(-1);
    Outcome outcome;
    outcome.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    outcome.out = process.readAllStandardOutput();
    outcome.err = process.readAllStandardError();
    return outcome;
}

QStringList sorted_keys(const QJsonObject& object)
{
    QStringList keys = object.keys();
    keys.sort();
    return keys;
}

}  // namespace

/// The built program as a user runs it.
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
    void curveJsonAndCsv();
    void decideJsonAndCsv();
    void decideOnlyWhatMatches();
    void predictorsJson();
    void onnxTestJson();
    void sameSeedSameOutput();
    void unlabelledTestSplit();
    void plots_data();
    void plots();
    void reportIsOneFile();
    void textOutputIsReadable();
    void closedOutputIsAnError();
    void quantizedFileRunsItsOwnIntegers();
    void conditionalFileShowsItsRule();
    void sameBitsOnEveryMachine_data();
    void sameBitsOnEveryMachine();
    void runsARealModel();
    void evaluatesARealModel();
    void attachesExits();
    void attachErrors_data();
    void attachErrors();
    void interruptLeavesNothing();

private:
    [[nodiscard]] QString file(const QString& name) const { return directory_->path() + "/" + name; }
    void put(const QString& name, const QByteArray& bytes) const;
    [[nodiscard]] QJsonObject json(const QStringList& arguments) const;
    std::unique_ptr<QTemporaryDir> directory_;
};

void TestCli::put(const QString& name, const QByteArray& bytes) const
{
    QFile out(file(name));
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(bytes);
}

QJsonObject TestCli::json(const QStringList& arguments) const
{
    const Outcome outcome = cli(arguments + QStringList{"--json", "--quiet"});
    if (outcome.code != 0 || outcome.out.count('\n') != 1)
        qWarning("%d %s %s", outcome.code, outcome.out.constData(), outcome.err.constData());
    return QJsonDocument::fromJson(outcome.out).object();
}

void TestCli::initTestCase()
{
    directory_ = std::make_unique<QTemporaryDir>();
    tests::SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 400;
    options.test_samples = 600;
    QVERIFY(run::save(*tests::synthetic_run(options), file("run.exr").toStdString()));
    options.labelled_test = false;
    QVERIFY(run::save(*tests::synthetic_run(options), file("unlabelled.exr").toStdString()));
    QFile whole(file("run.exr"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    put("truncated.exr", whole.readAll().left(20000));
    put("text.onnx", "this is not a model\n");
    put("text.exr", "sample,label\n");
    put("empty.onnx", "");
    // magic 2051 of IDX images, 10 images of 28 x 28, and far too few bytes
    put("short-images-idx3-ubyte", QByteArray::fromHex("00000803"
                                                       "0000000a"
                                                       "0000001c"
                                                       "0000001c") +
                                       QByteArray(100, 1));
    put("short.bin", QByteArray(3073 * 2 + 17, 1));
    QByteArray labels(3073 * 2, 1);
    labels[3073] = 77;
    put("label77.bin", labels);
    QVERIFY(QDir(directory_->path()).mkdir("nothing"));
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
    row("directory as model", {"info", directory_->path()}, directory_->path());
    row("missing run", {"curve", file("no.exr")}, file("no.exr"));
    row("text as run", {"curve", file("text.exr")}, file("text.exr"));
    row("truncated run", {"decide", file("truncated.exr"), "--budget", "0.5"}, file("truncated.exr"));
    row("tests that are not there", {"onnx-test", file("nothing")}, file("nothing"));
    row("predictors without labels", {"predictors", file("unlabelled.exr")}, file("unlabelled.exr"));
    const QString model = file("text.onnx");
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

void TestCli::curveJsonAndCsv()
{
    const QJsonObject object =
        json({"curve", file("run.exr"), "--policies", "quee,confidence,static-hull", "--csv", file("curve.csv")});
    QCOMPARE(sorted_keys(object), QStringList({"cost", "full", "policies", "reference_cost"}));
    QCOMPARE(object["cost"].toString(), QString("bops"));
    QVERIFY(object["reference_cost"].toDouble() > 0);
    QCOMPARE(sorted_keys(object["full"].toObject()), QStringList({"accuracy", "relative_cost"}));
    const QJsonArray policies = object["policies"].toArray();
    QCOMPARE(policies.size(), 3);
    QCOMPARE(policies[0].toObject()["name"].toString(), QString("quee"));
    qsizetype points = 0;
    for (const auto policy : policies) {
        QCOMPARE(sorted_keys(policy.toObject()), QStringList({"area", "name", "points", "summary"}));
        for (const auto value : policy.toObject()["points"].toArray()) {
            const QJsonObject point = value.toObject();
            QCOMPARE(sorted_keys(point),
                     QStringList({"accuracy", "accuracy_high", "accuracy_low", "budget", "knob", "relative_cost"}));
            QVERIFY(point["accuracy_low"].toDouble() <= point["accuracy"].toDouble());
            QVERIFY(point["accuracy"].toDouble() <= point["accuracy_high"].toDouble());
            ++points;
        }
    }
    QFile csv(file("curve.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = csv.readAll().trimmed().split('\n');
    QCOMPARE(lines[0], QByteArray("policy,knob,budget,relative_cost,accuracy,accuracy_low,accuracy_high"));
    QCOMPARE(lines.size(), points + 1);
    const QJsonObject first = policies[0].toObject()["points"].toArray()[0].toObject();
    QCOMPARE(lines[1].split(',')[4].toDouble(), first["accuracy"].toDouble());
}

void TestCli::decideOnlyWhatMatches()
{
    const QStringList decide = {"decide", file("run.exr"), "--policy", "composite", "--budget", "40%"};
    const auto rows = [&](const QStringList& more, QJsonObject& object) {
        object = json(decide + more + QStringList{"--csv", file("where.csv")});
        QFile csv(file("where.csv"));
        return csv.open(QIODevice::ReadOnly) ? csv.readAll().trimmed().split('\n').mid(1) : QList<QByteArray>();
    };
    QJsonObject whole;
    QJsonObject object;
    const QList<QByteArray> all = rows({}, whole);
    const QString where = "exit=2 (wrong or predicted_error>20%)";
    const QList<QByteArray> some = rows({"--where", where}, object);
    QList<QByteArray> wanted;
    double right = 0;
    for (const QByteArray& line : all) {
        const QList<QByteArray> cells = line.split(',');
        if (cells[4] == "1" && (cells[3] == "0" || cells[7].toFloat() > 0.2F)) {
            wanted << line;
            right += cells[3].toDouble();
        }
    }
    QVERIFY(!wanted.isEmpty() && wanted.size() < all.size());
    QCOMPARE(some, wanted);
    QCOMPARE(object["where"].toString(), where);
    QCOMPARE(object["samples"].toInt(), int(wanted.size()));
    QCOMPARE(object["accuracy"].toDouble(), right / double(wanted.size()));
    QCOMPARE(object["exits"].toArray()[1].toDouble(), 1.0);
    QVERIFY(cli(decide + QStringList{"--where", where}).out.contains(" of 600 images"));
    QVERIFY(json(decide + QStringList{"--where", "index>600"})["accuracy"].isNull());
    const Outcome wrong = cli(decide + QStringList{"--where", "exit=2 clas:cat"});
    QCOMPARE(wrong.code, 1);
    QVERIFY2(wrong.err.contains("--where, character 8: there is no field \"clas\""), wrong.err);
}

void TestCli::decideJsonAndCsv()
{
    const QJsonObject object =
        json({"decide", file("run.exr"), "--policy", "composite", "--budget", "40%", "--csv", file("decide.csv")});
    QCOMPARE(sorted_keys(object),
             QStringList({"accuracy", "budget", "exits", "knob", "policy", "precisions", "relative_cost", "samples"}));
    QCOMPARE(object["policy"].toString(), QString("composite"));
    QCOMPARE(object["budget"].toDouble(), 0.4);
    QCOMPARE(object["samples"].toInt(), 600);
    QFile csv(file("decide.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = csv.readAll().trimmed().split('\n');
    QCOMPARE(lines[0], QByteArray("sample,label,prediction,correct,exit,path,relative_cost,predicted_error"));
    QCOMPARE(lines.size(), 601);
    // the table and the summary must tell the same story
    double right = 0;
    double cost = 0;
    QList<double> exits(3, 0.0);
    QMap<QString, double> precisions;
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const QList<QByteArray> cells = lines[i].split(',');
        QCOMPARE(cells.size(), 8);
        QCOMPARE(cells[3] == "1", cells[1] == cells[2]);
        right += cells[3].toDouble();
        exits[cells[4].toInt()] += 1;
        precisions[cells[5].split('-').last()] += 1;
        cost += cells[6].toDouble();
        QVERIFY(cells[7].toDouble() >= 0 && cells[7].toDouble() <= 1);
    }
    QCOMPARE(object["accuracy"].toDouble(), right / 600);
    QVERIFY(std::abs(object["relative_cost"].toDouble() - cost / 600) < 1e-9);
    for (qsizetype e = 0; e < 3; ++e)
        QVERIFY(std::abs(object["exits"].toArray()[e].toDouble() - exits[e] / 600) < 1e-9);
    for (const QString precision : {"w4a4", "w8a8"})
        QVERIFY(std::abs(object["precisions"].toObject()[precision].toDouble() - precisions[precision] / 600) < 1e-9);
}

void TestCli::predictorsJson()
{
    const QJsonObject object = json({"predictors", file("run.exr")});
    QCOMPARE(sorted_keys(object), QStringList({"gates", "pooled"}));
    QCOMPARE(sorted_keys(object["pooled"].toObject()), QStringList({"auroc", "brier", "ece", "log_loss"}));
    QVERIFY(object["pooled"].toObject()["auroc"].toDouble() > 0.6);
    const QJsonArray gates = object["gates"].toArray();
    QCOMPARE(gates.size(), 2 + 4 + 8);
    const QJsonObject gate = gates[0].toObject();
    QCOMPARE(sorted_keys(gate), QStringList({"state", "terminals"}));
    const QJsonObject terminal = gate["terminals"].toArray()[0].toObject();
    QCOMPARE(sorted_keys(terminal), QStringList({"auroc", "brier", "ece", "state"}));
    QCOMPARE(terminal["state"], gate["state"]);

    const QJsonObject more = json({"predictors", file("run.exr"), "--intervals"});
    QCOMPARE(sorted_keys(more), QStringList({"gates", "pooled", "self"}));
    for (const char* key : {"pooled", "self"}) {
        const QJsonObject quality = more[key].toObject();
        const QJsonArray interval = quality["auroc_interval"].toArray();
        QVERIFY(interval[0].toDouble() < quality["auroc"].toDouble());
        QVERIFY(interval[1].toDouble() > quality["auroc"].toDouble());
        QVERIFY(quality["ece_width"].toDouble() > 0);
    }
    QVERIFY(more["gates"].toArray()[0].toObject()["best_statistic"].toObject()["auroc"].toDouble() > 0.6);
}

void TestCli::onnxTestJson()
{
    // A model without test data fails; the program says so in its exit code, after the whole table.
    QVERIFY(QDir(directory_->path()).mkpath("backend/test_alone"));
    QVERIFY(QFile::copy(EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx", file("backend/test_alone/model.onnx")));
    const Outcome outcome = cli({"onnx-test", file("backend"), "--json"});
    QCOMPARE(outcome.code, int(ErrorCode::bad_input));
    const QJsonObject object = QJsonDocument::fromJson(outcome.out).object();
    QCOMPARE(sorted_keys(object), QStringList({"failed", "passed", "tests", "unsupported"}));
    QCOMPARE(object["failed"].toInt(), 1);
    const QJsonObject test = object["tests"].toArray()[0].toObject();
    QCOMPARE(sorted_keys(test), QStringList({"name", "reason", "status"}));
    QCOMPARE(test["name"].toString(), QString("test_alone"));
    QCOMPARE(test["status"].toString(), QString("failed"));
    QVERIFY(!test["reason"].toString().isEmpty());
}

void TestCli::sameSeedSameOutput()
{
    const QStringList arguments = {"decide", file("run.exr"), "--budget", "0.35", "--json", "--csv"};
    QCOMPARE(cli(arguments + QStringList{file("a.csv"), "--threads", "1"}).out,
             cli(arguments + QStringList{file("b.csv"), "--threads", "2"}).out);
    QFile a(file("a.csv"));
    QFile b(file("b.csv"));
    QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
    QCOMPARE(a.readAll(), b.readAll());
}

void TestCli::unlabelledTestSplit()
{
    const QJsonObject decided = json({"decide", file("unlabelled.exr"), "--budget", "0.5", "--csv", file("u.csv")});
    QVERIFY(decided["accuracy"].isNull());
    QVERIFY(decided["relative_cost"].toDouble() > 0);
    QFile csv(file("u.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll().split('\n')[1].split(',')[1], QByteArray());
    QVERIFY(json({"curve", file("unlabelled.exr"), "--policies", "quee"})["full"].toObject()["accuracy"].isNull());
    QCOMPARE(cli({"report", file("unlabelled.exr"), "-o", file("u.html"), "--policies", "quee"}).code, 0);
}

void TestCli::plots_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("trade-off") << "trade-off";
    QTest::newRow("reliability") << "reliability";
    QTest::newRow("exits") << "exits";
}

void TestCli::plots()
{
    QFETCH(QString, kind);
    for (const QString ending : {"png", "svg", "pdf"}) {
        const QString path = file(kind + "." + ending);
        const Outcome outcome = cli({"plot", file("run.exr"), "--kind", kind, "--policies", "quee,confidence",
                                     "--width", "600", "--height", "400", "--dpi", "96", "-o", path});
        QVERIFY2(outcome.code == 0 && outcome.err.isEmpty(), outcome.err.constData());
        QVERIFY(QFileInfo(path).size() > 2000);
    }
    const Outcome numbers = cli({"plot", file("run.exr"), "--kind", kind, "-o", file(kind + ".csv")});
    QVERIFY2(numbers.code == 0, numbers.err.constData());
    QVERIFY(QFileInfo(file(kind + ".csv")).size() > 100);
    const Outcome paper = cli({"plot", file("run.exr"), "--kind", kind, "--style", "paper", "--width", "84mm",
                               "--font-size", "8", "-o", file("paper.pdf")});
    QVERIFY2(paper.code == 0, paper.err.constData());
    const QImage image(file(kind + ".png"));
    QCOMPARE(image.size(), QSize(600, 400));
    int blue = 0;  // of the theme's first colour: QuEE's curve, right answers, the reliability line
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            blue += image.pixelColor(x, y) == QColor("#0072b2") ? 1 : 0;
    QVERIFY2(blue > 50, qPrintable(QString::number(blue)));
}

void TestCli::reportIsOneFile()
{
    const Outcome outcome = cli({"report", file("run.exr"), "--budget", "0.4", "-o", file("report.html")});
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    QFile html(file("report.html"));
    QVERIFY(html.open(QIODevice::ReadOnly));
    const QByteArray text = html.readAll();
    QVERIFY(text.size() < 3000000);
    QCOMPARE(text.count("<svg"), 10);  // five figures, light and dark
    for (const char* section : {"trade-off", "operating-point", "predicted-error", "quantization", "guarantee",
                                "images", "what-was-run", "method-notes"})
        QVERIFY2(text.contains("id=\"" + QByteArray(section) + "\""), section);
    QVERIFY(!text.contains("<script"));
    QVERIFY(!text.contains(QByteArray("src=\"http")));
    for (const char* words :
         {"QuEE", "Operating point", "arXiv 2406.14404", "Predicted against actual", "synthetic.onnx"})
        QVERIFY2(text.contains(words), words);
    for (const char* paper : {"a4", "letter"}) {
        const Outcome printed =
            cli({"report", file("run.exr"), "--budget", "0.4", "--page", paper, "-o", file("report.pdf")});
        QVERIFY2(printed.code == 0, printed.err.constData());
        QFile pdf(file("report.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        const QByteArray bytes = pdf.readAll();
        QVERIFY(bytes.startsWith("%PDF") && bytes.size() < 3000000);
        QVERIFY(bytes.contains(QByteArray(paper) == "a4" ? "/MediaBox [0 0 595." : "/MediaBox [0 0 612."));
    }
}

void TestCli::textOutputIsReadable()
{
    const Outcome curve = cli({"curve", file("run.exr"), "--policies", "quee,static"});
    QCOMPARE(curve.code, 0);
    QVERIFY(curve.out.contains("chosen on synthetic:fit (400 images)"));
    const Outcome decide = cli({"decide", file("run.exr"), "--budget", "0.4"});
    QVERIFY(decide.out.contains("accuracy"));
}

void TestCli::closedOutputIsAnError()
{
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(EXITSCOPE_CLI, {"decide", file("run.exr"), "--policy", "static", "--budget", "0.5", "--json"});
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitCode(), 4);
}

void TestCli::quantizedFileRunsItsOwnIntegers()
{
    const QString data = EXITSCOPE_TEST_DATA "/quantized/";
    const QJsonObject own = json({"info", data + "qdq_u8s8.onnx"})["quantization"].toObject();
    QCOMPARE(sorted_keys(own), QStringList({"float_layers", "form", "integer_layers"}));
    QCOMPARE(own["form"].toString(), QString("QDQ"));
    QCOMPARE(own["integer_layers"].toInt(), 7);
    const QJsonObject mixed = json({"info", data + "qdq_asymmetric.onnx"})["quantization"].toObject();
    const QJsonObject layer = mixed["float_layers"].toArray()[0].toObject();
    QCOMPARE(sorted_keys(layer), QStringList({"node", "operator", "reason"}));
    const QStringList run = {"run", data + "qdq_u8s8.onnx", "--data", data + "images.npy"};
    QCOMPARE(json(run)["precision"].toString(), QString("w8a8"));
    QCOMPARE(json(run + QStringList{"--precision", "fp32"})["precision"].toString(), QString("fp32"));
}

void TestCli::conditionalFileShowsItsRule()
{
    const QString data = EXITSCOPE_TEST_DATA "/models/";
    const QJsonArray exits = json({"info", data + "if_nested.onnx"})["exits"].toArray();
    QCOMPARE(exits.size(), 3);
    const QJsonObject rule = exits[0].toObject()["rule"].toObject();
    QCOMPARE(rule["measure"].toString(), QString("confidence"));
    QVERIFY(std::abs(rule["threshold"].toDouble() - 0.41) < 1e-6);
    QVERIFY(!exits[2].toObject().contains("rule"));
    const QJsonObject own =
        json({"run", data + "if_nested.onnx", "--data", data + "if_images.npy"})["own_rule"].toObject();
    double shares = 0;
    for (const auto& share : own["exits"].toArray())
        shares += share.toDouble();
    QVERIFY(std::abs(shares - 1) < 1e-9);
    QVERIFY(own["accuracy"].isNull());
}

void TestCli::sameBitsOnEveryMachine_data()
{
    QTest::addColumn<QString>("precision");
    QTest::addColumn<QStringList>("instructions");
    QTest::newRow("fp32") << "fp32" << QStringList{""};
    QTest::newRow("w8a8") << "w8a8" << QStringList{"", "AVX512_CORE", "AVX2", "SSE41"};
    QTest::newRow("w4a4") << "w4a4" << QStringList{"", "AVX2"};
}

/// Integers, calibration included, on what older machines have; floats for any number of threads.
void TestCli::sameBitsOnEveryMachine()
{
    QFETCH(QString, precision);
    QFETCH(QStringList, instructions);
    const auto logits = [&](const QString& threads, const QString& isa) {
        const QString name = file("logits-" + threads + isa + ".npy");
        const Outcome outcome =
            cli({"run", EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx", "--data", "fashion-mnist:test", "--precision",
                 precision, "--limit", "96", "--threads", threads, "--save-logits", name, "--quiet"},
                isa);
        QFile npy(name);
        return outcome.code == 0 && npy.open(QIODevice::ReadOnly) ? npy.readAll() : outcome.err;
    };
    const QByteArray expected = logits("1", "");
    if (expected.contains("dataset-fashion-mnist"))
        QSKIP("the Debian package dataset-fashion-mnist is not installed");
    QVERIFY2(expected.startsWith("\x93NUMPY"), expected.constData());
    for (const QString& isa : instructions) {
        QVERIFY2(logits("2", isa) == expected, qPrintable("2 threads, " + isa));
        QVERIFY2(logits("1", isa) == expected, qPrintable("1 thread, " + isa));
    }
}

void TestCli::runsARealModel()
{
    const auto data = tests::external_data();
    if (!data)
        QSKIP("no external data: set EXITSCOPE_DATA");
    const QString model = QString::fromStdString((*data / "models/cifar10_resnet38_7exits.onnx").string());
    const QString images = QString::fromStdString((*data / "cifar-10-batches-bin:test").string());
    const QJsonObject info = json({"info", model});
    QCOMPARE(sorted_keys(info), QStringList({"candidates", "exits", "inputs", "operators", "unsupported"}));
    QCOMPARE(info["exits"].toArray().size(), 7);
    QCOMPARE(sorted_keys(info["exits"].toArray()[0].toObject()),
             QStringList({"cumulative_macs", "index", "macs", "name", "params"}));
    const QJsonObject ran =
        json({"run", model, "--data", images, "--limit", "64", "--save-logits", file("logits.npy")});
    QCOMPARE(sorted_keys(ran),
             QStringList({"exits", "images_per_second", "precision", "samples", "seconds", "threads"}));
    QCOMPARE(ran["samples"].toInt(), 64);
    QVERIFY(ran["exits"].toArray()[6].toObject()["accuracy"].toDouble() > 0.7);
    QFile npy(file("logits.npy"));
    QVERIFY(npy.open(QIODevice::ReadOnly));
    const QByteArray bytes = npy.readAll();
    QVERIFY(bytes.startsWith("\x93NUMPY"));
    QVERIFY(bytes.contains("'shape': (7, 64, 10, )"));
    const qsizetype header = 10 + static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]);
    QCOMPARE(header % 64, 0);
    QCOMPARE(bytes.size(), header + 7 * 64 * 10 * 4);

    QFile whole(model);
    QVERIFY(whole.open(QIODevice::ReadOnly));
    put("cut.onnx", whole.read(whole.size() / 2));
    const Outcome cut = cli({"info", file("cut.onnx")});
    QVERIFY2(cut.code == 2 && cut.err.contains("cut.onnx"), cut.err.constData());

    const QString digits = QString::fromStdString((*data / "mnist").string());
    const Outcome refused = cli({"run", EXITSCOPE_TEST_DATA "/models/if_data.onnx", "--data", digits, "--limit", "1"});
    QVERIFY2(refused.code == 3, refused.err.constData());
    QVERIFY2(refused.err.contains("If"), refused.err.constData());
    const Outcome wrong_size = cli({"run", model, "--data", digits, "--limit", "1"});
    QVERIFY2(wrong_size.code == 2, wrong_size.err.constData());
}

void TestCli::evaluatesARealModel()
{
    const auto data = tests::external_data();
    if (!data)
        QSKIP("no external data: set EXITSCOPE_DATA");
    const QString model = QString::fromStdString((*data / "models/cifar10_resnet38_7exits.onnx").string());
    const QString images = QString::fromStdString((*data / "cifar-10-batches-bin:test").string());
    const QStringList common = {"evaluate",   model,     "--data",       images,
                                "--limit",    "60",      "--precisions", "w8a8",
                                "--schedule", "uniform", "--no-latency", "--calibration-samples",
                                "16"};
    const QJsonObject object = json(common + QStringList{"-o", file("real.exr")});
    QCOMPARE(sorted_keys(object), QStringList({"fit_samples", "full", "images_per_second", "precisions", "seconds",
                                               "stages", "states", "test_samples"}));
    QCOMPARE(object["states"].toInt(), 7);
    QCOMPARE(object["fit_samples"].toInt(), 30);
    QCOMPARE(sorted_keys(object["full"].toObject()), QStringList({"accuracy", "cost"}));
    QCOMPARE(json({"decide", file("real.exr"), "--policy", "confidence", "--budget", "0.6"})["samples"].toInt(), 30);

    const QStringList adaptive = {"adaptive", model, file("real.exr"), "--policy", "confidence", "--budget", "0.6"};
    const QJsonObject ran = json(adaptive);
    QCOMPARE(sorted_keys(ran), QStringList({"accuracy", "agreement", "batch", "budget", "images_per_second",
                                            "latency_ms", "policy", "relative_cost", "threads"}));
    QCOMPARE(sorted_keys(ran["latency_ms"].toObject()), QStringList({"median", "p95", "p99"}));
    QCOMPARE(ran["agreement"].toDouble(), 1.0);
    const QJsonObject decided = json({"decide", file("real.exr"), "--policy", "confidence", "--budget", "0.6"});
    QCOMPARE(ran["accuracy"], decided["accuracy"]);
    QVERIFY(qAbs(ran["relative_cost"].toDouble() - decided["relative_cost"].toDouble()) < 1e-9);
    QCOMPARE(cli({"adaptive", model, file("real.exr"), "--policy", "oracle"}).code, 1);
    QCOMPARE(cli({"adaptive", model, file("run.exr"), "--data", images}).code, 2);  // another model's run
    const QJsonObject profiled = json({"run", model, "--data", images, "--limit", "4", "--profile"});
    QCOMPARE(sorted_keys(profiled["profile"].toArray()[0].toObject()),
             QStringList({"conversion", "gops", "macs", "microseconds", "node", "operator", "part", "share", "stage"}));
    const Outcome refused = cli(common + QStringList{"-o", "/proc/real.exr"});
    QCOMPARE(refused.code, 4);
    const Outcome same = cli({"evaluate", model, "--fit", images, "--test", images, "-o", file("x.exr")});
    QCOMPARE(same.code, 1);
}

void TestCli::attachesExits()
{
    const auto data = tests::external_data();
    if (!data)
        QSKIP("no external data: set EXITSCOPE_DATA");
    const QString model = QString::fromStdString((*data / "models/cifar10_resnet20.onnx").string());
    const QString train = QString::fromStdString((*data / "cifar-10-batches-bin:train").string());
    const QStringList common = {"attach",   model,
                                "--data",   train,
                                "--limit",  "300",
                                "--at",     "0.4,0.8",
                                "--head",   "grid4",
                                "--epochs", "8",
                                "--mean",   "0.485,0.456,0.406",
                                "--std",    "0.229,0.224,0.225"};
    const QJsonObject object = json(common + QStringList{"--threads", "1", "-o", file("one.onnx")});
    QCOMPARE(sorted_keys(object), QStringList({"exits", "seconds"}));
    QCOMPARE(object["exits"].toArray().size(), 3);
    const QJsonObject first = object["exits"].toArray()[0].toObject();
    QCOMPARE(sorted_keys(first), QStringList({"accuracy_fit", "head", "index", "macs", "relative_macs", "tensor"}));
    QCOMPARE(first["head"].toString(), QString("grid4"));
    QVERIFY(first["accuracy_fit"].toDouble() > 0.2);
    QVERIFY(object["exits"].toArray()[2].toObject()["head"].isNull());
    QVERIFY(!json(common + QStringList{"--threads", "3", "-o", file("three.onnx")}).isEmpty());
    QFile one(file("one.onnx"));
    QFile three(file("three.onnx"));
    QVERIFY(one.open(QIODevice::ReadOnly) && three.open(QIODevice::ReadOnly));
    QVERIFY(one.readAll() == three.readAll());
    QCOMPARE(json({"info", file("one.onnx")})["exits"].toArray().size(), 3);

    // The backbone knows the training images by heart, and evaluate says so.
    const Outcome noted =
        cli({"evaluate", file("one.onnx"), "--fit", train, "--test",
             QString::fromStdString((*data / "cifar-10-batches-bin:test").string()), "--limit", "600", "--precisions",
             "w8a8", "--schedule", "uniform", "--no-latency", "--calibration-samples", "16", "-o", file("noted.exr")});
    QCOMPARE(noted.code, 0);
    QVERIFY2(noted.err.contains("trained on") && noted.err.contains("points too low"), noted.err.constData());
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

void TestCli::interruptLeavesNothing()
{
    const auto data = tests::external_data();
    if (!data)
        QSKIP("no external data: set EXITSCOPE_DATA");
    const QString model = QString::fromStdString((*data / "models/cifar10_resnet38_7exits.onnx").string());
    const QString images = QString::fromStdString((*data / "cifar-10-batches-bin:test").string());
    QVERIFY(QDir(directory_->path()).mkdir("interrupted"));
    QProcess process;
    tests::Terminal terminal(process);
    process.start(EXITSCOPE_CLI, {"evaluate", model, "--data", images, "-o", file("interrupted/x.exr")});
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(terminal.text().contains(" %"), 60000);  // at work
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 5);
    QVERIFY2(terminal.text().contains("cancelled"), terminal.text().constData());
    QVERIFY(QDir(file("interrupted")).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

QTEST_MAIN(TestCli)
#include "tst_cli.moc"
