// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QDialog>
#include <QDockWidget>
#include <QLabel>
#include <QMainWindow>
#include <QTest>
#include <QVBoxLayout>

#include "tests/support/events.h"
#include "widgets/common/theme.h"

using namespace exitscope::gui;

namespace {

QLabel* errorLabel(QWidget* parent)
{
    auto* label = new QLabel(QStringLiteral("wrong"), parent);
    label->setProperty("role", "error");
    return label;
}

/// The sheets' colours of an error.
bool isLight(const QLabel* label)
{
    return label->palette().color(QPalette::WindowText) == QColor(0xa63d17);
}
bool isDarkened(const QLabel* label)
{
    return label->palette().color(QPalette::WindowText) == QColor(0xf2a285);
}

}  // namespace

class TestThemeParts : public QObject {
    Q_OBJECT
private slots:
    void reachesEveryPart();
};

void TestThemeParts::reachesEveryPart()
{
    QMainWindow window;
    auto* page = new QWidget(&window);
    QLabel* central = errorLabel(page);
    window.setCentralWidget(page);
    QList<QLabel*> labels{central};
    QDockWidget* front = nullptr;
    for (int i = 0; i < 3; ++i) {
        auto* dock = new QDockWidget(QString::number(i), &window);
        dock->setWidget(errorLabel(dock));
        labels << static_cast<QLabel*>(dock->widget());
        window.addDockWidget(Qt::LeftDockWidgetArea, dock);
        if (front)
            window.tabifyDockWidget(front, dock);
        front = dock;
    }
    window.resize(600, 400);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));

    // a window that was there before the first theme
    applyTheme(*qApp, ThemeChoice::light, false);
    for (const QLabel* label : labels)
        QTRY_VERIFY(isLight(label));
    applyTheme(*qApp, ThemeChoice::dark, false);
    QVERIFY2(!isDarkened(central) && !window.updatesEnabled(), "one part a turn, and nobody sees two themes");
    for (const QLabel* label : labels)
        QTRY_VERIFY(isDarkened(label));
    QVERIFY(window.updatesEnabled());

    // the last of two changes in a row holds
    applyTheme(*qApp, ThemeChoice::light, false);
    applyTheme(*qApp, ThemeChoice::dark, false);
    exitscope::tests::handleEvents(2 * int(window.children().size()));  // one turn for each part of each change
    for (const QLabel* label : labels)
        QVERIFY(isDarkened(label));
    QVERIFY(window.updatesEnabled());

    // what is made later
    QDialog dialog(&window);
    auto* column = new QVBoxLayout(&dialog);
    QLabel* late = errorLabel(&dialog);
    column->addWidget(late);
    dialog.show();
    QTRY_VERIFY(isDarkened(late));
    applyTheme(*qApp, ThemeChoice::light, false);
    QTRY_VERIFY(isLight(late));
}

QTEST_MAIN(TestThemeParts)
#include "tst_theme_parts.moc"
