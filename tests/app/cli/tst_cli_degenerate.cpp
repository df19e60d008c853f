// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonArray>
#include <QTest>

#include "core/analysis/run/run_file.h"
#include "tests/app/cli/command.h"
#include "tests/support/degenerate_runs.h"

using namespace exitscope;
using namespace exitscope::tests;

/// Every verb that reads a run, with every policy, on runs with little to decide: it ends with numbers, or with one
/// sentence.
class TestCliDegenerate : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void every_verb_ends_well_data();
    void every_verb_ends_well();
    void escalation_has_the_cheapest_point();
    void what_needs_no_fit_is_shown();

private:
    [[nodiscard]] QString file(const QString& run) const { return folder_.file(run + ".exr"); }

    Folder folder_;
};

void TestCliDegenerate::initTestCase()
{
    for (const DegenerateRun& degenerate : degenerate_runs())
        QVERIFY(run::save(*degenerate.run, file(QString::fromStdString(degenerate.name)).toStdString()));
}

void TestCliDegenerate::every_verb_ends_well_data()
{
    QTest::addColumn<QString>("run");
    for (const DegenerateRun& degenerate : degenerate_runs())
        QTest::newRow(degenerate.name.c_str()) << QString::fromStdString(degenerate.name);
}

void TestCliDegenerate::every_verb_ends_well()
{
    QFETCH(QString, run);
    const QString in = file(run);
    QVERIFY(ends_well({"curve", in, "--csv", folder_.file("o.csv"), "--against", "static-hull"}));
    QVERIFY(ends_well({"curve", in, "--cost", "latency", "--json", "--policies", "quee,composite,escalate,oracle"}));
    QVERIFY(ends_well({"decide", in, "--policy", "escalate", "--budget", "0.1%", "--csv", folder_.file("o.csv")}));
    QVERIFY(ends_well({"predictors", in}));
    QVERIFY(ends_well({"diff", in, in, "--policy", "quee", "--budget", "40%", "--policy-b", "escalate"}));
    QVERIFY(ends_well({"report", in, "-o", folder_.file("o.html")}));
    for (const char* kind : {"trade-off", "reliability", "flow", "confusion"})
        QVERIFY(ends_well({"plot", in, "--kind", kind, "-o", folder_.file("o.svg")}));
    for (const char* method : {"crc", "ucb", "ltt"})
        QVERIFY(ends_well({"calibrate", in, "--method", method, "--loss", "hellinger", "--eps", "0.05,0.5"}));
}

void TestCliDegenerate::escalation_has_the_cheapest_point()
{
    const QJsonObject all = json_of({"decide", file("all right"), "--policy", "escalate", "--budget", "100%"});
    const QJsonObject least = json_of({"decide", file("all right"), "--policy", "static", "--budget", "0.1%"});
    QCOMPARE(all["accuracy"].toDouble(), 1.0);
    QVERIFY(least["relative_cost"].toDouble() > 0);
    QCOMPARE(all["relative_cost"], least["relative_cost"]);
}

void TestCliDegenerate::what_needs_no_fit_is_shown()
{
    QCOMPARE(json_of({"decide", file("one image"), "--policy", "static", "--budget", "100%"})["samples"].toInt(), 1);
    const QJsonObject few = json_of({"curve", file("one labelled image"), "--policies", "static"});
    QVERIFY(!few["policies"].toArray().isEmpty());
    QCOMPARE(few["notices"].toArray()[0].toObject()["code"].toString(), QString("few-labels"));
}

QTEST_APPLESS_MAIN(TestCliDegenerate)
#include "tst_cli_degenerate.moc"
