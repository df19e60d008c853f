// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDoubleSpinBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>

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
    point_.decisions.outcome.accuracy = evaluate::proportion(150, 200);
    bar_ = new gui::BudgetBar;
    bar_->resize(1200, 50);
    bar_->setRange(0.1);
    bar_->setBudget(0.5);
    bar_->show(point_, 0.8);
    static_cast<QWidget*>(bar_)->show();
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
    bar_->show(unlabelled, 0);
    QCOMPARE(accuracy->text(), QStringLiteral("97.0 %"));
    QCOMPARE(drop->text(), QStringLiteral("-"));
}

QTEST_MAIN(TestBudgetBar)
#include "tst_budget_bar.moc"
