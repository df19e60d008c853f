// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include "core/analysis/query/predicate.h"
#include "tests/widgets/decided_point.h"
#include "widgets/filters/search_field.h"

using namespace exitscope;

class TestSearchField : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void returnSubmitsWhatMatches();
    void errorsStandUnderTheField();
    void completesFieldsAndClasses();
    void isDisabledWithoutARun();

private:
    gui::OperatingPoint point_;
    gui::SearchField* field_ = nullptr;
    QLineEdit* edit_ = nullptr;
    QLabel* message_ = nullptr;
};

void TestSearchField::init()
{
    point_ = tests::decidedPoint();
    auto run = std::make_shared<run::Run>(*point_.run);
    run->class_names[3] = "ankle boot";
    point_.run = run;
    field_ = new gui::SearchField;
    field_->setCount([this](const std::string& text) -> Expected<std::size_t> {
        const auto predicate = query::Predicate::bind(text, *point_.run);
        if (!predicate)
            return tl::unexpected<Error>(predicate.error());
        std::vector<SampleIndex> samples;
        for (std::size_t i = 0; i < 200; ++i)
            samples.push_back(SampleIndex(i));
        predicate->keep(point_.rows(), samples);
        return samples.size();
    });
    field_->setRun(point_.run);
    field_->resize(500, 60);
    field_->show();
    field_->activateWindow();
    edit_ = field_->findChild<QLineEdit*>(QStringLiteral("searchField"));
    message_ = field_->findChild<QLabel*>(QStringLiteral("searchMessage"));
    edit_->setFocus();
}

void TestSearchField::cleanup()
{
    delete field_;
}

void TestSearchField::returnSubmitsWhatMatches()
{
    QSignalSpy submitted(field_, &gui::SearchField::submitted);
    QTest::keyClicks(edit_, QStringLiteral("index<50"));
    QTRY_VERIFY(message_->isVisible());
    QVERIFY2(message_->text().startsWith(QStringLiteral("50 ")), qPrintable(message_->text()));
    QTest::keyClick(edit_, Qt::Key_Return);
    QCOMPARE(submitted.count(), 1);
    QCOMPARE(submitted.front().front().toString(), QStringLiteral("index<50"));
    QVERIFY(edit_->text().isEmpty() && !message_->isVisible());
    QTest::keyClick(edit_, Qt::Key_Return);
    QCOMPARE(submitted.count(), 1);
}

void TestSearchField::errorsStandUnderTheField()
{
    QSignalSpy submitted(field_, &gui::SearchField::submitted);
    QTest::keyClicks(edit_, QStringLiteral("exit=2 clas:3"));
    QTest::keyClick(edit_, Qt::Key_Return);
    QCOMPARE(submitted.count(), 0);
    QVERIFY(message_->isVisible());
    QCOMPARE(message_->text(), QStringLiteral("character 8: there is no field \"clas\"; did you mean \"class\"?"));
    QCOMPARE(edit_->text(), QStringLiteral("exit=2 clas:3"));
}

void TestSearchField::completesFieldsAndClasses()
{
    QSignalSpy submitted(field_, &gui::SearchField::submitted);
    auto* popup = field_->findChild<QCompleter*>()->popup();
    QTest::keyClicks(edit_, QStringLiteral("wrong cla"));
    QVERIFY(popup->isVisible());
    QTest::keyClick(popup, Qt::Key_Tab);
    QCOMPARE(edit_->text(), QStringLiteral("wrong class:"));
    QTRY_VERIFY(popup->isVisible());
    QTest::keyClicks(edit_, QStringLiteral("ank"));
    QTest::keyClick(popup, Qt::Key_Down);
    QTest::keyClick(popup, Qt::Key_Return);
    QCOMPARE(edit_->text(), QStringLiteral("wrong class:\"ankle boot\" "));
    QCOMPARE(submitted.count(), 0);
    QTest::keyClicks(edit_, QStringLiteral("exi"));
    QVERIFY(popup->isVisible());
    QTest::keyClick(popup, Qt::Key_Escape);
    QVERIFY(!popup->isVisible());
    // Return without a suggestion chosen submits what was typed
    edit_->clear();
    QTest::keyClicks(edit_, QStringLiteral("class:3"));
    edit_->clear();
    QTest::keyClicks(edit_, QStringLiteral("class:1"));
    QVERIFY(popup->isVisible());
    QTest::keyClick(popup, Qt::Key_Return);
    QCOMPARE(submitted.count(), 1);
    QCOMPARE(submitted.front().front().toString(), QStringLiteral("class:1"));
    QVERIFY(!popup->isVisible());
}

void TestSearchField::isDisabledWithoutARun()
{
    field_->setRun(nullptr);
    QVERIFY(!edit_->isEnabled());
}

QTEST_MAIN(TestSearchField)
#include "tst_search_field.moc"
