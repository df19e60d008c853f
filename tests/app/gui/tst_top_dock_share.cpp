// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <memory>

#include <QDockWidget>
#include <QMainWindow>
#include <QTabBar>
#include <QTest>
#include <QTextEdit>
#include <QWindow>

#include "app/top_dock_share.h"
#include "tests/support/events.h"
#include "tests/support/require.h"

using namespace exitscope;

class TestTopDockShare : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { window_.reset(); }

    void aResizedWindowKeepsTheShare();
    void theSeparatorSetsTheShare();
    void aWindowTooSmallForgetsNothing();
    void aDockBehindAnotherIsNotAsked();
    void aDockThatComesAndGoesChangesNothing();

private:
    QDockWidget* dock(const QString& title);
    void resize(int height);
    void separate(int height);
    [[nodiscard]] QDockWidget* shown() const { return first_->visibleRegion().isEmpty() ? second_ : first_; }
    /// Of the dock and the central widget, in pixels.
    [[nodiscard]] int room() const { return shown()->height() + window_->centralWidget()->height(); }
    [[nodiscard]] double share() const { return double(shown()->height()) / room(); }
    /// Heights are whole pixels.
    [[nodiscard]] bool isKept(double share) const { return std::abs(share * room() - shown()->height()) <= 1; }

    std::unique_ptr<QMainWindow> window_;
    QDockWidget* first_ = nullptr;
    QDockWidget* second_ = nullptr;
    app::TopDockShare* share_ = nullptr;
};

QDockWidget* TestTopDockShare::dock(const QString& title)
{
    auto* dock = new QDockWidget(title, window_.get());
    auto* text = new QTextEdit(dock);
    text->setMinimumHeight(120);
    dock->setWidget(text);
    window_->addDockWidget(Qt::TopDockWidgetArea, dock);
    return dock;
}

void TestTopDockShare::init()
{
    window_ = std::make_unique<QMainWindow>();
    window_->setTabPosition(Qt::TopDockWidgetArea, QTabWidget::North);
    window_->setCentralWidget(new QTextEdit(window_.get()));
    first_ = dock(QStringLiteral("First"));
    second_ = dock(QStringLiteral("Second"));
    window_->tabifyDockWidget(first_, second_);
    first_->raise();
    share_ = new app::TopDockShare(window_.get());
    window_->resize(800, 700);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    tests::handleEvents();
    separate(300);
}

void TestTopDockShare::resize(int height)
{
    window_->resize(800, height);
    tests::requireSoon([&] { return window_->height() == height; }, "the window has its height");
    tests::handleEvents();
}

void TestTopDockShare::separate(int height)
{
    window_->resizeDocks({shown()}, {height}, Qt::Vertical);
    share_->learn();
    tests::handleEvents();
    const auto tabs = window_->findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly);
    const int tabHeight = tabs.isEmpty() || !tabs.front()->isVisible() ? 0 : tabs.front()->height();
    tests::require(shown()->height() == height - tabHeight, "the dock has its height, with the tabs");
}

void TestTopDockShare::aResizedWindowKeepsTheShare()
{
    const double before = share();
    for (const int height : {1000, 1001, 1003, 600, 750, 700})
        resize(height);
    QVERIFY2(isKept(before), qPrintable(QString::number(share() - before)));
    resize(1100);
    QVERIFY2(isKept(before), qPrintable(QString::number(share() - before)));
}

void TestTopDockShare::theSeparatorSetsTheShare()
{
    resize(900);
    const double before = share();
    const QPoint grip(400, (shown()->geometry().bottom() + window_->centralWidget()->y()) / 2);
    QWindow* window = window_->windowHandle();
    QTest::mousePress(window, Qt::LeftButton, {}, grip);
    QTest::mouseMove(window, grip + QPoint(0, 60));
    QTest::mouseMove(window, grip + QPoint(0, 120));
    tests::handleEvents();
    QTest::mouseRelease(window, Qt::LeftButton, {}, grip + QPoint(0, 120));
    const double chosen = share();
    QVERIFY(chosen > before + 0.1);
    resize(1200);
    QVERIFY2(isKept(chosen), qPrintable(QString::number(share() - chosen)));
}

void TestTopDockShare::aWindowTooSmallForgetsNothing()
{
    separate(200);
    const double before = share();
    resize(350);
    QVERIFY(share() > before + 0.05);  // the dock's least height
    resize(700);
    QVERIFY2(isKept(before), qPrintable(QString::number(share() - before)));
}

void TestTopDockShare::aDockBehindAnotherIsNotAsked()
{
    second_->raise();
    tests::handleEvents();
    separate(400);
    const double chosen = share();
    resize(1000);
    QVERIFY2(isKept(chosen), qPrintable(QString::number(share() - chosen)));
}

void TestTopDockShare::aDockThatComesAndGoesChangesNothing()
{
    const double before = share();
    QDockWidget below(QStringLiteral("Below"));
    window_->addDockWidget(Qt::BottomDockWidgetArea, &below);
    window_->resizeDocks({&below}, {200}, Qt::Vertical);
    tests::handleEvents();
    QVERIFY2(isKept(before), qPrintable(QString::number(share() - before)));
    window_->removeDockWidget(&below);
    tests::handleEvents();
    QVERIFY2(isKept(before), qPrintable(QString::number(share() - before)));
}

QTEST_MAIN(TestTopDockShare)
#include "tst_top_dock_share.moc"
