// SPDX-License-Identifier: GPL-3.0-or-later
// How the window reads models and data: what it is told, what it says, and what it keeps.

#include <limits>

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>

#include "app/data_dialog.h"
#include "app/evaluate_dialog.h"
#include "app/model_dialog.h"
#include "app/remedies.h"
#include "app/source_edit.h"
#include "core/analysis/run/run_file.h"
#include "core/network/dataset/file_types.h"
#include "tests/app/gui/window_test.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/theme.h"

using namespace exitscope;

namespace {

constexpr int classes = 12;
const QString brightness =
    QStringLiteral(EXITSCOPE_TEST_DATA "/models/brightness.onnx");                   // grey 4x4: class = grey / 20
const QString outputs = QStringLiteral(EXITSCOPE_TEST_DATA "/models/outputs.onnx");  // two exits of five outputs

void write(const QString& path, const QByteArray& bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    tests::require(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size(), "a test file is written");
}

/// NPY of floats or 64-bit integers.
template <class Value>
QByteArray npy(const char* type, const QByteArray& shape, const std::vector<Value>& values)
{
    QByteArray header = QByteArray("{'descr': '") + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    while ((10 + header.size() + 1) % 64 != 0)
        header += ' ';
    header += '\n';
    QByteArray bytes("\x93NUMPY\x01\x00", 8);
    bytes += char(header.size() & 0xff);
    bytes += char(header.size() >> 8);
    return bytes + header +
           QByteArray(reinterpret_cast<const char*>(values.data()), qsizetype(values.size() * sizeof(Value)));
}

std::vector<int> labels(const dataset::Dataset& data)
{
    std::vector<int> found;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto label = data.label(SampleIndex(i));
        found.push_back(label ? int(label->value) : -1);
    }
    return found;
}

/// What the grey of every image says that its class is.
std::vector<int> truth(const dataset::Dataset& data)
{
    std::vector<int> found;
    for (std::size_t i = 0; i < data.size(); ++i)
        found.push_back(data.image(SampleIndex(i)).value().pixels.front() / 20);
    return found;
}

}  // namespace

class TestReading : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void init() { startAfresh(); }

    void dataIsNumberedForTheModelThatComesLater();
    void imagesWithoutNumbersAreLeftOut();
    void noticesOfAnEvaluationAreListed();
    void theSessionPanelSaysWhatHolds();
    void aSessionReadsTheSameDataAgain();
    void exitsAreTicked();
    void optionsOfAModelAreKeptForIt();
    void remediesNameAPlaceInTheWindow();
    void fileDialogsOfferWhatIsRead();
    void dialogsFitASmallScreen();
    void aSectionsTitleIsWhole();
    void aNoticeTakesTheLinesItNeeds();

private:
    void ready()
    {
        tests::requireSoon([this] { return !session_->jobs().busy(); }, "no job is left");
        tests::handleEvents();
    }
    /// Class folders whose names, sorted as text, are not in the order of the network's classes.
    QString folders_;
};

void TestReading::initTestCase()
{
    folders_ = file("named");
    QByteArray names;
    for (int label = 0; label < classes; ++label) {
        const QString name = QLatin1String("class ") + QLatin1Char(char('z' - label));
        names += name.toUtf8() + '\n';
        for (int i = 0; i < 4; ++i)
            write(folders_ + QStringLiteral("/%1/%2.pgm").arg(name).arg(i),
                  "P5 4 4 255\n" + QByteArray(16, char(20 * label + i)));
    }
    write(folders_ + QStringLiteral("/classes.txt"), names);
}

void TestReading::dataIsNumberedForTheModelThatComesLater()
{
    makeBriefSession();
    session_->openData(folders_);
    ready();
    QVERIFY(labels(*session_->data().fit) != truth(*session_->data().fit));
    session_->openModel(brightness);
    ready();
    QVERIFY(labels(*session_->data().fit) == truth(*session_->data().fit));
    QVERIFY(labels(*session_->data().test) == truth(*session_->data().test));

    session_ = nullptr;  // both at once
    makeBriefSession();
    session_->openModel(brightness);
    session_->openData(folders_);
    ready();
    QVERIFY(labels(*session_->data().fit) == truth(*session_->data().fit));
}

void TestReading::imagesWithoutNumbersAreLeftOut()
{
    constexpr int images = 60;
    std::vector<float> values;
    std::vector<std::int64_t> numbers;
    for (int i = 0; i < images; ++i) {
        numbers.push_back(i % classes);
        values.insert(values.end(), 16, 20.0F * float(i % classes) / 255);
    }
    values[16 * 7] = std::numeric_limits<float>::quiet_NaN();
    write(file("nan/x.npy"), npy("<f4", "60, 1, 4, 4", values));
    write(file("nan/y.npy"), npy("<i8", "60, ", numbers));
    makeBriefSession();
    openWindow();
    session_->openModel(brightness);
    session_->openData(file("nan/x.npy"));
    ready();
    session_->evaluate();
    ready();
    QVERIFY(!session_->run());
    QVERIFY(find<gui::MessageBar>("messageBar")->isError());
    dataset::OpenOptions reading = session_->reading();
    reading.unreadable = dataset::Unreadable::skip;
    session_->setReading(reading);
    session_->evaluate();
    settle();
    const run::Run& run = *session_->run();
    QCOMPARE(run.fit.samples + run.test.samples, std::size_t(images - 1));
    QCOMPARE(run.fit.skipped.size() + run.test.skipped.size(), std::size_t(1));
    const bool told = std::any_of(run.provenance.notices.begin(), run.provenance.notices.end(),
                                  [](const Notice& notice) { return notice.code == "left-out"; });
    QVERIFY(told);
    QString shown;
    for (const QLabel* label : find<QWidget>("noticeList")->findChildren<QLabel*>())
        shown += label->text();
    QVERIFY2(shown.contains(QStringLiteral("are left out because")), qPrintable(shown));
    QString panel;
    for (const QLabel* label : find<QWidget>("sessionPanel")->findChildren<QLabel*>())
        panel += label->text();
    QVERIFY(panel.contains(QStringLiteral("left out: 1")));
}

/// Those about model and data together, as soon as they are known.
void TestReading::noticesOfAnEvaluationAreListed()
{
    makeBriefSession();
    openWindow();
    session_->openModel(brightness);
    session_->openData(folders_);
    ready();
    app::EvaluateSettings settings = session_->settings();
    settings.preprocessing.mean = {{0.9F}};
    settings.preprocessing.std = {{0.01F}};
    session_->setSettings(settings);
    bool early = false;
    connect(session_.get(), &app::Session::runNoticesChanged, this, [&] {
        for (const Notice& notice : session_->runNotices())
            early = early || (!session_->run() && notice.code == "preprocessing-doubtful");
    });
    session_->evaluate();
    settle();
    QVERIFY(early);
    QVERIFY(find<QWidget>("noticeList")->isVisible());
    Notices kept = session_->run()->provenance.notices;
    QVERIFY(std::any_of(kept.begin(), kept.end(),
                        [](const Notice& notice) { return notice.code == "preprocessing-doubtful"; }));
}

/// What was assumed, what failed before and what cannot run follow settings and files.
void TestReading::theSessionPanelSaysWhatHolds()
{
    makeBriefSession();
    openWindow();
    const auto panel = [this] {
        QStringList shown;
        for (const QLabel* label : find<QWidget>("sessionPanel")->findChildren<QLabel*>())
            if (!label->isHidden())
                shown << label->text();
        return shown.join(QLatin1Char('\n'));
    };
    session_->openModel(file("missing.onnx"));
    ready();
    QVERIFY(find<gui::MessageBar>("messageBar")->isError());
    session_->openModel(brightness);
    ready();
    QVERIFY(find<gui::MessageBar>("messageBar")->message().isEmpty());
    session_->openData(folders_);
    ready();
    QVERIFY2(panel().contains(QStringLiteral("\nnamed\nfit 24\ntest 24\nsplit at random")), qPrintable(panel()));
    QTRY_VERIFY(panel().contains(QStringLiteral("Ready.")));

    app::EvaluateSettings settings = session_->settings();
    settings.preprocessing.mean = {{0.5F, 0.5F}};  // of one channel
    session_->setSettings(settings);
    QTRY_VERIFY(panel().contains(QStringLiteral("cannot run")));
    QVERIFY(!panel().contains(QStringLiteral("Ready.")));

    settings.preprocessing.mean.reset();
    session_->setSettings(settings);
    session_->openModel(outputs);
    ready();
    QVERIFY(panel().contains(QStringLiteral("assumed")));
    const auto* column = find<QScrollArea>("sessionColumn");  // beside whose scroll bar nothing is cut
    QVERIFY(column->minimumSizeHint().width() >=
            column->widget()->minimumSizeHint().width() + column->verticalScrollBar()->sizeHint().width());
    settings.preprocessing.mean = {{0.5F, 0.5F, 0.5F}};
    session_->setSettings(settings);
    QTRY_VERIFY(!panel().contains(QStringLiteral("assumed")));
}

void TestReading::aSessionReadsTheSameDataAgain()
{
    makeBriefSession();
    openWindow();
    QByteArray lines;
    for (int i = 0; i < 4 * classes; ++i)
        lines += QByteArray::number((i * 5) % classes + 1) + '\n';
    write(file("labels.txt"), lines);
    dataset::OpenOptions reading;
    reading.labels_file = file("labels.txt").toStdString();
    reading.label_offset = -1;
    reading.unreadable = dataset::Unreadable::skip;
    session_->setReading(reading);
    model::OpenOptions opening;
    opening.outputs = OutputKind::logits;
    opening.preprocessing.mean = {{0.25F}};
    opening.preprocessing.resize = dataset::Resize{};
    opening.preprocessing.preset = "raw";
    session_->openModel(brightness, opening);
    ready();
    session_->openData(folders_, 0.25);
    ready();
    const std::vector<int> fit = labels(*session_->data().fit);
    const std::string hash = session_->data().fit->content_hash();
    QCOMPARE(fit.size(), std::size_t(classes));
    session_->evaluate();
    settle();
    prompts_.save = file("work.exr");
    QTest::keyClick(window_.get(), Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(session_->runIsSaved());
    prompts_.save = file("work.exs");
    QTest::keyClick(window_.get(), Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(QFile::exists(file("work.exs")) && !session_->jobs().busy());

    dropWindow();
    openWindow();
    window_->open(app::classify({file("work.exs")}));
    settle();
    QCOMPARE(session_->data().fit->content_hash(), hash);
    QVERIFY(labels(*session_->data().fit) == fit);
    QVERIFY(session_->settings().preprocessing == opening.preprocessing);
    QVERIFY(session_->opening().outputs == opening.outputs);
    QVERIFY(session_->reading().unreadable == dataset::Unreadable::skip);
}

void TestReading::exitsAreTicked()
{
    makeBriefSession();
    session_->openModel(outputs);
    ready();
    QCOMPARE(session_->model()->exit_count(), std::size_t(2));
    app::ModelDialog dialog(prompts_, session_->modelRequest(), session_->model());
    QVERIFY(dialog.request().how.exits.empty());
    auto* list = tests::requireChild<QListWidget>(&dialog, "exitOutputs");
    QCOMPARE(list->count(), 5);
    for (int row = 0; row < list->count(); ++row)
        list->item(row)->setCheckState(
            list->item(row)->data(Qt::UserRole).toString() == QStringLiteral("p") ? Qt::Checked : Qt::Unchecked);
    QCOMPARE(tests::requireChild<QLineEdit>(&dialog, "exitNames")->text(), QStringLiteral("p"));
    session_->openModel(dialog.request().path, dialog.request().how);
    ready();
    QCOMPARE(session_->model()->exit_count(), std::size_t(1));
    QCOMPARE(session_->model()->stages.front().exit_name, std::string("p"));
    auto* names = tests::requireChild<QLineEdit>(&dialog, "exitNames");
    names->clear();
    QTest::keyClicks(names, QStringLiteral("early, late"));
    QCOMPARE(dialog.request().how.exits, (std::vector<std::string>{"early", "late"}));
    int ticked = 0;
    for (int row = 0; row < list->count(); ++row)
        ticked += list->item(row)->checkState() == Qt::Checked ? 1 : 0;
    QCOMPARE(ticked, 2);
    auto* size = tests::requireChild<QLineEdit>(&dialog, "inputSize");
    QTest::keyClicks(size, QStringLiteral("32x48"));
    QVERIFY(dialog.request().how.input_size == (model::ImageSize{32, 48}));
    QTest::keyClicks(size, QStringLiteral("x"));
    QVERIFY(!dialog.request().how.input_size);
}

/// A refused model is what the options are offered for; another model starts without any.
void TestReading::optionsOfAModelAreKeptForIt()
{
    makeBriefSession();
    openWindow();
    model::OpenOptions how;
    how.exits = {"no such output"};
    session_->openModel(outputs, how);
    ready();
    QVERIFY(!session_->model());
    QCOMPARE(session_->modelRequest().path, QFileInfo(outputs).absoluteFilePath());
    QCOMPARE(session_->modelRequest().how.exits, how.exits);
    app::EvaluateSettings settings = session_->settings();
    settings.preprocessing.mean = {{0.25F}};
    session_->setSettings(settings);
    session_->openModel(brightness);  // the first one that opens: what was chosen before is meant for it
    ready();
    QVERIFY(session_->modelRequest().how.exits.empty());
    QVERIFY(session_->settings().preprocessing.mean.has_value());
    session_->openModel(outputs);
    ready();
    QVERIFY(session_->settings().preprocessing.empty());
}

void TestReading::remediesNameAPlaceInTheWindow()
{
    QCOMPARE(app::withPlaceInWindow(QStringLiteral("x is bad; run it with --allow-training-mode")),
             QStringLiteral("x is bad; run it with --allow-training-mode (here: File, Model options)"));
    QCOMPARE(app::withPlaceInWindow(QStringLiteral("--labels-of")), QStringLiteral("--labels-of"));
    QVERIFY(app::withPlaceInWindow(QStringLiteral("say --resize or --crop")).contains(QStringLiteral("Preprocessing")));
    QVERIFY(app::withPlaceInWindow(QStringLiteral("--label-offset -1")).contains(QStringLiteral("Labels and damaged")));
}

void TestReading::fileDialogsOfferWhatIsRead()
{
    const QString filter = app::SourceEdit::dataFilter();
    const QString first = filter.section(QStringLiteral(";;"), 0, 0);
    for (const dataset::FileType& type : dataset::file_types())
        for (const std::string_view ending : type.endings)
            QVERIFY2(
                first.contains(QStringLiteral("*%1").arg(QString::fromUtf8(ending.data(), qsizetype(ending.size())))),
                qPrintable(first));
    for (const char* ending : {"*.h5", "*.hdf5", "*.mat", "*.tar", "*.tgz", "*.tar.gz", "*.csv", "*.tsv", "*.txt"})
        QVERIFY2(first.contains(QLatin1String(ending)), ending);
    QVERIFY(filter.endsWith(QStringLiteral(";;All files (*)")));
}

void TestReading::dialogsFitASmallScreen()
{
    app::DataDialog data(prompts_, {}, {}, {}, nullptr, nullptr);
    app::EvaluateDialog evaluate(prompts_, app::EvaluateSettings(), {}, {}, nullptr, nullptr);
    for (QDialog* dialog : {static_cast<QDialog*>(&data), static_cast<QDialog*>(&evaluate)}) {
        dialog->show();
        QVERIFY(QTest::qWaitForWindowExposed(dialog));
        for (const char* section : {"readingSection", "preprocessingSection"})
            if (auto* button = dialog->findChild<QToolButton*>(QLatin1String(section)))
                button->click();
        tests::handleEvents();
        QVERIFY2(dialog->minimumSizeHint().height() < 680, qPrintable(dialog->objectName()));
        dialog->resize(dialog->width(), 680);
        tests::handleEvents();
        QCOMPARE(dialog->height(), 680);
    }
}

/// The last column of the title that differs from what is around it.
void TestReading::aSectionsTitleIsWhole()
{
    gui::applyTheme(*qApp, gui::ThemeChoice::light, false);
    app::DataDialog data(prompts_, {}, {}, {}, nullptr, nullptr);
    data.show();
    QVERIFY(QTest::qWaitForWindowExposed(&data));
    auto* button = tests::requireChild<QToolButton>(&data, "readingSection");
    button->click();
    tests::handleEvents();
    const auto inked = [&] {
        const QImage picture = button->grab().toImage();
        int last = 0;
        for (int x = 8; x < picture.width() - 4; ++x)
            for (int y = 6; y < picture.height() - 6; ++y)
                if (picture.pixelColor(x, y).lightness() < 128)
                    last = x;
        return last;
    };
    const int asLaidOut = inked();
    button->setMinimumWidth(button->width() + 80);
    button->resize(button->width() + 80, button->height());
    tests::handleEvents();
    QVERIFY(asLaidOut > 40);
    QVERIFY2(inked() <= asLaidOut + 45, "the title goes on where there is more room");
}

void TestReading::aNoticeTakesTheLinesItNeeds()
{
    openWindow();
    auto* bar = find<gui::MessageBar>("messageBar");
    session_->openModel(QStringLiteral(EXITSCOPE_TEST_DATA "/models/backbone_13.onnx"));
    ready();
    QVERIFY(bar->isVisible());
    const int line = bar->fontMetrics().lineSpacing();
    const auto* words = tests::requireChild<QLabel>(bar, "messageText");
    QVERIFY(words->height() >= line && words->geometry().top() >= 0 && words->geometry().bottom() < bar->height());
    QVERIFY(words->width() > bar->width() / 2);
    QVERIFY2(bar->height() < 3 * line, qPrintable(QString::number(bar->height())));
    bar->showNotice(QStringLiteral("a sentence of many words ").repeated(20));
    tests::handleEvents();
    QVERIFY(bar->height() > 3 * line && bar->height() < 8 * line);
}

QTEST_MAIN(TestReading)
#include "tst_reading.moc"
