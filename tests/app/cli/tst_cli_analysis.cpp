// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QJsonArray>
#include <QTest>

#include "tests/app/cli/command.h"

using namespace exitscope;
using namespace exitscope::tests;

/// The verbs that work on a run: curve, decide, predictors, plot and report.
class TestCliAnalysis : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void curveJsonAndCsv();
    void decideJsonAndCsv();
    void thresholdsOfTheUser();
    void decideOnlyWhatMatches();
    void predictorsJson();
    void sameSeedSameOutput();
    void unlabelledTestSplit();
    void plots_data();
    void plots();
    void reportIsOneFile();

private:
    [[nodiscard]] QString file(const QString& name) const { return folder_.file(name); }
    Folder folder_;
};

void TestCliAnalysis::initTestCase()
{
    folder_.put_run("run.exr");
    folder_.put_run("unlabelled.exr", false);
}

void TestCliAnalysis::curveJsonAndCsv()
{
    const QJsonObject object =
        json_of({"curve", file("run.exr"), "--policies", "quee,confidence,static-hull", "--csv", file("curve.csv")});
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

void TestCliAnalysis::decideJsonAndCsv()
{
    const QJsonObject object =
        json_of({"decide", file("run.exr"), "--policy", "composite", "--budget", "40%", "--csv", file("decide.csv")});
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

void TestCliAnalysis::thresholdsOfTheUser()
{
    const QStringList given = {"--thresholds", "0.9,off"};
    const QJsonObject decided =
        json_of(QStringList{"decide", file("run.exr"), "--csv", file("thresholds.csv")} + given);
    QCOMPARE(decided["policy"].toString(), QString("thresholds"));
    QCOMPARE(decided["statistic"].toString(), QString("confidence"));
    QCOMPARE(decided["thresholds"].toArray(), QJsonArray({0.9, QJsonValue()}));
    QVERIFY(!decided.contains("budget"));
    QVERIFY(decided["exits"].toArray()[0].toDouble() > 0 && decided["exits"].toArray()[2].toDouble() > 0);
    QCOMPARE(decided["exits"].toArray()[1].toDouble(), 0.0);
    QCOMPARE(folder_.read("thresholds.csv").trimmed().split('\n').size(), 601);
    const QJsonArray policies =
        json_of(QStringList{"curve", file("run.exr"), "--policies", "static", "--csv", file("point.csv")} +
                given)["policies"]
            .toArray();
    QCOMPARE(policies.size(), 2);
    const QJsonArray points = policies[1].toObject()["points"].toArray();
    QCOMPARE(points.size(), 1);
    QCOMPARE(points[0].toObject()["accuracy"], decided["accuracy"]);
    QCOMPARE(points[0].toObject()["relative_cost"].toDouble(), decided["relative_cost"].toDouble());
    QVERIFY(folder_.read("point.csv").contains("\nthresholds,"));
    const Outcome text = cli(QStringList{"curve", file("run.exr"), "--policies", "static"} + given);
    QVERIFY2(text.out.contains("thresholds: confidence at least 0.9, off: accuracy "), text.out);
}

void TestCliAnalysis::decideOnlyWhatMatches()
{
    const QStringList decide = {"decide", file("run.exr"), "--policy", "composite", "--budget", "40%"};
    const auto rows = [&](const QStringList& more, QJsonObject& object) {
        object = json_of(decide + more + QStringList{"--csv", file("where.csv")});
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
    QVERIFY(json_of(decide + QStringList{"--where", "index>600"})["accuracy"].isNull());
    const Outcome wrong = cli(decide + QStringList{"--where", "exit=2 clas:cat"});
    QCOMPARE(wrong.code, 1);
    QVERIFY2(wrong.err.contains("--where, character 8: there is no field \"clas\""), wrong.err);
}

void TestCliAnalysis::predictorsJson()
{
    const QJsonObject object = json_of({"predictors", file("run.exr")});
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

    const QJsonObject more = json_of({"predictors", file("run.exr"), "--intervals"});
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

void TestCliAnalysis::sameSeedSameOutput()
{
    const QStringList arguments = {"decide", file("run.exr"), "--budget", "0.35", "--json", "--csv"};
    QCOMPARE(cli(arguments + QStringList{file("a.csv"), "--threads", "1"}).out,
             cli(arguments + QStringList{file("b.csv"), "--threads", "2"}).out);
    QFile a(file("a.csv"));
    QFile b(file("b.csv"));
    QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
    QCOMPARE(a.readAll(), b.readAll());
}

void TestCliAnalysis::unlabelledTestSplit()
{
    const QJsonObject decided = json_of({"decide", file("unlabelled.exr"), "--budget", "0.5", "--csv", file("u.csv")});
    QVERIFY(decided["accuracy"].isNull());
    QVERIFY(decided["relative_cost"].toDouble() > 0);
    QFile csv(file("u.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll().split('\n')[1].split(',')[1], QByteArray());
    QVERIFY(json_of({"curve", file("unlabelled.exr"), "--policies", "quee"})["full"].toObject()["accuracy"].isNull());
    QCOMPARE(cli({"report", file("unlabelled.exr"), "-o", file("u.html"), "--policies", "quee"}).code, 0);
}

void TestCliAnalysis::plots_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("trade-off") << "trade-off";
    QTest::newRow("reliability") << "reliability";
    QTest::newRow("exits") << "exits";
}

void TestCliAnalysis::plots()
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

void TestCliAnalysis::reportIsOneFile()
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

QTEST_MAIN(TestCliAnalysis)
#include "tst_cli_analysis.moc"
