// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QTimer>

namespace exitscope::tests {

/// Handles all events that wait by now, then those that handling them has posted, and so on for a number of turns; by
/// default a queued call, the layout that it asks for, and the painting of that. In each turn a timer of length 0
/// fires. For tests in which something must not happen: once the thread that could cause it has ended, or the call that
/// could cause it has returned, all that was going to arrive has arrived, however busy the machine is. Longer timers
/// are not waited for.
inline void handleEvents(int turns = 3)
{
    for (int turn = 0; turn < turns; ++turn) {
        bool passed = false;
        QTimer::singleShot(0, [&passed] { passed = true; });  // behind every event that waits
        while (!passed)
            QCoreApplication::processEvents();
    }
}

}  // namespace exitscope::tests
