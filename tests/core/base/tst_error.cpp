// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include <QTest>

#include "core/base/error.h"

using namespace exitscope;

class TestError : public QObject {
    Q_OBJECT
private slots:
    void message_names_the_place()
    {
        QCOMPARE((Error{ErrorCode::bad_input, "a.npy", "is too short"}).message(), std::string("a.npy: is too short"));
        QCOMPARE((Error{ErrorCode::usage, "", "no model given"}).message(), std::string("no model given"));
    }

    void values_are_the_exit_codes()
    {
        QCOMPARE(int(ErrorCode::usage), 1);
        QCOMPARE(int(ErrorCode::bad_input), 2);
        QCOMPARE(int(ErrorCode::unsupported), 3);
        QCOMPARE(int(ErrorCode::cannot_write), 4);
        QCOMPARE(int(ErrorCode::cancelled), 5);
    }

    void helpers_set_the_code()
    {
        const Expected<int> bad = bad_input("x", "y");
        const Expected<int> other = unsupported("x", "y");
        const Expected<int> stopped = cancelled();
        QCOMPARE(bad.error().code, ErrorCode::bad_input);
        QCOMPARE(other.error().code, ErrorCode::unsupported);
        QCOMPARE(stopped.error().code, ErrorCode::cancelled);
    }

    void forward_hands_on_between_types()
    {
        Expected<int> inner = fail(ErrorCode::cannot_write, "out.exr", "the disk is full");
        const Expected<std::unique_ptr<int>> outer = forward(inner);
        QVERIFY(!outer);
        QCOMPARE(outer.error().message(), std::string("out.exr: the disk is full"));
        QCOMPARE(outer.error().code, ErrorCode::cannot_write);
    }
};

QTEST_GUILESS_MAIN(TestError)
#include "tst_error.moc"
