// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/base/translatable.h"

using namespace exitscope;

class TestTranslatable : public QObject {
    Q_OBJECT
private slots:
    void values_take_their_places()
    {
        QCOMPARE((Sentence{"%2 of %1", {"5 %", "3"}}).text(), std::string("3 of 5 %"));
        QCOMPARE((Sentence{"%1, %1", {"%2"}}).text(), std::string("%2, %2"));
    }

    void other_percent_signs_stay()
    {
        QCOMPARE((Sentence{"100 % of %1 %2 %", {"all"}}).text(), std::string("100 % of all %2 %"));
        QCOMPARE((Sentence{"nothing", {}}).text(), std::string("nothing"));
    }
};

QTEST_GUILESS_MAIN(TestTranslatable)
#include "tst_translatable.moc"
