// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <chrono>
#include <new>
#include <stdexcept>
#include <thread>

#include <QSignalSpy>
#include <QTest>

#include "app/jobs.h"
#include "tests/support/events.h"

using namespace exitscope;
using app::Jobs;
using app::Lane;

namespace {

constexpr Lane modelLane{"model"};
constexpr Lane runLane{"run"};
constexpr Lane writeLane{"write"};
constexpr Lane analysisLane{"analysis"};

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
    void aJobsOwnHandlerTakesItsError();
    void exceptionsAreErrors();
    void resultsStreamInOrder();
    void queuedJobsFollowOneAnother();
    void cancellingDropsWhatWaits();
    void whatWaitsIsDoneBeforeTheEnd();
    void destructionCancelsAndWaits();
};

void TestJobs::resultsArriveInThisThread()
{
    Jobs jobs;
    QThread* where = nullptr;
    int result = 0;
    jobs.start<int>(
        modelLane, QStringLiteral("six"), [](Progress&) -> Expected<int> { return 6; },
        [&](int value) {
            result = value;
            where = QThread::currentThread();
        });
    QVERIFY(jobs.busy(modelLane));
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
        runLane, QStringLiteral("old"),
        [&](Progress& progress) -> Expected<int> {
            while (!progress.cancelled())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            firstEnded = true;
            return 1;  // finished all the same: must be dropped
        },
        note);
    jobs.start<int>(
        runLane, QStringLiteral("new"), [](Progress&) -> Expected<int> { return 2; }, note);
    QTRY_VERIFY(firstEnded && !jobs.busy());
    jobs.cancelAndWait();  // no thread works any more: what the first one delivers has been posted
    tests::handleEvents();
    QCOMPARE(arrived, std::vector<int>{2});
}

void TestJobs::lanesDoNotDisturbEachOther()
{
    Jobs jobs;
    int result = 0;
    jobs.start<int>(runLane, QStringLiteral("long"), untilCancelled, [](int) {});
    jobs.start<int>(
        writeLane, QStringLiteral("short"), [](Progress&) -> Expected<int> { return 3; },
        [&](int value) { result = value; });
    QTRY_COMPARE(result, 3);
    QVERIFY(jobs.busy(runLane));
    jobs.cancelAll();
    QVERIFY(!jobs.busy());
}

void TestJobs::errorsAreReportedCancellingIsNot()
{
    Jobs jobs;
    QSignalSpy failed(&jobs, &Jobs::failed);
    jobs.start<int>(
        modelLane, QStringLiteral("bad"), [](Progress&) -> Expected<int> { return bad_input("file", "is broken"); },
        [](int) { QFAIL("no result"); });
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.front().back().value<Error>().message(), std::string("file: is broken"));
    jobs.start<int>(modelLane, QStringLiteral("long"), untilCancelled, [](int) {});
    jobs.cancelAll();
    jobs.cancelAndWait();
    tests::handleEvents();
    QCOMPARE(failed.count(), 1);
}

void TestJobs::aJobsOwnHandlerTakesItsError()
{
    Jobs jobs;
    QSignalSpy failed(&jobs, &Jobs::failed);
    std::string message;
    jobs.start<int>(
        modelLane, QStringLiteral("bad"), [](Progress&) -> Expected<int> { return bad_input("file", "is broken"); },
        [](int) { QFAIL("no result"); }, [&](const Error& error) { message = error.message(); });
    QTRY_COMPARE(message, std::string("file: is broken"));
    QVERIFY(!jobs.busy());
    QCOMPARE(failed.count(), 0);
}

void TestJobs::exceptionsAreErrors()
{
    Jobs jobs;
    std::vector<Error> errors;
    const auto fails = [&](void (*thrower)()) {
        const std::size_t before = errors.size();
        jobs.start<int>(
            modelLane, QStringLiteral("throws"),
            [thrower](Progress&) -> Expected<int> {
                thrower();
                return 1;
            },
            [](int) { QFAIL("no result"); }, [&](const Error& error) { errors.push_back(error); });
        QTRY_COMPARE(errors.size(), before + 1);
    };
    fails([] { throw std::logic_error("index 7 of 5"); });
    fails([] { throw std::bad_alloc(); });
    QCOMPARE(errors[0].code, ErrorCode::internal);
    QVERIFY(errors[0].message().find("index 7 of 5") != std::string::npos);
    QVERIFY(errors[0].message().find("report it") != std::string::npos);
    QCOMPARE(errors[1].code, ErrorCode::bad_input);
}

void TestJobs::resultsStreamInOrder()
{
    Jobs jobs;
    std::vector<int> arrived;
    bool finished = false;
    jobs.stream<int>(
        analysisLane, QStringLiteral("count"),
        [](Progress&, const std::function<void(int)>& deliver) -> Expected<void> {
            for (int i = 0; i < 5; ++i)
                deliver(i);
            return {};
        },
        [&](int value) { arrived.push_back(value); }, [&] { finished = true; });
    QTRY_VERIFY(finished);
    QCOMPARE(arrived, (std::vector<int>{0, 1, 2, 3, 4}));
}

void TestJobs::queuedJobsFollowOneAnother()
{
    Jobs jobs;
    std::vector<int> begun;  // in the threads, one after another
    std::vector<int> done;
    std::atomic<bool> go = false;
    jobs.queue(
        writeLane, QStringLiteral("first"),
        [&](Progress&) -> Expected<void> {
            while (!go)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            begun.push_back(1);
            return {};
        },
        [&] { done.push_back(1); });
    jobs.queue<int>(
        writeLane, QStringLiteral("second"),
        [&](Progress&) -> Expected<int> {
            begun.push_back(2);
            return bad_input("file", "is broken");
        },
        [&](int) { done.push_back(2); }, [&](const Error&) { done.push_back(-2); });
    jobs.queue(
        writeLane, QStringLiteral("third"),
        [&](Progress&) -> Expected<void> {
            begun.push_back(3);
            return {};
        },
        [&] { done.push_back(3); });
    QTest::qWait(20);
    QVERIFY(done.empty());
    QVERIFY(jobs.busy(writeLane));
    go = true;
    QTRY_VERIFY(!jobs.busy());
    QCOMPARE(done, (std::vector<int>{1, -2, 3}));
    QCOMPARE(begun, (std::vector<int>{1, 2, 3}));
}

void TestJobs::cancellingDropsWhatWaits()
{
    std::atomic<int> written = 0;
    {
        Jobs jobs;
        jobs.queue<int>(writeLane, QStringLiteral("long"), untilCancelled, [](int) {});
        jobs.queue(writeLane, QStringLiteral("waits"),
                   [&](Progress&) -> Expected<void> {
                       ++written;
                       return {};
                   },
                   {});
        jobs.cancelAll();
        QVERIFY(!jobs.busy());
    }
    QCOMPARE(written.load(), 0);
}

void TestJobs::whatWaitsIsDoneBeforeTheEnd()
{
    std::vector<int> written;
    bool arrived = false;
    {
        Jobs jobs;
        jobs.queue<int>(writeLane, QStringLiteral("long"), untilCancelled, [&](int) { arrived = true; });
        for (const int file : {1, 2})
            jobs.queue(
                writeLane, QStringLiteral("waits"),
                [&written, file](Progress& progress) -> Expected<void> {
                    if (progress.cancelled())
                        written.push_back(file);
                    return {};
                },
                [&] { arrived = true; });
        jobs.stop();
        QVERIFY(!jobs.busy());
    }
    QCOMPARE(written, (std::vector<int>{1, 2}));
    QVERIFY(!arrived);
}

void TestJobs::destructionCancelsAndWaits()
{
    std::atomic<bool> ended = false;
    {
        Jobs jobs;
        jobs.start<int>(
            runLane, QStringLiteral("long"),
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
