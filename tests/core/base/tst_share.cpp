// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/base/share.h"

using namespace exitscope;

class TestShare : public QObject {
    Q_OBJECT
private slots:
    void reads_shares_and_percentages()
    {
        const std::pair<const char*, double> right[] = {{"0.3", 0.3},    {"30%", 0.3},   {"30 %", 0.3}, {" 0.5 ", 0.5},
                                                        {"1", 1.0},      {"0", 0.0},     {"-1", -1.0},  {"150%", 1.5},
                                                        {"1e-3", 0.001}, {"0.5%", 0.005}};
        for (const auto& [text, value] : right) {
            const auto share = parse_share(text, "--budget");
            QVERIFY2(share.has_value(), text);
            QCOMPARE(*share, value);
        }
    }

    void refuses_what_means_something_else_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("percentage without a sign") << "30"
                                                   << "would be 3000 %; did you mean 30 %?";
        QTest::newRow("a little more than all") << "1.5"
                                                << "did you mean 1.5 %?";
        QTest::newRow("decimal comma") << "0,3"
                                       << "write 0.3";
        QTest::newRow("decimal comma, percentage") << "12,5 %"
                                                   << "write 12.5%";
        for (const char* text : {"", "%", "x", "0.3x", "30%%", "nan", "inf", "1,2,3", "0.3 0.4"})
            QTest::newRow(text) << text << "is not a share like 0.3 or 30%";
    }
    void refuses_what_means_something_else()
    {
        QFETCH(QString, text);
        QFETCH(QString, words);
        const auto share = parse_share(text.toStdString(), "--budget");
        QVERIFY(!share && share.error().code == ErrorCode::usage);
        const QString message = QString::fromStdString(share.error().message());
        QVERIFY2(message.startsWith("--budget: \"" + text + "\"") && message.contains(words), qPrintable(message));
    }
};

QTEST_APPLESS_MAIN(TestShare)
#include "tst_share.moc"
