// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/base/precision.h"

using namespace exitscope;

class TestPrecision : public QObject {
    Q_OBJECT
private slots:
    void names_and_parsing_are_inverse()
    {
        QCOMPARE(fp32.name(), std::string("fp32"));
        QVERIFY(Precision::parse("fp32") == fp32);
        for (std::uint8_t w = 2; w <= 8; ++w)
            for (std::uint8_t a = 2; a <= 8; ++a) {
                const Precision precision{w, a};
                QVERIFY(Precision::parse(precision.name()) == precision);
                QVERIFY(!precision.is_float());
            }
        QCOMPARE((Precision{4, 8}).name(), std::string("w4a8"));
    }

    void other_texts_are_no_precision()
    {
        for (const char* text : {"", "fp16", "w8", "w8a", "w1a8", "w9a9", "w8a8 ", "W8A8", "w10a8", "a8w8", "w8b8"})
            QVERIFY2(!Precision::parse(text), text);
    }

    void cheapest_comes_first()
    {
        QVERIFY((Precision{4, 4}) < (Precision{6, 6}));
        QVERIFY((Precision{8, 8}) < fp32);
        QVERIFY((Precision{2, 8}) < (Precision{4, 4}));  // equal products: fewer weight bits first
        QVERIFY((Precision{4, 8}) < (Precision{8, 4}));
        QVERIFY((Precision{8, 2}) < (Precision{3, 6}));
        QCOMPARE((Precision{4, 6}).bops_per_mac(), 24.0);
        QCOMPARE(fp32.bops_per_mac(), 1024.0);
    }
};

QTEST_GUILESS_MAIN(TestPrecision)
#include "tst_precision.moc"
