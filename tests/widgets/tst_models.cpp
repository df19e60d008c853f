// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "tests/widgets/decided_point.h"
#include "widgets/inspector/class_bars.h"
#include "widgets/inspector/gate_model.h"
#include "widgets/inspector/lattice.h"
#include "widgets/samples/sample_model.h"
#include "widgets/samples/thumbnails.h"

using namespace exitscope;
using gui::SampleColumn;
using gui::SampleModel;

namespace {

constexpr auto strict = QAbstractItemModelTester::FailureReportingMode::QtTest;

std::vector<SampleIndex> everySample(const gui::OperatingPoint& point, std::size_t step = 1)
{
    std::vector<SampleIndex> samples;
    for (std::size_t i = 0; i < point.run->test.samples; i += step)
        samples.push_back(SampleIndex(i));
    return samples;
}

/// One grey pixel a sample, as bright as its number; sample 3 cannot be read.
class GreySamples : public dataset::Dataset {
public:
    const dataset::Info& info() const override { return info_; }
    std::size_t size() const override { return 100; }
    Expected<dataset::Image> image(SampleIndex index) const override
    {
        if (index.value == 3)
            return bad_input("grey", "sample 3 is damaged");
        dataset::Image image;
        image.channels = image.height = image.width = 1;
        image.pixels = {static_cast<std::uint8_t>(index.value)};
        return image;
    }
    std::optional<ClassIndex> label(SampleIndex) const override { return std::nullopt; }
    std::string origin(SampleIndex) const override { return "grey"; }
    std::string content_hash() const override { return "grey"; }

private:
    dataset::Info info_;
};

}  // namespace

class TestModels : public QObject {
    Q_OBJECT
private slots:
    void sampleModelKeepsItsContract();
    void sortsByEveryColumn();
    void selectionFollowsASampleThroughSorting();
    void unlabelledShowsDashes();
    void gateModelKeepsItsContract();
    void latticeFollowsTheWay();
    void likeliestClassesIncludeTheLabel();
    void thumbnailsArriveAndTheOldestLeave();
};

void TestModels::sampleModelKeepsItsContract()
{
    const auto shared = std::make_shared<const gui::OperatingPoint>(tests::decidedPoint());
    const gui::OperatingPoint& point = *shared;
    SampleModel model(nullptr);
    const QAbstractItemModelTester tester(&model, strict);
    model.setSamples(shared, everySample(point));
    QCOMPARE(model.rowCount(), 200);
    model.setSamples(shared, everySample(point, 3));
    QCOMPARE(model.rowCount(), 67);
    model.sort(static_cast<int>(SampleColumn::cost), Qt::DescendingOrder);
    model.setSamples(shared, everySample(point, 2));
    QCOMPARE(model.rowCount(), 100);
    model.setSamples(shared, {});
    QCOMPARE(model.rowCount(), 0);
    model.clear();
}

void TestModels::sortsByEveryColumn()
{
    const auto shared = std::make_shared<const gui::OperatingPoint>(tests::decidedPoint());
    const gui::OperatingPoint& point = *shared;
    SampleModel model(nullptr);
    model.setSamples(shared, everySample(point));
    const auto value = [&](SampleIndex sample, SampleColumn column) -> double {
        switch (column) {
        case SampleColumn::label: return point.label(sample);
        case SampleColumn::prediction: return point.prediction(sample);
        case SampleColumn::verdict: return *point.good(sample);
        case SampleColumn::exit: return point.run->states[point.state(sample).at()].exit.value;
        case SampleColumn::path: return point.state(sample).value;
        case SampleColumn::cost: return point.costs.relative(point.state(sample));
        case SampleColumn::predicted_error: return double(point.predictedError[sample.at()]);
        default: return sample.value;
        }
    };
    for (int column = 1; column < gui::sampleColumns; ++column) {
        for (const bool descending : {false, true}) {
            model.sort(column, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
            QCOMPARE(model.rowCount(), 200);
            for (int row = 1; row < model.rowCount(); ++row) {
                const double before = value(model.sample(row - 1), static_cast<SampleColumn>(column));
                const double here = value(model.sample(row), static_cast<SampleColumn>(column));
                QVERIFY(descending ? before >= here : before <= here);
                if (before == here)
                    QVERIFY(model.sample(row - 1) < model.sample(row));
                QCOMPARE(model.row(model.sample(row)), row);
            }
        }
    }
}

void TestModels::selectionFollowsASampleThroughSorting()
{
    const auto shared = std::make_shared<const gui::OperatingPoint>(tests::decidedPoint());
    const gui::OperatingPoint& point = *shared;
    SampleModel model(nullptr);
    model.setSamples(shared, everySample(point));
    const QPersistentModelIndex held = model.index(17, 2);
    model.sort(static_cast<int>(SampleColumn::predicted_error), Qt::DescendingOrder);
    QVERIFY(held.isValid());
    QCOMPARE(model.sample(held.row()), SampleIndex(17));
}

void TestModels::unlabelledShowsDashes()
{
    const auto shared = std::make_shared<const gui::OperatingPoint>(tests::decidedPoint(50, false));
    const gui::OperatingPoint& point = *shared;
    SampleModel model(nullptr);
    model.setSamples(shared, everySample(point));
    QCOMPARE(model.index(0, static_cast<int>(SampleColumn::label)).data().toString(), QStringLiteral("-"));
    QVERIFY(
        !model.index(0, static_cast<int>(SampleColumn::verdict)).data().toString().contains(QStringLiteral("right")));
}

void TestModels::gateModelKeepsItsContract()
{
    gui::GateModel model;
    const QAbstractItemModelTester tester(&model, strict);
    const gui::OperatingPoint point = tests::decidedPoint(20);
    std::vector<analyse::GateVisit> visits(2);
    visits[0].predicted_error_here = 0.25F;
    visits[0].relative_cost = 0.1;
    visits[0].best_relative_cost = 0.3;
    visits[1].state = StateIndex(2);
    model.setVisits(point.run, visits);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, 3).data().toString(), QStringLiteral("25.0 %"));
    QCOMPARE(model.index(0, 5).data().toString(), QStringLiteral("×3.0"));
    model.setVisits(nullptr, {});
    QCOMPARE(model.rowCount(), 0);
}

void TestModels::latticeFollowsTheWay()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    const run::Run& run = *point.run;
    for (std::size_t i = 0; i < run.test.samples; ++i) {
        const StateIndex decided = point.decisions.state[i];
        const auto nodes = gui::lattice(point, SampleIndex(i));
        QCOMPARE(nodes.size(), run.exit_count() * run.precisions.size());
        std::size_t taken = 0;
        for (const gui::LatticeNode& node : nodes) {
            const run::State& state = run.states[node.state.at()];
            QCOMPARE(std::size_t(state.exit.value), node.stage);
            QVERIFY(state.precision() == run.precisions[node.precision]);
            QCOMPARE(node.left, node.state == decided);
            taken += node.taken ? 1 : 0;
            const auto& way = run.states[decided.at()].path;
            for (std::size_t stage = 0; stage < std::min(node.stage, way.size()); ++stage)
                QVERIFY(state.path[stage] == way[stage]);
        }
        QCOMPARE(taken, run.states[decided.at()].path.size());
    }
}

void TestModels::likeliestClassesIncludeTheLabel()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    for (std::size_t i = 0; i < point.run->test.samples; ++i) {
        const SampleIndex sample(i);
        const gui::ClassProbabilities shown = classProbabilities(point, sample, 3);
        QCOMPARE(shown.classes.size(), std::size_t(3));
        QCOMPARE(shown.classes.front(), std::uint32_t(point.prediction(sample)));
        QVERIFY(std::find(shown.classes.begin(), shown.classes.end(), std::uint32_t(point.label(sample))) !=
                shown.classes.end());
        QCOMPARE(shown.states.back(), point.state(sample));
    }
}

void TestModels::thumbnailsArriveAndTheOldestLeave()
{
    gui::Thumbnails thumbnails(nullptr, 8);
    QSignalSpy failed(&thumbnails, &gui::Thumbnails::failed);
    QVERIFY(thumbnails.pixmap(1).isNull());
    thumbnails.setDataset(std::make_shared<GreySamples>());
    QVERIFY(thumbnails.pixmap(1000).isNull());
    for (std::uint32_t i = 0; i < 20; ++i)
        QTRY_VERIFY(i == 3 || !thumbnails.pixmap(i).isNull());
    QVERIFY(thumbnails.cached() <= 8);
    QCOMPARE(qGray(thumbnails.pixmap(19).toImage().pixel(0, 0)), 19);
    QVERIFY(thumbnails.pixmap(3).isNull());
    QTRY_COMPARE(failed.count(), 1);
    thumbnails.setDataset(nullptr);
    QVERIFY(thumbnails.pixmap(19).isNull());
}

QTEST_MAIN(TestModels)
#include "core/analysis/analyse/explain.h"
#include "tst_models.moc"
