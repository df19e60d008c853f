// SPDX-License-Identifier: GPL-3.0-or-later
#include <random>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include "app/autosave.h"
#include "app/reading_form.h"
#include "app/saved_filters.h"
#include "app/session_file.h"
#include "core/base/file.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using app::SessionState;

namespace {

SessionState full()
{
    SessionState state;
    state.run = QStringLiteral("/data/run.exr");
    state.runId = QStringLiteral("0123");
    state.model = QStringLiteral("/data/model.onnx");
    state.fit = QStringLiteral("fashion-mnist:fit");
    state.test = QStringLiteral("fashion-mnist:test");
    state.fitFraction = 0.25;
    state.seed = 7;
    state.opening.exits = {"a", "b,c"};
    state.opening.outputs = OutputKind::probabilities;
    state.opening.input_size = model::ImageSize{32, 48};
    state.opening.allow_training_mode = true;
    state.opening.preprocessing.preset = "imagenet";
    state.opening.preprocessing.fit = dataset::Fit::crop;
    state.opening.preprocessing.mean = {{0.5F, 0.25F, 0.125F}};
    state.reading.class_order = dataset::ClassOrder::natural;
    state.reading.classes_file = "/data/classes.txt";
    state.reading.class_map = "/data/map.csv";
    state.reading.labels_file = "/data/y.npy";
    state.reading.image_root = "/data/images";
    state.reading.label_offset = -1;
    state.reading.unreadable = dataset::Unreadable::skip;
    state.policy = "entropy";
    state.cost = cost::Kind::energy;
    state.budget = 0.3125;
    state.pooled = true;
    state.curves = {"quee", "oracle"};
    state.filters = {{gui::Filter::Kind::exit, 2},
                     {gui::Filter::Kind::good, 0},
                     {gui::Filter::Kind::predicted_error, 0, 0.1F, 0.25F},
                     {gui::Filter::Kind::query, 0, 0, 1, "class:\"a \\\"b\" or wrong"}};
    state.savedFilters = {{QStringLiteral("bad cats"), QStringLiteral("wrong class:cat")}};
    state.selected = 4711;
    state.grid = true;
    state.layout = QByteArray("\x00\xff layout", 9);
    return state;
}

std::string problem(const QJsonObject& json)
{
    const auto parsed = app::parseSession(QJsonDocument(json).toJson(), "file.exs");
    return parsed ? std::string() : parsed.error().message();
}

}  // namespace

class TestSessionFile : public QObject {
    Q_OBJECT
private slots:
    void comesBackAsItWas();
    void everyFieldIsChecked();
    void damagedTextNeverPasses();
    void filesAreLimitedAndRunsFoundBesideThem();
    void runsAreToldApart();
    void savedFiltersStayInTheSettings();
    void onlyDeadProgramsLeaveSessions();
};

void TestSessionFile::comesBackAsItWas()
{
    const SessionState state = full();
    const std::string text = app::sessionText(state);
    const auto parsed = app::parseSession(QByteArray::fromStdString(text), "x");
    QVERIFY2(parsed, parsed ? "" : parsed.error().message().c_str());
    QCOMPARE(app::sessionText(*parsed), text);
    QCOMPARE(parsed->run, state.run);
    QCOMPARE(parsed->fitFraction, state.fitFraction);
    QCOMPARE(parsed->seed, state.seed);
    QCOMPARE(parsed->opening.exits, state.opening.exits);
    QVERIFY(parsed->opening.outputs == state.opening.outputs);
    QVERIFY(parsed->opening.input_size == state.opening.input_size);
    QVERIFY(parsed->opening.allow_training_mode);
    QVERIFY(parsed->opening.preprocessing == state.opening.preprocessing);
    QVERIFY(app::sameReading(parsed->reading, state.reading));
    QCOMPARE(parsed->cost, state.cost);
    QCOMPARE(parsed->budget, state.budget);
    QVERIFY(parsed->pooled && parsed->grid);
    QVERIFY(parsed->filters == state.filters);
    QVERIFY(parsed->savedFilters == state.savedFilters);
    QCOMPARE(parsed->selected, state.selected);
    QCOMPARE(parsed->layout, state.layout);
    const auto least = app::parseSession(R"({"format":"exitscope-session","version":1})", "x");
    QVERIFY(least && least->run.isEmpty() && least->policy == "quee" && !least->selected);
}

void TestSessionFile::everyFieldIsChecked()
{
    const QJsonObject good = QJsonDocument::fromJson(QByteArray::fromStdString(app::sessionText(full()))).object();
    QCOMPARE(problem(good), std::string());
    const auto with = [&](const char* key, const QJsonValue& value) {
        QJsonObject changed = good;
        changed[QLatin1String(key)] = value;
        return problem(changed);
    };
    QCOMPARE(with("format", "other"), std::string("file.exs: is not a session of this program"));
    QCOMPARE(with("version", 2), std::string("file.exs: has another version than 1"));
    QCOMPARE(with("run", 3), std::string("file.exs: \"run\" is not an object"));
    QCOMPARE(with("run", QJsonObject{{"path", 1}}),
             std::string("file.exs, run: \"path\" is not a text of at most 4096 characters"));
    QCOMPARE(with("model", QString(5000, QLatin1Char('x'))),
             std::string("file.exs: \"model\" is not a text of at most 4096 characters"));
    QCOMPARE(with("reading", QJsonObject{{"class_order", "backwards"}}),
             std::string("file.exs, reading: \"class_order\" names no order of classes"));
    QVERIFY(
        with("reading", QJsonObject{{"label_offset", 1e9}}).starts_with("file.exs, reading: \"label_offset\" is not"));
    QCOMPARE(with("opening", QJsonObject{{"input_size", "big"}}),
             std::string("file.exs, opening: \"input_size\" is not a height and a width in pixels, like 224x224"));
    QVERIFY(with("opening", QJsonObject{{"exits", QJsonArray{1}}}).starts_with("file.exs, opening, exits 1:"));
    QVERIFY(with("preprocessing", QJsonObject{{"filter", 3}}).find("\"filter\" is none of") != std::string::npos);
    QVERIFY(with("preprocessing", QJsonObject{{"preset", "mine"}}).find("names no preset") != std::string::npos);
    QCOMPARE(with("policy", "magic"), std::string("file.exs: \"policy\" names no policy"));
    QCOMPARE(with("cost", "money"), std::string("file.exs: \"cost\" names no cost model"));
    QVERIFY(with("budget", 1.5).starts_with("file.exs: \"budget\" is not a number between 0"));
    QVERIFY(with("budget", "much").starts_with("file.exs: \"budget\" is not a number between 0"));
    QCOMPARE(with("pooled", 1), std::string("file.exs: \"pooled\" is neither true nor false"));
    QCOMPARE(with("selected", 1.5), std::string("file.exs: \"selected\" is not a whole number"));
    QVERIFY(with("selected", -1).starts_with("file.exs: \"selected\" is not a number"));
    QVERIFY(with("selected", 5e9).starts_with("file.exs: \"selected\" is not a number"));
    QCOMPARE(with("filters", "all"), std::string("file.exs: \"filters\" is not a list of at most 200 entries"));
    QCOMPARE(with("filters", QJsonArray{1}), std::string("file.exs, filters 1: \"entry\" is not an object"));
    QCOMPARE(with("filters", QJsonArray{QJsonObject{{"kind", "mood"}}}),
             std::string("file.exs, filters 1, entry: \"kind\" is not a kind of filter"));
    QVERIFY(with("filters", QJsonArray{QJsonObject{{"kind", "exit"}, {"value", -3}}})
                .starts_with("file.exs, filters 1, entry: \"value\" is not a number"));
    QVERIFY(with("curves", QJsonArray{QJsonObject{}}).starts_with("file.exs, curves 1: \"entry\" is not a text"));
    QVERIFY(with("saved_filters", QJsonArray{QJsonObject{{"name", 3}}})
                .starts_with("file.exs, saved_filters 1, entry: \"name\" is not a text"));
    QVERIFY(with("layout", QString(70000, QLatin1Char('A'))).starts_with("file.exs: \"layout\" is not a text"));
    QJsonArray many;
    for (int i = 0; i < 201; ++i)
        many.append(QJsonObject{{"kind", "exit"}});
    QVERIFY(with("filters", many).starts_with("file.exs: \"filters\" is not a list"));
    QCOMPARE(with("later", QJsonObject{{"a", 1}}), std::string());
}

void TestSessionFile::damagedTextNeverPasses()
{
    QVERIFY(!app::parseSession("", "x"));
    QVERIFY(!app::parseSession("[]", "x"));
    QVERIFY(!app::parseSession("{\"format\"", "x"));
    QVERIFY(!app::parseSession(QByteArray(100000, '['), "x"));
    const QByteArray text = QByteArray::fromStdString(app::sessionText(full()));
    std::mt19937 generator(11);
    for (int round = 0; round < 3000; ++round) {
        QByteArray damaged = text;
        for (int k = 0; k < 3; ++k)
            damaged[qsizetype(generator() % std::size_t(damaged.size()))] = char(generator() % 256);
        if (round % 3 == 0)
            damaged.truncate(qsizetype(generator() % std::size_t(damaged.size())));
        if (const auto parsed = app::parseSession(damaged, "x")) {
            QVERIFY(parsed->budget >= 0 && parsed->budget <= 1);
            QVERIFY(parsed->filters.size() <= 200);
        }
    }
}

void TestSessionFile::filesAreLimitedAndRunsFoundBesideThem()
{
    QTemporaryDir folder;
    const auto file = [&](const char* name) { return folder.filePath(QLatin1String(name)); };
    QVERIFY(!app::readSession(file("missing.exs")));
    QVERIFY(write_file(file("large.exs").toStdString(), std::string((1U << 20U) + 1, ' ')));
    QVERIFY(!app::readSession(file("large.exs")));
    SessionState state = full();
    state.run = QStringLiteral("/nowhere/run.exr");
    QVERIFY(write_file(file("s.exs").toStdString(), app::sessionText(state)));
    QCOMPARE(app::readSession(file("s.exs"))->run, state.run);
    QVERIFY(write_file(file("run.exr").toStdString(), std::string("x")));
    QCOMPARE(app::readSession(file("s.exs"))->run, file("run.exr"));
}

void TestSessionFile::runsAreToldApart()
{
    tests::SyntheticOptions options;
    options.fit_samples = options.test_samples = 50;
    const run::RunPtr run = tests::synthetic_run(options);
    QCOMPARE(app::runIdentity(*run), app::runIdentity(*tests::synthetic_run(options)));
    QCOMPARE(app::runIdentity(*run).size(), 32);
    run::Run other = *run;
    other.provenance.created = "2026-01-01T00:00:00Z";
    QVERIFY(app::runIdentity(other) != app::runIdentity(*run));
    options.test_samples = 51;
    QVERIFY(app::runIdentity(*tests::synthetic_run(options)) != app::runIdentity(*run));
}

void TestSessionFile::savedFiltersStayInTheSettings()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    app::SavedFilters saved(settings);
    saved.save(QStringLiteral("b"), QStringLiteral("wrong"));
    saved.save(QStringLiteral(" a "), QStringLiteral("class:\"x, y\""));
    saved.save(QStringLiteral("b"), QStringLiteral("exit=2"));
    saved.save(QString(), QStringLiteral("wrong"));
    saved.save(QStringLiteral("long"), QString(5000, QLatin1Char('x')));
    const std::vector<app::SavedFilter> wanted{{QStringLiteral("a"), QStringLiteral("class:\"x, y\"")},
                                               {QStringLiteral("b"), QStringLiteral("exit=2")}};
    QVERIFY(saved.filters() == wanted);
    QVERIFY(app::SavedFilters(settings).filters() == wanted);
    saved.add({{QStringLiteral("b"), QStringLiteral("right")}, {QStringLiteral("c"), QStringLiteral("right")}});
    QCOMPARE(saved.filters().size(), std::size_t(3));
    QCOMPARE(saved.filters()[1].text, QStringLiteral("exit=2"));
    saved.remove(QStringLiteral("a"));
    QCOMPARE(app::SavedFilters(settings).filters().size(), std::size_t(2));
}

void TestSessionFile::onlyDeadProgramsLeaveSessions()
{
    QTemporaryDir folder;
    QVERIFY(!app::Autosave(QString()).enabled());
    app::Autosave living(folder.path());
    QVERIFY(living.enabled());
    QVERIFY(write_file(living.sessionPath().toStdString(), std::string("{}")));
    app::Autosave own(folder.filePath(QStringLiteral("../") + QFileInfo(folder.path()).fileName()));
    QCOMPARE(own.abandoned(), QString());
    // one whose lock belongs to a process that has ended
    QProcess process;
    process.start(QStringLiteral("true"), QStringList());
    const qint64 dead = process.processId();
    QVERIFY(process.waitForFinished());
    const QString left = folder.filePath(QStringLiteral("1-2.exs"));
    QVERIFY(write_file(left.toStdString(), std::string("{}")));
    QVERIFY(write_file(folder.filePath(QStringLiteral("1-2.exr")).toStdString(), std::string("run")));
    QVERIFY(write_file(folder.filePath(QStringLiteral("1-2.lock")).toStdString(),
                       std::to_string(dead) + "\ntst\n" + QSysInfo::machineHostName().toStdString() + "\n"));
    QCOMPARE(own.abandoned(), left);
    app::Autosave::discard(left);
    QCOMPARE(own.abandoned(), QString());
    QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("1-2.exr"))));
    living.discardOwn();
    QVERIFY(!QFile::exists(living.sessionPath()));
}

QTEST_GUILESS_MAIN(TestSessionFile)
#include "tst_session_file.moc"
