// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTest>

#include "core/base/error.h"
#include "tests/app/cli/command.h"
#include "tests/support/external_data.h"
#include "tests/support/terminal.h"

using namespace exitscope;
using namespace exitscope::tests;

/// The verbs that run a network: info, run, evaluate, adaptive, attach and onnx-test.
class TestCliModel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void onnxTestJson();
    void quantizedFileRunsItsOwnIntegers();
    void outputsThatAreNoExits();
    void conditionalFileShowsItsRule();
    void sameBitsOnEveryMachine_data();
    void sameBitsOnEveryMachine();
    void runsARealModel();
    void evaluatesARealModel();
    void attachesExits();
    void interruptLeavesNothing();

private:
    [[nodiscard]] QString file(const QString& name) const { return folder_.file(name); }
    Folder folder_;
};

void TestCliModel::initTestCase()
{
    folder_.put_run("run.exr");
}

void TestCliModel::onnxTestJson()
{
    // A model without test data fails; the program says so in its exit code, after the whole table.
    QVERIFY(QDir(folder_.path()).mkpath("backend/test_alone"));
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

void TestCliModel::quantizedFileRunsItsOwnIntegers()
{
    const QString data = EXITSCOPE_TEST_DATA "/quantized/";
    const QJsonObject own = json_of({"info", data + "qdq_u8s8.onnx"})["quantization"].toObject();
    QCOMPARE(sorted_keys(own), QStringList({"float_layers", "form", "integer_layers", "precision"}));
    QCOMPARE(own["precision"].toString(), QString("w8a8"));
    QCOMPARE(own["form"].toString(), QString("QDQ"));
    QCOMPARE(own["integer_layers"].toInt(), 7);
    const QJsonObject mixed = json_of({"info", data + "qdq_asymmetric.onnx"})["quantization"].toObject();
    const QJsonObject layer = mixed["float_layers"].toArray()[0].toObject();
    QCOMPARE(sorted_keys(layer), QStringList({"node", "operator", "reason"}));
    const QStringList run = {"run", data + "qdq_u8s8.onnx", "--data", data + "images.npy"};
    QCOMPARE(json_of(run)["precision"].toString(), QString("w8a8"));
    QCOMPARE(json_of(run + QStringList{"--precision", "fp32"})["precision"].toString(), QString("fp32"));
    const QStringList low = {"run", data + "low_bits_qcdq.onnx", "--data", data + "images.npy"};
    QCOMPARE(json_of(low)["precision"].toString(), QString("w4a4"));
    QVERIFY(json_of(low)["notices"].toArray().isEmpty());
    const QJsonArray again = json_of(low + QStringList{"--precision", "w8a8"})["notices"].toArray();
    QCOMPARE(again.size(), 1);
    QCOMPARE(again[0].toObject()["code"].toString(), QString("quantized-again"));
}

/// A file with a feature, answers and probabilities beside its exits, which it hands out last first.
void TestCliModel::outputsThatAreNoExits()
{
    const QString data = EXITSCOPE_TEST_DATA "/models/";
    const QJsonObject info = json_of({"info", data + "outputs.onnx"});
    QStringList exits;
    for (const auto& exit : info["exits"].toArray())
        exits << exit.toObject()["name"].toString() + " " + exit.toObject()["holds"].toString();
    QCOMPARE(exits, QStringList({"early logits", "late logits"}));
    QStringList reasons;
    for (const auto& output : info["outputs"].toArray())
        reasons << output.toObject()["name"].toString() + ": " + output.toObject()["reason"].toString();
    QCOMPARE(reasons, QStringList({"p: is the same exit as 'late', computed from the same scores",
                                   "late: ", "answer: holds integers, not a score for every class",
                                   "f: is a feature that 'early' is computed from", "early: "}));
    QCOMPARE(info["notices"].toArray()[0].toObject()["code"].toString(), QString("outputs-left-out"));
    const QStringList run = {"run", data + "outputs.onnx", "--data", data + "if_images.npy"};
    QCOMPARE(json_of(run)["exits"].toArray().size(), 2);
    const QJsonObject named = json_of(run + QStringList{"--exits", "p"});
    QCOMPARE(named["exits"].toArray().size(), 1);
    QVERIFY(named["notices"].toArray().isEmpty());
    const Outcome unknown = cli(run + QStringList{"--exits", "early,lat"});
    QCOMPARE(unknown.code, int(ErrorCode::usage));
    QVERIFY2(unknown.err.contains("has no output 'lat'; its outputs are 'p', 'late', 'answer', 'f', 'early'"),
             unknown.err);
    QCOMPARE(cli({"info", data + "outputs.onnx", "--strict"}).code, int(ErrorCode::usage));
}

void TestCliModel::conditionalFileShowsItsRule()
{
    const QString data = EXITSCOPE_TEST_DATA "/models/";
    const QJsonArray exits = json_of({"info", data + "if_nested.onnx"})["exits"].toArray();
    QCOMPARE(exits.size(), 3);
    const QJsonObject rule = exits[0].toObject()["rule"].toObject();
    QCOMPARE(rule["measure"].toString(), QString("confidence"));
    QVERIFY(std::abs(rule["threshold"].toDouble() - 0.41) < 1e-6);
    QVERIFY(!exits[2].toObject().contains("rule"));
    const QJsonObject own =
        json_of({"run", data + "if_nested.onnx", "--data", data + "if_images.npy"})["own_rule"].toObject();
    double shares = 0;
    for (const auto& share : own["exits"].toArray())
        shares += share.toDouble();
    QVERIFY(std::abs(shares - 1) < 1e-9);
    QVERIFY(own["accuracy"].isNull());
}

void TestCliModel::sameBitsOnEveryMachine_data()
{
    QTest::addColumn<QString>("precision");
    QTest::addColumn<QStringList>("instructions");
    QTest::newRow("fp32") << "fp32" << QStringList{""};
    QTest::newRow("w8a8 nearest") << "w8a8" << QStringList{"", "AVX512_CORE", "AVX2", "SSE41"};
    QTest::newRow("w4a4") << "w4a4" << QStringList{"AVX2"};
}

void TestCliModel::sameBitsOnEveryMachine()
{
    QFETCH(QString, precision);
    QFETCH(QStringList, instructions);
    const bool nearest = QByteArray(QTest::currentDataTag()).endsWith("nearest");
    const QStringList method = nearest ? QStringList{"--weights", "nearest"} : QStringList{};
    const auto logits = [&](const QString& threads, const QString& isa) {
        const QString name = file("logits-" + threads + isa + ".npy");
        const QStringList run = {"run",           EXITSCOPE_SAMPLES "/fashion_mnist/model.onnx",
                                 "--data",        "fashion-mnist:test",
                                 "--precision",   precision,
                                 "--limit",       "96",
                                 "--threads",     threads,
                                 "--save-logits", name,
                                 "--quiet"};
        const Outcome outcome = cli(run + method, isa);
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

void TestCliModel::runsARealModel()
{
    const auto data = tests::external_data();
    if (!data)
        QSKIP("no external data: set EXITSCOPE_DATA");
    const QString model = QString::fromStdString((*data / "models/cifar10_resnet38_7exits.onnx").string());
    const QString images = QString::fromStdString((*data / "cifar-10-batches-bin:test").string());
    const QJsonObject info = json_of({"info", model});
    QCOMPARE(sorted_keys(info), QStringList({"candidates", "exits", "inputs", "operators", "outputs", "unsupported"}));
    QCOMPARE(info["exits"].toArray().size(), 7);
    QCOMPARE(sorted_keys(info["exits"].toArray()[0].toObject()),
             QStringList({"cumulative_macs", "holds", "index", "macs", "name", "params"}));
    const QJsonObject ran =
        json_of({"run", model, "--data", images, "--limit", "64", "--save-logits", file("logits.npy")});
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
    folder_.put("cut.onnx", whole.read(whole.size() / 2));
    const Outcome cut = cli({"info", file("cut.onnx")});
    QVERIFY2(cut.code == 2 && cut.err.contains("cut.onnx"), cut.err.constData());

    const QString digits = QString::fromStdString((*data / "mnist").string());
    const Outcome refused =
        cli({"run", EXITSCOPE_TEST_DATA "/models/unsupported.onnx", "--data", digits, "--limit", "1"});
    QVERIFY2(refused.code == 3, refused.err.constData());
    QVERIFY2(refused.err.contains("If"), refused.err.constData());
    const Outcome wrong_size = cli({"run", model, "--data", digits, "--limit", "1"});
    QVERIFY2(wrong_size.code == 2, wrong_size.err.constData());
}

void TestCliModel::evaluatesARealModel()
{
    const auto data = tests::external_data();
    if (!data)
        QSKIP("no external data: set EXITSCOPE_DATA");
    const QString model = QString::fromStdString((*data / "models/cifar10_resnet38_7exits.onnx").string());
    const QString images = QString::fromStdString((*data / "cifar-10-batches-bin:test").string());
    const QStringList common = {"evaluate",   model,       "--data",       images,
                                "--limit",    "60",        "--precisions", "w8a8",
                                "--schedule", "uniform",   "--no-latency", "--calibration-samples",
                                "16",         "--weights", "nearest"};
    const QJsonObject object = json_of(common + QStringList{"-o", file("real.exr")});
    QCOMPARE(sorted_keys(object), QStringList({"fit_samples", "full", "images_per_second", "precisions", "seconds",
                                               "stages", "states", "test_samples"}));
    QCOMPARE(object["states"].toInt(), 7);
    QCOMPARE(object["fit_samples"].toInt(), 30);
    QCOMPARE(sorted_keys(object["full"].toObject()), QStringList({"accuracy", "cost"}));
    QCOMPARE(json_of({"decide", file("real.exr"), "--policy", "confidence", "--budget", "0.6"})["samples"].toInt(), 30);

    const QStringList adaptive = {"adaptive", model, file("real.exr"), "--policy", "confidence", "--budget", "0.6"};
    const QJsonObject ran = json_of(adaptive);
    QCOMPARE(sorted_keys(ran), QStringList({"accuracy", "agreement", "batch", "budget", "images_per_second",
                                            "latency_ms", "policy", "relative_cost", "threads"}));
    QCOMPARE(sorted_keys(ran["latency_ms"].toObject()), QStringList({"median", "p95", "p99"}));
    QCOMPARE(ran["agreement"].toDouble(), 1.0);
    const QJsonObject decided = json_of({"decide", file("real.exr"), "--policy", "confidence", "--budget", "0.6"});
    QCOMPARE(ran["accuracy"], decided["accuracy"]);
    QVERIFY(qAbs(ran["relative_cost"].toDouble() - decided["relative_cost"].toDouble()) < 1e-9);
    QCOMPARE(cli({"adaptive", model, file("real.exr"), "--policy", "oracle"}).code, 1);
    QCOMPARE(cli({"adaptive", model, file("run.exr"), "--data", images}).code, 2);  // another model's run
    const QJsonObject profiled = json_of({"run", model, "--data", images, "--limit", "4", "--profile"});
    QCOMPARE(sorted_keys(profiled["profile"].toArray()[0].toObject()),
             QStringList({"conversion", "gops", "macs", "microseconds", "node", "operator", "part", "share", "stage"}));
    const Outcome refused = cli(common + QStringList{"-o", "/proc/real.exr"});
    QCOMPARE(refused.code, 4);
    const Outcome same = cli({"evaluate", model, "--fit", images, "--test", images, "-o", file("x.exr")});
    QCOMPARE(same.code, 1);
}

void TestCliModel::attachesExits()
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
    const QJsonObject object = json_of(common + QStringList{"--threads", "1", "-o", file("one.onnx")});
    QCOMPARE(sorted_keys(object), QStringList({"exits", "seconds"}));
    QCOMPARE(object["exits"].toArray().size(), 3);
    const QJsonObject first = object["exits"].toArray()[0].toObject();
    QCOMPARE(sorted_keys(first), QStringList({"accuracy_fit", "head", "index", "macs", "relative_macs", "tensor"}));
    QCOMPARE(first["head"].toString(), QString("grid4"));
    QVERIFY(first["accuracy_fit"].toDouble() > 0.2);
    QVERIFY(object["exits"].toArray()[2].toObject()["head"].isNull());
    QVERIFY(!json_of(common + QStringList{"--threads", "3", "-o", file("three.onnx")}).isEmpty());
    QFile one(file("one.onnx"));
    QFile three(file("three.onnx"));
    QVERIFY(one.open(QIODevice::ReadOnly) && three.open(QIODevice::ReadOnly));
    QVERIFY(one.readAll() == three.readAll());
    QCOMPARE(json_of({"info", file("one.onnx")})["exits"].toArray().size(), 3);

    // The backbone knows the training images by heart, and evaluate says so.
    const Outcome noted = cli({"evaluate", file("one.onnx"), "--fit", train, "--test",
                               QString::fromStdString((*data / "cifar-10-batches-bin:test").string()), "--limit", "600",
                               "--precisions", "w8a8", "--schedule", "uniform", "--no-latency", "--calibration-samples",
                               "16", "--weights", "nearest", "-o", file("noted.exr")});
    QCOMPARE(noted.code, 0);
    QVERIFY2(noted.err.contains("trained on") && noted.err.contains("points too low"), noted.err.constData());
}

void TestCliModel::interruptLeavesNothing()
{
    const auto data = tests::external_data();
    if (!data)
        QSKIP("no external data: set EXITSCOPE_DATA");
    const QString model = QString::fromStdString((*data / "models/cifar10_resnet38_7exits.onnx").string());
    const QString images = QString::fromStdString((*data / "cifar-10-batches-bin:test").string());
    QVERIFY(QDir(folder_.path()).mkdir("interrupted"));
    QProcess process;
    Terminal terminal(process);
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

QTEST_GUILESS_MAIN(TestCliModel)
#include "tst_cli_model.moc"
