// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

namespace exitscope::tests {

/// How helpers of tests check what the test goes on with. QVERIFY would leave the helper alone, and the test that
/// called it would go on with a null pointer or a window in another state; Q_ASSERT is not there in release builds.
/// A failed require() prints `what` with the place of the call, counts as a failure of the test function that runs, and
/// ends the program. A helper that only compares may use QVERIFY: its failure is counted, and nothing stands on it.
inline void require(bool holds, const char* what, const char* file = __builtin_FILE(), int line = __builtin_LINE())
{
    if (!holds)
        QMessageLogger(file, line, nullptr).fatal("%s:%d: required: %s", file, line, what);
}

/// Handles events until `holds()`, for at most `longestWaitMs`.
template <class Condition>
void requireSoon(Condition holds, const char* what, int longestWaitMs = 60'000, const char* file = __builtin_FILE(),
                 int line = __builtin_LINE())
{
    require(QTest::qWaitFor(holds, longestWaitMs), what, file, line);
}

/// The widget, action or other object of that name below `parent`; there must be one.
template <class Object>
Object* requireChild(const QObject* parent, const char* name, const char* file = __builtin_FILE(),
                     int line = __builtin_LINE())
{
    auto* found = parent->findChild<Object*>(QLatin1String(name));
    require(found != nullptr, name, file, line);
    return found;
}

}  // namespace exitscope::tests
