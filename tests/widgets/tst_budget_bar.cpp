// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QDoubleSpinBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QStyleOptionSlider>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include "tests/widgets/decided_point.h"
#include "widgets/budget/budget_bar.h"

using namespace exitscope;

class TestBudgetBar : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void keysMoveTheBudget();
    void aTypedValueMovesTheSlider();
    void theMouseMovesTheBudget();
    void settingItIsSilent();
    void unlabelledDataShowsAgreement();
    void aClickOnAMarkJumps();
    void spaceSweepsUntilAnythingIsPressed();

private:
    gui::OperatingPoint point_;
    gui::BudgetBar* bar_ = nullptr;
    QSlider* slider_ = nullptr;
    QDoubleSpinBox* value_ = nullptr;
};

void TestBudgetBar::init()
{
    point_ = tests::decidedPoint();
    point_.decisions.outcome.exit_share = {0.5, 0.3, 0.2};
    point_.decisions.outcome.accuracy = analyse::proportion(150, 200);
    bar_ = new gui::BudgetBar;
    bar_->resize(1200, 50);
    bar_->setRange(0.1);
    bar_->setBudget(0.5);
    bar_->setPoint(point_, 0.8);
    bar_->show();
    slider_ = bar_->findChild<QSlider*>(QStringLiteral("budgetSlider"));
    value_ = bar_->findChild<QDoubleSpinBox*>(QStringLiteral("budgetValue"));
}

void TestBudgetBar::cleanup()
{
    delete bar_;
}

void TestBudgetBar::keysMoveTheBudget()
{
    QSignalSpy changed(bar_, &gui::BudgetBar::budgetChanged);
    QTest::keyClick(slider_, Qt::Key_Right);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.takeFirst().front().toDouble(), 0.501);
    QTest::keyClick(slider_, Qt::Key_PageUp);
    QCOMPARE(changed.takeFirst().front().toDouble(), 0.511);
    QCOMPARE(value_->value(), 51.1);
    QTest::keyClick(slider_, Qt::Key_Home);
    QCOMPARE(changed.takeFirst().front().toDouble(), 0.1);
    QTest::keyClick(slider_, Qt::Key_Left);
    QCOMPARE(changed.count(), 0);
    QTest::keyClick(slider_, Qt::Key_End);
    QCOMPARE(changed.takeFirst().front().toDouble(), 1.0);
}

void TestBudgetBar::aTypedValueMovesTheSlider()
{
    QSignalSpy changed(bar_, &gui::BudgetBar::budgetChanged);
    value_->setFocus();
    value_->selectAll();
    QTest::keyClicks(value_, QStringLiteral("31.42"));
    QCOMPARE(changed.count(), 0);
    QTest::keyClick(value_, Qt::Key_Return);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.front().front().toDouble(), 0.3142);
    QCOMPARE(slider_->value(), 3142);
}

void TestBudgetBar::theMouseMovesTheBudget()
{
    QSignalSpy changed(bar_, &gui::BudgetBar::budgetChanged);
    QTest::mouseClick(slider_, Qt::LeftButton, {}, QPoint(slider_->width() - 3, slider_->height() / 2));
    QCOMPARE(changed.count(), 1);
    QVERIFY(changed.front().front().toDouble() > 0.5);
}

void TestBudgetBar::settingItIsSilent()
{
    QSignalSpy changed(bar_, &gui::BudgetBar::budgetChanged);
    bar_->setBudget(0.25);
    bar_->setRange(0.05);
    QCOMPARE(changed.count(), 0);
    QCOMPARE(slider_->value(), 2500);
    QCOMPARE(value_->value(), 25.0);
}

void TestBudgetBar::unlabelledDataShowsAgreement()
{
    const auto* accuracy = bar_->findChild<QLabel*>(QStringLiteral("accuracyLabel"));
    const auto* drop = bar_->findChild<QLabel*>(QStringLiteral("dropLabel"));
    QVERIFY(accuracy->text().startsWith(QStringLiteral("75.0 % [")));
    QCOMPARE(drop->text(), QStringLiteral("-5.0 pt"));
    gui::OperatingPoint unlabelled = tests::decidedPoint(200, false);
    unlabelled.decisions.outcome.agreement = 0.97;
    bar_->setPoint(unlabelled, 0);
    QCOMPARE(accuracy->text(), QStringLiteral("97.0 %"));
    QCOMPARE(drop->text(), QStringLiteral("-"));
}

void TestBudgetBar::aClickOnAMarkJumps()
{
    QVERIFY(QTest::qWaitForWindowExposed(bar_));
    bar_->setMarks({{0.25, QStringLiteral("a"), QStringLiteral("A")}, {0.7, QStringLiteral("b"), QStringLiteral("B")}});
    auto* strip = bar_->findChild<gui::MarkStrip*>(QStringLiteral("budgetMarks"));
    QSignalSpy changed(bar_, &gui::BudgetBar::budgetChanged);
    QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(int(strip->position(0.7)) + 3, 4));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.takeFirst().front().toDouble(), 0.7);
    QCOMPARE(slider_->value(), 7000);
    QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(int(strip->position(0.5)), 4));
    QCOMPARE(changed.count(), 0);
    // the mark stands under the slider's handle at the same budget
    QStyleOptionSlider option;
    option.initFrom(slider_);
    option.minimum = slider_->minimum();
    option.maximum = slider_->maximum();
    option.sliderPosition = option.sliderValue = slider_->value();
    option.orientation = Qt::Horizontal;
    const QRect handle = slider_->style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider_);
    const QPoint centre = strip->mapFromGlobal(slider_->mapToGlobal(handle.center()));
    QVERIFY(std::abs(centre.x() - strip->position(0.7)) <= 1.5);
}

void TestBudgetBar::spaceSweepsUntilAnythingIsPressed()
{
    QSignalSpy changed(bar_, &gui::BudgetBar::budgetChanged);
    auto* button = bar_->findChild<QToolButton*>(QStringLiteral("animateBudget"));
    QTest::keyClick(slider_, Qt::Key_Space);
    QVERIFY(button->isChecked());
    QTRY_VERIFY(changed.count() >= 3);
    double before = 0.5;
    for (const QList<QVariant>& step : changed) {
        QVERIFY(step.front().toDouble() >= before && step.front().toDouble() <= 1);
        before = step.front().toDouble();
    }
    QVERIFY(before > 0.5);
    QTest::keyClick(value_, Qt::Key_Up);
    QVERIFY(!button->isChecked());
    QCOMPARE(value_->value(), 50.0);  // the key that stops it does nothing else
    changed.clear();
    // timers fire in the order of their ends: another frame of the sweep would come before this one
    bool passed = false;
    QTimer::singleShot(60, Qt::PreciseTimer, this, [&passed] { passed = true; });
    QTRY_VERIFY(passed);
    QCOMPARE(changed.count(), 0);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(button->isChecked());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!button->isChecked());
    QTest::mouseClick(button, Qt::LeftButton);
    bar_->clear();
    QVERIFY(!button->isChecked());
}

QTEST_MAIN(TestBudgetBar)
#include "core/analysis/analyse/proportion.h"
#include "tst_budget_bar.moc"
