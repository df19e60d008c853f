// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <chrono>
#include <thread>

#include <QSignalSpy>
#include <QTest>

#include "app/jobs.h"
#include "tests/support/events.h"

using namespace exitscope;
using app::Jobs;

namespace {

/// Works until it is cancelled.
Expected<int> untilCancelled(Progress& progress)
{
    progress.begin("Waiting", 10);
    while (!progress.cancelled())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return cancelled();
}

}  // namespace

class TestJobs : public QObject {
    Q_OBJECT
private slots:
    void resultsArriveInThisThread();
    void theNewestJobOfALaneWins();
    void lanesDoNotDisturbEachOther();
    void errorsAreReportedCancellingIsNot();
    void resultsStreamInOrder();
    void destructionCancelsAndWaits();
};

void TestJobs::resultsArriveInThisThread()
{
    Jobs jobs;
    QThread* where = nullptr;
    int result = 0;
    jobs.start<int>(
        Jobs::Lane::model, QStringLiteral("six"), [](Progress&) -> Expected<int> { return 6; },
        [&](int value) {
            result = value;
            where = QThread::currentThread();
        });
    QVERIFY(jobs.busy(Jobs::Lane::model));
    QTRY_COMPARE(result, 6);
    QCOMPARE(where, QThread::currentThread());
    QTRY_VERIFY(!jobs.busy());
}

void TestJobs::theNewestJobOfALaneWins()
{
    Jobs jobs;
    std::vector<int> arrived;
    const auto note = [&](int value) { arrived.push_back(value); };
    std::atomic<bool> firstEnded = false;
    jobs.start<int>(
        Jobs::Lane::run, QStringLiteral("old"),
        [&](Progress& progress) -> Expected<int> {
            while (!progress.cancelled())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            firstEnded = true;
            return 1;  // finished all the same: must be dropped
        },
        note);
    jobs.start<int>(
        Jobs::Lane::run, QStringLiteral("new"), [](Progress&) -> Expected<int> { return 2; }, note);
    QTRY_VERIFY(firstEnded && !jobs.busy());
    jobs.cancelAndWait();  // no thread works any more: what the first one delivers has been posted
    tests::handleEvents();
    QCOMPARE(arrived, std::vector<int>{2});
}

void TestJobs::lanesDoNotDisturbEachOther()
{
    Jobs jobs;
    int result = 0;
    jobs.start<int>(Jobs::Lane::run, QStringLiteral("long"), untilCancelled, [](int) {});
    jobs.start<int>(
        Jobs::Lane::write, QStringLiteral("short"), [](Progress&) -> Expected<int> { return 3; },
        [&](int value) { result = value; });
    QTRY_COMPARE(result, 3);
    QVERIFY(jobs.busy(Jobs::Lane::run));
    jobs.cancelAll();
    QVERIFY(!jobs.busy());
}

void TestJobs::errorsAreReportedCancellingIsNot()
{
    Jobs jobs;
    QSignalSpy failed(&jobs, &Jobs::failed);
    jobs.start<int>(
        Jobs::Lane::model, QStringLiteral("bad"),
        [](Progress&) -> Expected<int> { return bad_input("file", "is broken"); }, [](int) { QFAIL("no result"); });
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.front().back().value<Error>().message(), std::string("file: is broken"));
    jobs.start<int>(Jobs::Lane::model, QStringLiteral("long"), untilCancelled, [](int) {});
    jobs.cancelAll();
    jobs.cancelAndWait();
    tests::handleEvents();
    QCOMPARE(failed.count(), 1);
}

void TestJobs::resultsStreamInOrder()
{
    Jobs jobs;
    std::vector<int> arrived;
    bool finished = false;
    jobs.stream<int>(
        Jobs::Lane::analysis, QStringLiteral("count"),
        [](Progress&, const std::function<void(int)>& deliver) -> Expected<void> {
            for (int i = 0; i < 5; ++i)
                deliver(i);
            return {};
        },
        [&](int value) { arrived.push_back(value); }, [&] { finished = true; });
    QTRY_VERIFY(finished);
    QCOMPARE(arrived, (std::vector<int>{0, 1, 2, 3, 4}));
}

void TestJobs::destructionCancelsAndWaits()
{
    std::atomic<bool> ended = false;
    {
        Jobs jobs;
        jobs.start<int>(
            Jobs::Lane::run, QStringLiteral("long"),
            [&](Progress& progress) {
                Expected<int> result = untilCancelled(progress);
                ended = true;
                return result;
            },
            [](int) {});
    }
    QVERIFY(ended);
}

QTEST_GUILESS_MAIN(TestJobs)
#include "tst_jobs.moc"
