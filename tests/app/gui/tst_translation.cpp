// SPDX-License-Identifier: GPL-3.0-or-later
// The German window. Whether every text of the sources is translated says scripts/translations --check.
#include <memory>

#include <QApplication>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QMenuBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QXmlStreamReader>

#include "app/data_dialog.h"
#include "app/evaluate_dialog.h"
#include "app/language.h"
#include "app/main_window.h"
#include "app/print_dialog.h"
#include "app/session.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/risk/guarantee.h"
#include "core/analysis/risk/loss.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/prepared_prompts.h"
#include "tests/support/events.h"
#include "tests/support/require.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/format.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"
#include "widgets/plots/core_text.h"

using namespace exitscope;

namespace {

constexpr int tabPadding = 15;

struct Message {
    QString source;
    QStringList translations;  ///< several for plural forms
};

std::vector<Message> messages(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    std::vector<Message> all;
    QXmlStreamReader xml(&file);
    while (!xml.atEnd()) {
        xml.readNext();
        if (!xml.isStartElement())
            continue;
        if (xml.name() == QLatin1String("message"))
            all.emplace_back();
        else if (xml.name() == QLatin1String("source"))
            all.back().source = xml.readElementText();
        else if (xml.name() == QLatin1String("numerusform") ||
                 (xml.name() == QLatin1String("translation") && !all.back().source.contains(QLatin1String("%n"))))
            all.back().translations << xml.readElementText();
    }
    return all;
}

/// Sorted: what a translation may move but neither leave out nor add.
QStringList matches(const QString& text, const QString& pattern)
{
    QStringList found;
    for (auto each = QRegularExpression(pattern).globalMatch(text); each.hasNext();)
        found << each.next().captured();
    found.sort();
    return found;
}

QString leading(const QString& text)
{
    return matches(text, QStringLiteral("^\\s*")).join(QString());
}

QString trailing(const QString& text)
{
    return matches(text, QStringLiteral("(\\.\\.\\.|:)?\\s*$")).join(QString());
}

/// Letters that stand behind "&" more than once, in a menu and those below it.
QString doubledLetters(const QList<QAction*>& actions)
{
    QString found;
    QString letters;
    for (const QAction* action : actions) {
        const QKeySequence letter = QKeySequence::mnemonic(action->text());
        const QString key = letter.toString().right(1);
        if (!letter.isEmpty() && letters.contains(key))
            found += QStringLiteral("%1 (%2) ").arg(key, action->text());
        letters += key;
        if (action->menu())
            found += doubledLetters(action->menu()->actions());
    }
    return found;
}

/// The same among a dialog's labels and buttons.
QString doubledLetters(const QWidget& dialog)
{
    QString letters;
    QString found;
    const auto add = [&](const QString& text) {
        const QString key = QKeySequence::mnemonic(text).toString().right(1);
        if (!key.isEmpty() && letters.contains(key))
            found += QStringLiteral("%1 (%2) ").arg(key, text);
        letters += key;
    };
    for (const auto* label : dialog.findChildren<QLabel*>())
        if (label->buddy())
            add(label->text());
    for (const auto* button : dialog.findChildren<QAbstractButton*>())
        add(button->text());
    return found;
}

}  // namespace

class TestTranslation : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();

    void everyTextKeepsItsPlaces_data();
    void everyTextKeepsItsPlaces();
    void wellKnownTexts();
    void textsOfTheCore();
    void noLetterTwice();
    void fitsASmallScreen();
    void countsCannotBeMistaken();
    void numbersAreReadBack();
    void reportsAreEnglish();
    void theLanguageIsRemembered();

private:
    void openRun();
    QString text(const char* action) { return window_->findChild<QAction*>(QLatin1String(action))->text(); }

    QTemporaryDir scratch_;
    QString run_;
    tests::PreparedPrompts prompts_;
    std::unique_ptr<QSettings> settings_;
    std::unique_ptr<app::Session> session_;
    std::unique_ptr<app::MainWindow> window_;
};

void TestTranslation::initTestCase()
{
    if (!QFile::exists(QStringLiteral(":/translations/exitscope_de.qm")))
        QSKIP("built without Qt's LinguistTools");
    run_ = scratch_.filePath(QStringLiteral("run.exr"));
    QVERIFY(run::save(*tests::synthetic_run({.exits = 3, .precisions = {{4, 4}, {8, 8}}, .fit_samples = 300}),
                      run_.toStdString()));
    app::installTranslation(*QCoreApplication::instance(), app::Language::german);
}

void TestTranslation::init()
{
    settings_ = std::make_unique<QSettings>(scratch_.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    settings_->clear();
    session_ = std::make_unique<app::Session>();
    window_ = std::make_unique<app::MainWindow>(*session_, *settings_, prompts_, app::MainWindow::Options{});
    window_->resize(1280, 720);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
}

void TestTranslation::cleanup()
{
    window_.reset();
    session_.reset();
}

void TestTranslation::openRun()
{
    session_->openRun(run_);
    tests::requireSoon([this] { return session_->point()->decided() && !session_->jobs().busy(); },
                       "a run is decided and no job left");
}

void TestTranslation::everyTextKeepsItsPlaces_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("German") << QStringLiteral(EXITSCOPE_TRANSLATIONS "/exitscope_de.ts");
    QTest::newRow("English plurals") << QStringLiteral(EXITSCOPE_TRANSLATIONS "/exitscope_en.ts");
}

void TestTranslation::everyTextKeepsItsPlaces()
{
    QFETCH(QString, file);
    const std::vector<Message> all = messages(file);
    QVERIFY(!all.empty());
    for (const Message& message : all) {
        QVERIFY2(!message.translations.isEmpty(), qPrintable(message.source));
        for (const QString& translation : message.translations) {
            const auto same = [&](const char* pattern) {
                return matches(message.source, QLatin1String(pattern)) == matches(translation, QLatin1String(pattern));
            };
            QVERIFY2(same("%\\d"), qPrintable(translation));
            QVERIFY2(same("<[^>]*>|&nbsp;"), qPrintable(translation));
            QVERIFY2(same("\\*\\.[a-z]+|;;"), qPrintable(translation));
            QVERIFY2(same("\\n"), qPrintable(translation));
            QVERIFY2(matches(message.source, QStringLiteral("&\\w")).size() ==
                         matches(translation, QStringLiteral("&\\w")).size(),
                     qPrintable(translation));
            QCOMPARE(leading(translation), leading(message.source));
            if (message.source != QStringLiteral(","))
                QCOMPARE(trailing(translation), trailing(message.source));
        }
    }
}

void TestTranslation::wellKnownTexts()
{
    QCOMPARE(text("actionOpenRun"), QStringLiteral("&Lauf öffnen..."));
    QCOMPARE(text("actionExportReport"), QStringLiteral("B&ericht..."));
    QCOMPARE(text("actionGoToconfusionDock"), QStringLiteral("Konfusion"));
    QCOMPARE(text("actionLanguageEnglish"), QStringLiteral("&English"));
    QCOMPARE(window_->menuBar()->actions().front()->text(), QStringLiteral("&Datei"));
    QCOMPARE(window_->findChild<QPushButton*>(QStringLiteral("welcomeSample"))->text(),
             QStringLiteral("Beispiel öffnen"));
    openRun();
    const QString shown = window_->findChild<QLabel*>(QStringLiteral("filterCounts"))->text();
    QVERIFY2(shown.endsWith(QStringLiteral("Bildern")), qPrintable(shown));
    // helpers outside of any widget, and strings that are chosen at run time
    QCOMPARE(gui::describe({gui::Filter::Kind::good, 1}, *session_->run()), QStringLiteral("richtig"));
    QCOMPARE(gui::duration(3), QStringLiteral("3 s"));
    QVERIFY(window_->findChild<QWidget*>(QStringLiteral("perturbBrightness"))
                ->accessibleName()
                .contains(QStringLiteral("Helligkeit")));
}

void TestTranslation::textsOfTheCore()
{
    std::vector<std::string_view> shown;
    for (const policy::Info& info : policy::registry())
        shown.push_back(info.description);
    for (const cost::Kind kind : {cost::Kind::energy, cost::Kind::latency})
        shown.push_back(cost::title(kind));
    for (const risk::LossInfo& loss : risk::losses())
        shown.push_back(loss.title);
    const std::string naive = risk::promise({.method = risk::Method::naive});
    shown.push_back(naive);
    for (const std::string_view text : shown)
        QVERIFY2(plots::core_text(text) != gui::text(text), std::string(text).c_str());
    for (const std::string_view text : plots::core_texts())
        QVERIFY2(plots::core_text(text) != gui::text(text), std::string(text).c_str());
}

void TestTranslation::noLetterTwice()
{
    QCOMPARE(doubledLetters(window_->menuBar()->actions()), QString());
    QString letters;
    for (const QAction* menu : window_->menuBar()->actions())
        letters += QKeySequence::mnemonic(menu->text()).toString().right(1);
    for (const QLabel* label : window_->findChildren<QLabel*>())
        if (label->buddy())
            letters += QKeySequence::mnemonic(label->text()).toString().right(1);
    for (const QChar letter : letters)
        QVERIFY2(letters.count(letter) == 1, qPrintable(letters));
    QCOMPARE(doubledLetters(app::EvaluateDialog(prompts_, session_->settings(), {}, {}, nullptr, nullptr)), QString());
    QCOMPARE(doubledLetters(app::DataDialog(prompts_, {}, {}, {}, nullptr, nullptr)), QString());
    const gui::Plot plot(QStringLiteral("plot"), QString());
    QCOMPARE(doubledLetters(app::PrintDialog(plot, prompts_, *settings_, QString())), QString());
}

void TestTranslation::fitsASmallScreen()
{
    openRun();
    tests::handleEvents();
    QVERIFY2(window_->minimumSizeHint().width() <= 1280,
             qPrintable(QString::number(window_->minimumSizeHint().width())));
    QVERIFY2(window_->minimumSizeHint().height() <= 720,
             qPrintable(QString::number(window_->minimumSizeHint().height())));
    window_->resize(1280, 720);
    tests::handleEvents();
    QCOMPARE(window_->size(), QSize(1280, 720));
    for (const QToolButton* more : window_->findChildren<QToolButton*>(QStringLiteral("qt_toolbar_ext_button")))
        QVERIFY2(!more->isVisible(), "a tool bar has no room for its tools");
    for (const QTabBar* tabs : window_->findChildren<QTabBar*>())
        for (int i = 0; i < tabs->count(); ++i)
            QVERIFY2(tabs->tabRect(i).width() > tabs->fontMetrics().horizontalAdvance(tabs->tabText(i)) + tabPadding,
                     qPrintable(tabs->tabText(i)));
}

void TestTranslation::countsCannotBeMistaken()
{
    // "12,345" would be twelve and a third to a German reader
    QCOMPARE(gui::count(12'345), QStringLiteral("12\u202f345"));
    const app::SourceTexts english;
    QCOMPARE(gui::count(12'345), QStringLiteral("12,345"));
}

void TestTranslation::numbersAreReadBack()
{
    openRun();
    auto* budget = window_->findChild<QDoubleSpinBox*>(QStringLiteral("budgetValue"));
    for (const char* typed : {"43.5", "43,5"}) {
        session_->setBudget(0.8);
        budget->selectAll();
        QTest::keyClicks(budget, QLatin1String(typed));
        QTest::keyClick(budget, Qt::Key_Return);
        QCOMPARE(session_->budget(), 0.435);
        QVERIFY2(budget->text().startsWith(QStringLiteral("43.5")), qPrintable(budget->text()));
    }
}

void TestTranslation::reportsAreEnglish()
{
    openRun();
    const QString path = scratch_.filePath(QStringLiteral("report.html"));
    prompts_.save = path;
    QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path) && !session_->jobs().busy(), 60'000);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString report = QString::fromUtf8(file.readAll());
    QVERIFY(report.contains(QStringLiteral("<svg")));
    for (const char* german : {"Genauigkeit", "Kosten", "Bilder", "Fehler"})
        QVERIFY2(!report.contains(QLatin1String(german)), german);
}

void TestTranslation::theLanguageIsRemembered()
{
    QVERIFY(app::savedLanguage(*settings_) == app::Language::system);
    QVERIFY(window_->findChild<QAction*>(QStringLiteral("actionLanguageSystem"))->isChecked());
    auto* bar = window_->findChild<gui::MessageBar*>(QStringLiteral("messageBar"));
    for (const auto& [action, language] : {std::pair("actionLanguageGerman", app::Language::german),
                                           std::pair("actionLanguageEnglish", app::Language::english),
                                           std::pair("actionLanguageSystem", app::Language::system)}) {
        bar->dismiss();
        window_->findChild<QAction*>(QLatin1String(action))->trigger();
        QVERIFY(app::savedLanguage(*settings_) == language);
        QVERIFY(bar->isVisible() && !bar->isError());
    }
}

QTEST_MAIN(TestTranslation)
#include "tst_translation.moc"
