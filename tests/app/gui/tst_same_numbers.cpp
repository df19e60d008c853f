// SPDX-License-Identifier: GPL-3.0-or-later
// Every number in the window equals the command line's JSON (and CSV) for the same run and settings. On a run made
// here; on another one with EXITSCOPE_RUN=FILE.
#include <algorithm>
#include <cmath>
#include <map>

#include <QAbstractItemModel>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QProcess>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/risk/control.h"
#include "core/analysis/risk/loss.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/samples/sample_model.h"

using namespace exitscope;

namespace {

struct Row {
    int label;
    int prediction;
    int exit;
    QString path;
    double cost;
    double predicted;
};

QString cell(const QAbstractItemModel& model, int row, gui::SampleColumn column)
{
    return model.index(row, static_cast<int>(column)).data().toString();
}

}  // namespace

class TestSameNumbers : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void init();

    void budgetBar();
    void tradeOffCurves();
    void samples();
    void samplesOfASchedule();
    void predictedErrors();
    void confusion();
    void flow();
    void guarantee();

private:
    QJsonObject cli(QStringList arguments);
    std::vector<Row> decisionsOf(const QStringList& more);
    void compareSamples(const QStringList& more);
    QStringList point() const
    {
        return {QStringLiteral("--policy"), QStringLiteral("quee"), QStringLiteral("--budget"),
                QString::number(session_->budget(), 'g', 17)};
    }

    QString run_;
};

void TestSameNumbers::initTestCase()
{
    run_ = qEnvironmentVariable("EXITSCOPE_RUN");
    if (run_.isEmpty()) {
        run_ = file("run.exr");
        QVERIFY(run::save(*tests::synthetic_run({.exits = 3, .fit_samples = 800, .test_samples = 1200}),
                          run_.toStdString()));
    }
    openWindow();
    app::OpenRequest request;
    request.run = run_;
    window_->open(request);
    settle(300'000);
}

void TestSameNumbers::cleanupTestCase()
{
    dropWindow();
}

void TestSameNumbers::init()
{
    session_->clearFilters();
    session_->setBudget(0.31);
}

QJsonObject TestSameNumbers::cli(QStringList arguments)
{
    arguments.insert(1, run_);
    arguments << QStringLiteral("--json") << QStringLiteral("--quiet");
    QProcess process;
    process.start(QStringLiteral(EXITSCOPE_CLI), arguments);
    if (!process.waitForFinished(300'000) || process.exitCode() != 0)
        qWarning("%s", process.readAllStandardError().constData());
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
}

std::vector<Row> TestSameNumbers::decisionsOf(const QStringList& more)
{
    const QString csv = file("decisions.csv");
    cli(QStringList{QStringLiteral("decide")} + point() + QStringList{QStringLiteral("--csv"), csv} + more);
    QFile file(csv);
    std::vector<Row> rows;
    if (!file.open(QIODevice::ReadOnly))
        return rows;
    file.readLine();
    while (!file.atEnd()) {
        const QList<QByteArray> fields = file.readLine().trimmed().split(',');
        rows.push_back({fields[1].isEmpty() ? -1 : fields[1].toInt(), fields[2].toInt(), fields[4].toInt(),
                        QString::fromLatin1(fields[5]), fields[6].toDouble(), fields[7].toDouble()});
    }
    return rows;
}

void TestSameNumbers::budgetBar()
{
    for (const double budget : {0.2, 0.31, 0.8}) {
        session_->setBudget(budget);
        const QJsonObject json = cli(QStringList{QStringLiteral("decide")} + point());
        const auto samples = static_cast<std::size_t>(json[QStringLiteral("samples")].toInt());
        const double accuracy = json[QStringLiteral("accuracy")].toDouble();
        const double cost = json[QStringLiteral("relative_cost")].toDouble();
        QVERIFY(samples > 0);
        const analyse::Proportion share =
            analyse::proportion(static_cast<std::size_t>(std::llround(accuracy * double(samples))), samples);
        QCOMPARE(find<QLabel>("accuracyLabel")->text(), gui::interval(share));
        QVERIFY(find<QLabel>("costLabel")->text().contains(QLatin1Char('(') + gui::percent(cost) + QLatin1Char(')')));
        QCOMPARE(find<QLabel>("savedLabel")->text(), gui::percent(1 - cost));
        const analyse::Outcome& shown = session_->point()->decisions.outcome;
        const QJsonArray exits = json[QStringLiteral("exits")].toArray();
        QCOMPARE(std::size_t(exits.size()), shown.exit_share.size());
        for (qsizetype e = 0; e < exits.size(); ++e)
            QCOMPARE(exits[e].toDouble(), shown.exit_share[std::size_t(e)]);
    }
}

void TestSameNumbers::tradeOffCurves()
{
    const QStringList names{QStringLiteral("quee"), QStringLiteral("confidence"), QStringLiteral("composite")};
    const QJsonObject json = cli({QStringLiteral("curve"), QStringLiteral("--policies"), names.join(QLatin1Char(','))});
    const auto* plot = find<gui::Plot>("tradeoffPlot");
    int compared = 0;
    for (const auto value : json[QStringLiteral("policies")].toArray()) {
        const QJsonObject policy = value.toObject();
        const QString title = gui::text(policy::find(policy[QStringLiteral("name")].toString().toStdString())->title);
        const QCPGraph* graph = nullptr;
        for (int i = 0; i < plot->graphCount(); ++i)
            if (plot->graph(i)->name() == title)
                graph = plot->graph(i);
        QVERIFY2(graph, qPrintable(title));
        std::vector<std::pair<double, double>> wanted;
        for (const auto entry : policy[QStringLiteral("points")].toArray())
            wanted.emplace_back(100 * entry.toObject()[QStringLiteral("relative_cost")].toDouble(),
                                100 * entry.toObject()[QStringLiteral("accuracy")].toDouble());
        std::stable_sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        QCOMPARE(graph->dataCount(), int(wanted.size()));
        for (int i = 0; i < graph->dataCount(); ++i) {
            QCOMPARE(graph->dataMainKey(i), wanted[std::size_t(i)].first);
            QCOMPARE(graph->dataMainValue(i), wanted[std::size_t(i)].second);
        }
        ++compared;
    }
    QCOMPARE(compared, 3);
}

void TestSameNumbers::compareSamples(const QStringList& more)
{
    const std::vector<Row> rows = decisionsOf(more);
    const QAbstractItemModel& model = *find<QTableView>("sampleTable")->model();
    QCOMPARE(model.rowCount(), int(rows.size()));
    const run::Run& run = *session_->point()->run;
    std::size_t right = 0;
    for (int i = 0; i < model.rowCount(); ++i) {
        const Row& row = rows[std::size_t(i)];
        using gui::SampleColumn;
        QCOMPARE(cell(model, i, SampleColumn::label), gui::className(run, row.label));
        QCOMPARE(cell(model, i, SampleColumn::prediction), gui::className(run, row.prediction));
        QCOMPARE(cell(model, i, SampleColumn::exit), QString::number(row.exit + 1));
        const run::State& state = run.states[session_->point()->state(SampleIndex(std::size_t(i))).at()];
        QCOMPARE(gui::text(state.name()), row.path);
        QCOMPARE(cell(model, i, SampleColumn::path), gui::pathText(state));
        QCOMPARE(cell(model, i, SampleColumn::cost), gui::percent(row.cost));
        QCOMPARE(cell(model, i, SampleColumn::predicted_error), gui::percent(row.predicted));
        right += row.label == row.prediction;
    }
    const QString accuracy = gui::interval(analyse::proportion(right, rows.size()));
    QVERIFY2(find<QLabel>("sampleCounts")->text().contains(accuracy), qPrintable(accuracy));
}

void TestSameNumbers::samples()
{
    compareSamples({});
    // some of them, by the same search
    session_->addFilters({{gui::Filter::Kind::query, 0, 0, 1, "exit=1 predicted_error>0.02"}});
    const QJsonObject json = cli(QStringList{QStringLiteral("decide")} + point() +
                                 QStringList{QStringLiteral("--where"), QStringLiteral("exit=1 predicted_error>0.02")});
    const auto count = static_cast<std::size_t>(json[QStringLiteral("samples")].toInt());
    const double accuracy = json[QStringLiteral("accuracy")].toDouble();
    QCOMPARE(session_->passing().size(), count);
    const QString shown =
        gui::interval(analyse::proportion(static_cast<std::size_t>(std::llround(accuracy * double(count))), count));
    QVERIFY2(find<QLabel>("sampleCounts")->text().contains(shown), qPrintable(find<QLabel>("sampleCounts")->text()));
}

void TestSameNumbers::samplesOfASchedule()
{
    if (session_->run()->schedule != run::Schedule::free)
        QSKIP("the run's schedule is not free");
    session_->setSchedule(run::Schedule::uniform);
    settle(300'000);
    compareSamples({QStringLiteral("--schedule"), QStringLiteral("uniform")});
    session_->setSchedule(run::Schedule::free);
    settle(300'000);
}

/// All samples at one state: quality of the predicted errors with its intervals.
void TestSameNumbers::predictedErrors()
{
    const QJsonObject json = cli({QStringLiteral("predictors"), QStringLiteral("--intervals")});
    raise("errorDock");
    auto* scope = find<QComboBox>("errorScope");
    const auto* quality = find<QLabel>("errorQuality");
    const QJsonArray gates = json[QStringLiteral("gates")].toArray();
    const int first = scope->count() - int(gates.size());
    for (int gate = 0; gate < std::min(3, int(gates.size())); ++gate) {
        const QJsonObject self = gates[gate][QStringLiteral("terminals")][0].toObject();
        const QString before = quality->toolTip();
        scope->setCurrentIndex(first + gate);
        QTRY_VERIFY_WITH_TIMEOUT(quality->toolTip() != before, 60'000);
        const QJsonArray auroc = self[QStringLiteral("auroc_interval")].toArray();
        const QJsonArray ece = self[QStringLiteral("ece_interval")].toArray();
        const QString expected = QStringLiteral("AUROC %1 [%2, %3]\nECE %4 [%5, %6]\nBrier score %7\n")
                                     .arg(self[QStringLiteral("auroc")].toDouble(), 0, 'f', 3)
                                     .arg(auroc[0].toDouble(), 0, 'f', 3)
                                     .arg(auroc[1].toDouble(), 0, 'f', 3)
                                     .arg(gui::percent(self[QStringLiteral("ece")].toDouble()),
                                          gui::percent(ece[0].toDouble()), gui::percent(ece[1].toDouble()))
                                     .arg(self[QStringLiteral("brier")].toDouble(), 0, 'f', 3);
        QVERIFY2(quality->toolTip().startsWith(expected),
                 qPrintable(quality->toolTip() + QLatin1Char('\n') + expected));
    }
}

void TestSameNumbers::confusion()
{
    raise("confusionDock");
    std::map<std::pair<QString, QString>, int> wrong;
    const run::Run& run = *session_->point()->run;
    for (const Row& row : decisionsOf({}))
        if (row.label >= 0 && row.label != row.prediction)
            ++wrong[{gui::className(run, row.label), gui::className(run, row.prediction)}];
    const gui::FactModel& pairs = find<gui::FactTable>("confusedPairs")->model();
    QVERIFY(pairs.rowCount() > 3);
    for (int i = 0; i < pairs.rowCount(); ++i) {
        const auto text = [&](int column) { return pairs.index(i, column).data().toString(); };
        QCOMPARE(text(2), gui::count(std::size_t(wrong[{text(0), text(1)}])));
    }
}

void TestSameNumbers::flow()
{
    raise("flowDock");
    const std::vector<Row> rows = decisionsOf({});
    std::map<int, std::size_t> leaving;
    for (const Row& row : rows)
        ++leaving[row.exit];
    const gui::FactModel& parts = find<gui::FactTable>("flowTable")->model();
    QVERIFY(parts.rowCount() > 3);
    for (const auto& [exit, count] : leaving) {
        std::size_t shown = 0;
        for (int i = 0; i < parts.rowCount(); ++i) {
            const QString title = parts.index(i, 0).data().toString();
            // what leaves there in all; "from" names the parts of it by precision
            if (title.contains(QStringLiteral("exit %1").arg(exit + 1)) && !title.contains(QStringLiteral(" from ")) &&
                (title.contains(QStringLiteral("right")) || title.contains(QStringLiteral("wrong"))))
                shown +=
                    std::size_t(QString(parts.index(i, 1).data().toString()).remove(QLatin1Char(',')).toULongLong());
        }
        QCOMPARE(shown, count);
    }
}

void TestSameNumbers::guarantee()
{
    raise("guaranteeDock");
    QTest::mouseClick(find<QPushButton>("findGuarantee"), Qt::LeftButton);
    settle(300'000);
    const QString said = find<QLabel>("guaranteeResult")->text();
    const auto value = [&](const char* name) {
        return QString::number(window_->findChild<QDoubleSpinBox*>(QLatin1String(name))->value() / 100, 'g', 17);
    };
    const auto* trials = find<QSpinBox>("guaranteeTrials");
    const auto* share = find<QSpinBox>("guaranteeShare");
    const auto n = static_cast<std::size_t>(share->value() / 100.0 * double(session_->run()->test.samples));
    const QString method = QString::fromStdString(
        std::string(risk::name(static_cast<risk::Method>(find<QComboBox>("guaranteeMethod")->currentData().toInt()))));
    const QString loss = QString::fromStdString(
        std::string(risk::info(static_cast<risk::Loss>(find<QComboBox>("guaranteeLoss")->currentData().toInt())).name));
    const QJsonObject json =
        cli({QStringLiteral("calibrate"), QStringLiteral("--method"), method, QStringLiteral("--loss"), loss,
             QStringLiteral("--eps"), value("guaranteeEps"), QStringLiteral("--delta"), value("guaranteeDelta"),
             QStringLiteral("--n"), QString::number(n), QStringLiteral("--trials"), QString::number(trials->value())});
    const double violations = json[QStringLiteral("violations")].toDouble(-1);
    QVERIFY(violations >= 0);
    QVERIFY2(said.contains(gui::unbroken(gui::percent(violations))), qPrintable(said));
}

QTEST_MAIN(TestSameNumbers)
#include "tst_same_numbers.moc"
