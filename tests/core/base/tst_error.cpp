// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <new>
#include <stdexcept>

#include <QTest>

#include "core/base/error.h"
#include "core/base/unexpected.h"

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
        QCOMPARE(int(ErrorCode::internal), 6);
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

    void exceptions_are_faults_of_this_program()
    {
        const auto thrown = [](const auto& exception) {
            return guarded([&]() -> Expected<int> { throw exception; }).error();
        };
        const Error fault = thrown(std::out_of_range("vector::_M_range_check"));
        QCOMPARE(fault.code, ErrorCode::internal);
        QVERIFY(fault.message().starts_with("internal error: vector::_M_range_check"));
        QVERIFY(fault.message().find("report it") != std::string::npos);
        QCOMPARE(thrown(7).code, ErrorCode::internal);
        QCOMPARE(thrown(std::bad_alloc()).code, ErrorCode::bad_input);
        QCOMPARE(*guarded([]() -> Expected<int> { return 3; }), 3);
    }
};

QTEST_GUILESS_MAIN(TestError)
#include "tst_error.moc"
