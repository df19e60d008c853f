// SPDX-License-Identifier: GPL-3.0-or-later
#include <clocale>
#include <cmath>
#include <cstdio>
#include <limits>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/number_text.h"
#include "tests/support/locales.h"

using namespace exitscope;

class TestNumberText : public QObject {
    Q_OBJECT
private slots:
    void prints_as_printf_does()
    {
        for (const double value : {0.0, -0.0, 1.0, -1.5, 0.045, 1234567.891, 1e-9, -2.5e17, 1e300, 0.5, 99.995}) {
            for (int digits = 0; digits < 12; ++digits) {
                char wanted[400];
                std::snprintf(wanted, sizeof wanted, "%.*f", digits, value);
                QCOMPARE(fixed_text(value, digits), std::string(wanted));
                std::snprintf(wanted, sizeof wanted, "%.*g", digits, value);
                QCOMPARE(general_text(value, digits), std::string(wanted));
            }
            QCOMPARE(number_of(shortest_text(value)), std::optional(value));
        }
        QCOMPARE(shortest_text(0.1F), std::string("0.1"));
        QCOMPARE(shortest_text(0.1), std::string("0.1"));
        QCOMPARE(fixed_text(std::numeric_limits<double>::max(), 1000).size(), std::size_t(309 + 1 + 64));
    }

    void reads_whole_numbers_only()
    {
        QCOMPARE(number_of("0.25"), std::optional(0.25));
        QCOMPARE(number_of("-1e-3"), std::optional(-1e-3));
        QVERIFY(std::isnan(*number_of("nan")) && std::isinf(*number_of("-inf")));
        for (const char* text : {"", " 1", "1 ", "0,25", "1.5x", "1..5", "+"})
            QVERIFY2(!number_of(text), text);
    }

    void no_locale_matters()
    {
        QTemporaryDir folder;
        if (!tests::make_locales(folder.path()))
            QSKIP("localedef cannot make locales here: package locales");
        qputenv("LOCPATH", folder.path().toUtf8());
        for (const QString& name : tests::foreign_locales()) {
            QVERIFY2(std::setlocale(LC_ALL, name.toUtf8().constData()) != nullptr, qPrintable(name));
            QCOMPARE(fixed_text(1234.5, 2), std::string("1234.50"));
            QCOMPARE(general_text(0.125, 2), std::string("0.12"));
            QCOMPARE(shortest_text(0.5), std::string("0.5"));
            QCOMPARE(number_of("0.5"), std::optional(0.5));
            QVERIFY(!number_of("0,5"));
        }
        char comma[16];
        std::setlocale(LC_ALL, "de_DE.UTF-8");
        std::snprintf(comma, sizeof comma, "%.1f", 0.5);
        QCOMPARE(std::string(comma), std::string("0,5"));  // else this test sees nothing
        std::setlocale(LC_ALL, "C");
    }
};

QTEST_APPLESS_MAIN(TestNumberText)
#include "tst_number_text.moc"
