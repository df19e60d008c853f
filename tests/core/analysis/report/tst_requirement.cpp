// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/report/requirement.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

class TestRequirement : public QObject {
    Q_OBJECT
private slots:
    void reads_conditions()
    {
        const auto read = report::parse_requirements("drop<=0.5%, cost <= 0.4,accuracy>=0.9 ,agreement>=95%");
        QVERIFY(read);
        QCOMPARE(read->size(), std::size_t{4});
        QVERIFY((*read)[0].quantity == report::Requirement::Quantity::drop);
        QCOMPARE((*read)[0].bound, 0.005);
        QVERIFY(!(*read)[1].at_least);
        QVERIFY((*read)[2].at_least);
        QCOMPARE((*read)[3].bound, 0.95);
        QCOMPARE(QString::fromStdString((*read)[2].text), QString("accuracy>=0.9"));
    }

    void refuses_anything_else()
    {
        for (const char* text : {"", " ", "drop", "drop<0.1", "drop<=", "drop<=x", "drop<=0.1,", "speed<=1",
                                 "drop<=inf", "drop<=0.1, ,cost<=1", "dropped<=0.1", "drop<=0.1 1"}) {
            const auto read = report::parse_requirements(text);
            QVERIFY2(!read && read.error().code == ErrorCode::usage, text);
        }
    }

    void compares_with_the_outcome()
    {
        const auto run = tests::synthetic_run({.exits = 2, .fit_samples = 100, .test_samples = 200});
        const double full = analyse::full_accuracy(*run).value;
        analyse::Outcome outcome;
        outcome.accuracy.value = full - 0.01;
        outcome.accuracy.samples = 200;
        outcome.relative_cost = 0.3;
        outcome.agreement = 0.97;
        const auto holds = [&](const char* text) {
            return report::check(*report::parse_requirements(text), *run, outcome, "run.exr").has_value();
        };
        QVERIFY(holds("drop<=0.011,cost<=30%,agreement>=0.97"));
        QVERIFY(!holds("drop<=0.009"));
        QVERIFY(!holds("cost<=0.4,cost<=0.29"));
        QVERIFY(!holds("agreement>=0.98"));
        QVERIFY(holds("cost>=0.1"));
        const auto failed = report::check(*report::parse_requirements("cost<=0.25"), *run, outcome, "run.exr");
        QCOMPARE(QString::fromStdString(failed.error().message()),
                 QString("run.exr: does not meet cost<=0.25: it is 0.3"));
        outcome.accuracy.samples = 0;
        QVERIFY(!holds("drop<=1"));
    }
};

QTEST_GUILESS_MAIN(TestRequirement)
#include "tst_requirement.moc"
