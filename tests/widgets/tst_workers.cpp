// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <QTest>

#include "tests/support/events.h"
#include "widgets/common/workers.h"

using namespace exitscope;

class TestWorkers : public QObject {
    Q_OBJECT
private slots:
    void tasksRunBesideTheWindow();
    void oneThreadKeepsTheOrder();
    void noMoreThreadsThanAllowed();
    void lettersArriveHereInTheirOrder();
    void waitingMeansSettled();
    void destructionDropsWhatHasNotBegun();

private:
    const std::thread::id main_ = std::this_thread::get_id();
};

void TestWorkers::tasksRunBesideTheWindow()
{
    gui::Workers workers(2);
    std::atomic<bool> beside = false;
    workers.start([&] { beside = std::this_thread::get_id() != main_; });
    workers.waitForTasks();
    QVERIFY(beside);
}

void TestWorkers::oneThreadKeepsTheOrder()
{
    gui::Workers workers(1);
    std::vector<int> order;
    for (int i = 0; i < 100; ++i)
        workers.start([&order, i] { order.push_back(i); });
    workers.waitForTasks();
    QCOMPARE(order.size(), std::size_t(100));
    QVERIFY(std::is_sorted(order.begin(), order.end()));
}

void TestWorkers::noMoreThreadsThanAllowed()
{
    gui::Workers workers(3);
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    std::atomic<bool> go = false;
    for (int i = 0; i < 12; ++i)
        workers.start([&] {
            const int running = ++now;
            for (int seen = most; seen < running && !most.compare_exchange_weak(seen, running);) {
            }
            go.wait(false);
            --now;
        });
    QTRY_COMPARE(now.load(), 3);
    go = true;
    go.notify_all();
    workers.waitForTasks();
    QCOMPARE(most.load(), 3);
}

void TestWorkers::lettersArriveHereInTheirOrder()
{
    gui::Workers workers(1);
    std::vector<int> order;
    std::vector<std::thread::id> where;
    for (int i = 0; i < 50; ++i)
        workers.start([&, i] {
            workers.post([&, i] {
                order.push_back(i);
                where.push_back(std::this_thread::get_id());
            });
        });
    workers.waitForTasks();
    QVERIFY(order.empty());  // nothing arrives before events are handled
    QTRY_COMPARE(order.size(), std::size_t(50));
    QVERIFY(std::is_sorted(order.begin(), order.end()));
    QVERIFY(std::all_of(where.begin(), where.end(), [this](std::thread::id id) { return id == main_; }));
}

void TestWorkers::waitingMeansSettled()
{
    gui::Workers workers(4);
    workers.waitForTasks();  // nothing to wait for
    std::atomic<int> done = 0;
    for (int i = 0; i < 20; ++i)
        workers.start([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            ++done;
        });
    workers.waitForTasks();
    QCOMPARE(done.load(), 20);
}

void TestWorkers::destructionDropsWhatHasNotBegun()
{
    constexpr int tasks = 60'000;  // a minute's work, if they were not dropped
    const auto kept = std::make_shared<int>(0);
    std::atomic<int> begun = 0;
    std::atomic<int> ended = 0;
    bool delivered = false;
    {
        gui::Workers workers(1);
        workers.start([&workers, &delivered, kept] { workers.post([&delivered, kept] { delivered = true; }); });
        for (int i = 0; i < tasks; ++i)
            workers.start([&begun, &ended, kept] {
                ++begun;
                begun.notify_all();
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                ++ended;
            });
        begun.wait(0);
    }
    QVERIFY(begun > 0 && begun < tasks);
    QCOMPARE(ended.load(), begun.load());  // the one that ran was waited for
    QCOMPARE(kept.use_count(), 1L);
    tests::handleEvents();
    QVERIFY(!delivered);
}

QTEST_GUILESS_MAIN(TestWorkers)
#include "tst_workers.moc"
