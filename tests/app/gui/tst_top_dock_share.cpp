// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDockWidget>
#include <QMainWindow>
#include <QTest>
#include <QTextEdit>
#include <QWindow>

#include "app/top_dock_share.h"

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
    [[nodiscard]] double share() const
    {
        const QDockWidget* shown = first_->visibleRegion().isEmpty() ? second_ : first_;
        return double(shown->height()) / (shown->height() + window_->centralWidget()->height());
    }

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
    QTest::qWait(20);
    separate(300);
}

void TestTopDockShare::resize(int height)
{
    window_->resize(800, height);
    QTest::qWait(20);
    QCOMPARE(window_->height(), height);
}

void TestTopDockShare::separate(int height)
{
    QDockWidget* shown = first_->visibleRegion().isEmpty() ? second_ : first_;
    window_->resizeDocks({shown}, {height}, Qt::Vertical);
    share_->learn();
    QTest::qWait(20);
    QVERIFY2(std::abs(shown->height() - height) < 40, qPrintable(QString::number(shown->height())));  // the tabs
}

void TestTopDockShare::aResizedWindowKeepsTheShare()
{
    const double before = share();
    for (const int height : {1000, 1001, 1003, 600, 750, 700})
        resize(height);
    QVERIFY2(std::abs(share() - before) < 0.01, qPrintable(QString::number(share() - before)));
    resize(1100);
    QVERIFY2(std::abs(share() - before) < 0.01, qPrintable(QString::number(share() - before)));
}

void TestTopDockShare::theSeparatorSetsTheShare()
{
    resize(900);
    const double before = share();
    const QDockWidget* shown = first_->visibleRegion().isEmpty() ? second_ : first_;
    const QPoint grip(400, (shown->geometry().bottom() + window_->centralWidget()->y()) / 2);
    QWindow* window = window_->windowHandle();
    QTest::mousePress(window, Qt::LeftButton, {}, grip);
    QTest::mouseMove(window, grip + QPoint(0, 60));
    QTest::mouseMove(window, grip + QPoint(0, 120));
    QTest::qWait(20);
    QTest::mouseRelease(window, Qt::LeftButton, {}, grip + QPoint(0, 120));
    const double chosen = share();
    QVERIFY(chosen > before + 0.1);
    resize(1200);
    QVERIFY2(std::abs(share() - chosen) < 0.01, qPrintable(QString::number(share() - chosen)));
}

void TestTopDockShare::aWindowTooSmallForgetsNothing()
{
    separate(200);
    const double before = share();
    resize(350);
    QVERIFY(share() > before + 0.05);  // the dock's least height
    resize(700);
    QVERIFY2(std::abs(share() - before) < 0.01, qPrintable(QString::number(share() - before)));
}

void TestTopDockShare::aDockBehindAnotherIsNotAsked()
{
    second_->raise();
    QTest::qWait(20);
    separate(400);
    const double chosen = share();
    resize(1000);
    QVERIFY2(std::abs(share() - chosen) < 0.01, qPrintable(QString::number(share() - chosen)));
}

void TestTopDockShare::aDockThatComesAndGoesChangesNothing()
{
    const double before = share();
    QDockWidget below(QStringLiteral("Below"));
    window_->addDockWidget(Qt::BottomDockWidgetArea, &below);
    window_->resizeDocks({&below}, {200}, Qt::Vertical);
    QTest::qWait(20);
    QVERIFY2(std::abs(share() - before) < 0.01, qPrintable(QString::number(share() - before)));
    window_->removeDockWidget(&below);
    QTest::qWait(20);
    QVERIFY2(std::abs(share() - before) < 0.01, qPrintable(QString::number(share() - before)));
}

QTEST_MAIN(TestTopDockShare)
#include "tst_top_dock_share.moc"
