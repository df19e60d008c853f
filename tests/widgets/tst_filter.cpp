// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>

#include <QTest>

#include "core/analysis/run/restricted.h"
#include "tests/support/synthetic_run.h"
#include "tests/widgets/decided_point.h"
#include "widgets/error/error_data.h"
#include "widgets/filters/filter.h"

using namespace exitscope;
using gui::Filter;
using gui::FilterStack;

namespace {

/// One condition on one sample, kind by kind: what the stack's searches must amount to.
bool holds(const Filter& filter, const gui::OperatingPoint& point, SampleIndex sample)
{
    const run::State& state = point.run->states[point.state(sample).at()];
    switch (filter.kind) {
    case Filter::Kind::exit: return static_cast<std::int32_t>(state.exit.value) == filter.value;
    case Filter::Kind::precision:
        return state.precision() == point.run->precisions[static_cast<std::size_t>(filter.value)];
    case Filter::Kind::good: return point.good(sample) == std::optional(filter.value != 0);
    case Filter::Kind::label: return point.label(sample) == filter.value;
    case Filter::Kind::prediction: return static_cast<std::int32_t>(point.prediction(sample)) == filter.value;
    case Filter::Kind::predicted_error:
        return point.predictedError[sample.at()] >= filter.low && point.predictedError[sample.at()] <= filter.high;
    case Filter::Kind::state: return state.name() == filter.text;
    case Filter::Kind::query: return filter.text == "index<7" && sample.value < 7;
    case Filter::Kind::way: return filter.set->members[point.state(sample).at()] != 0;
    case Filter::Kind::picked: return filter.set->members[sample.at()] != 0;
    }
    return false;
}

std::vector<SampleIndex> expected(const std::vector<Filter>& filters, const gui::OperatingPoint& point)
{
    std::vector<SampleIndex> list;
    for (std::size_t i = 0; i < point.run->test.samples; ++i)
        if (std::all_of(filters.begin(), filters.end(),
                        [&](const Filter& filter) { return holds(filter, point, SampleIndex(i)); }))
            list.push_back(SampleIndex(i));
    return list;
}

std::vector<SampleIndex> applied(const FilterStack& stack, const gui::OperatingPoint& point)
{
    std::vector<SampleIndex> passing;
    stack.apply(point, passing);
    return passing;
}

}  // namespace

class TestFilter : public QObject {
    Q_OBJECT
private slots:
    void everyKindMatchesWhatItNames();
    void conditionsHoldTogether();
    void classesOfOneNameAreToldApart();
    void oneOfAKind();
    void aStateIsMeantInEveryGraph();
    void changesAreFilteredAlone();
    void forgetsWhatAnotherRunLacks();
    void unlabelledDataAgreesOrDiffers();
    void errorPairsFollowTheScope();
};

void TestFilter::everyKindMatchesWhatItNames()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    std::vector<Filter> filters = {{Filter::Kind::precision, 0},
                                   {Filter::Kind::precision, 1},
                                   {Filter::Kind::good, 0},
                                   {Filter::Kind::good, 1},
                                   {Filter::Kind::predicted_error, 0, 0.2F, 0.4F},
                                   {Filter::Kind::predicted_error, 0, 0.1F, 0.10000001F},
                                   {Filter::Kind::query, 0, 0, 1, "index<7"}};
    for (std::int32_t value = 0; value < 3; ++value)
        for (const Filter::Kind kind : {Filter::Kind::exit, Filter::Kind::label, Filter::Kind::prediction})
            filters.push_back({kind, value});
    for (const std::size_t state : {std::size_t(0), std::size_t(1), point.run->states.size() - 1})
        filters.push_back({.kind = Filter::Kind::state, .text = point.run->states[state].name()});
    const auto everyThird = [&](std::size_t size) {
        auto set = std::make_shared<gui::NamedSet>();
        set->title = QStringLiteral("a set");
        set->run = point.run;
        for (std::size_t i = 0; i < size; ++i)
            set->members.push_back(i % 3 == 0);
        return set;
    };
    filters.push_back({.kind = Filter::Kind::way, .set = everyThird(point.run->states.size())});
    filters.push_back({.kind = Filter::Kind::picked, .set = everyThird(point.run->test.samples)});
    std::size_t passed = 0;  // how many filters let anything through
    for (const Filter& filter : filters) {
        const QByteArray name = gui::describe(filter, *point.run).toUtf8();
        const std::vector<SampleIndex> wanted = expected({filter}, point);
        QVERIFY2(applied(FilterStack().with(filter), point) == wanted, name);
        passed += wanted.empty() ? 0 : 1;
    }
    QVERIFY(passed > filters.size() / 2);
}

void TestFilter::conditionsHoldTogether()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    QCOMPARE(applied(FilterStack(), point).size(), point.run->test.samples);
    const Filter exit{Filter::Kind::exit, 2};
    const Filter wrong{Filter::Kind::good, 0};
    const std::vector<SampleIndex> both = expected({exit, wrong}, point);
    QVERIFY(!both.empty());
    const FilterStack stack = FilterStack().with(exit).with(wrong);
    QVERIFY(applied(stack, point) == both);
    // saved as text and brought back it is the same filter
    const std::string saved = stack.with({Filter::Kind::query, 0, 0, 1, "exit=1 or not exit=2"}).queryText(*point.run);
    QCOMPARE(saved, std::string("exit=3 wrong (exit=1 or not exit=2)"));
    QVERIFY(applied(FilterStack().with({Filter::Kind::query, 0, 0, 1, saved}), point) == both);
}

void TestFilter::classesOfOneNameAreToldApart()
{
    gui::OperatingPoint point = tests::decidedPoint();
    auto run = std::make_shared<run::Run>(*point.run);
    run->class_names = {"cat", "cat", "2 \"x\"", "3", "", "5", "6", "7", "8", "9"};
    point.run = run;
    for (std::int32_t value = 0; value < 10; ++value)
        for (const Filter::Kind kind : {Filter::Kind::label, Filter::Kind::prediction})
            QVERIFY(applied(FilterStack().with({kind, value}), point) == expected({{kind, value}}, point));
    QCOMPARE(gui::queryText({Filter::Kind::label, 1}, *run), std::string("class:#1"));
    QCOMPARE(gui::queryText({Filter::Kind::label, 2}, *run), std::string("class:\"2 \\\"x\\\"\""));
}

void TestFilter::oneOfAKind()
{
    const FilterStack stack =
        FilterStack().with({Filter::Kind::exit, 0}).with({Filter::Kind::good, 0}).with({Filter::Kind::exit, 2});
    QCOMPARE(stack.filters().size(), std::size_t(2));
    QVERIFY((stack.filters()[0] == Filter{Filter::Kind::exit, 2}));
    QVERIFY((stack.without(0).filters() == std::vector<Filter>{{Filter::Kind::good, 0}}));
    QVERIFY(stack.without(7) == stack);
    const FilterStack searches = FilterStack()
                                     .with({Filter::Kind::query, 0, 0, 1, "wrong"})
                                     .with({Filter::Kind::query, 0, 0, 1, "exit=2"})
                                     .with({Filter::Kind::query, 0, 0, 1, "wrong"});
    QCOMPARE(searches.filters().size(), std::size_t(2));
}

void TestFilter::aStateIsMeantInEveryGraph()
{
    const run::RunPtr whole = tests::synthetic_run({.exits = 2, .fit_samples = 50, .test_samples = 60});
    const run::RunPtr part = run::restricted(whole, run::Schedule::uniform);
    const Filter filter{.kind = Filter::Kind::state, .text = part->states.back().name()};
    QCOMPARE(gui::describe(filter, *whole), gui::describe(filter, *part));
    QCOMPARE(FilterStack().with(filter).fitting(*whole).fitting(*part).filters().size(), std::size_t(1));
    QVERIFY(part->states.size() < whole->states.size());
}

void TestFilter::changesAreFilteredAlone()
{
    gui::OperatingPoint point = tests::decidedPoint();
    const FilterStack stack = FilterStack().with({Filter::Kind::good, 1}).with({Filter::Kind::precision, 1});
    std::vector<SampleIndex> passing = applied(stack, point);
    std::vector<SampleIndex> changed;
    const std::size_t states = point.run->states.size();
    for (std::size_t i = 0; i < point.decisions.state.size(); i += 3) {
        changed.push_back(SampleIndex(i));
        point.decisions.state[i] = StateIndex((point.decisions.state[i].at() + 1 + i % 2) % states);
    }
    const std::vector<SampleIndex> before = passing;
    stack.applyAgain(point, changed, passing);
    QVERIFY(passing == applied(stack, point));
    QVERIFY(passing != before);
    std::vector<SampleIndex> all = applied({}, point);
    FilterStack().applyAgain(point, changed, all);
    QCOMPARE(all.size(), point.decisions.state.size());
}

void TestFilter::forgetsWhatAnotherRunLacks()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    const FilterStack stack = FilterStack()
                                  .with({Filter::Kind::exit, 3})
                                  .with({Filter::Kind::label, 9})
                                  .with({Filter::Kind::prediction, 10})
                                  .with({Filter::Kind::query, 0, 0, 1, "class:nobody"})
                                  .with({.kind = Filter::Kind::state, .text = "w3a3"});
    QVERIFY((stack.fitting(*point.run).filters() == std::vector<Filter>{{Filter::Kind::label, 9}}));
}

void TestFilter::unlabelledDataAgreesOrDiffers()
{
    const gui::OperatingPoint point = tests::decidedPoint(200, false);
    const auto& prediction = point.run->test.prediction;
    std::size_t differing = 0;
    for (std::size_t i = 0; i < 200; ++i)
        differing += prediction[point.decisions.state[i].at()][i] != prediction[point.run->full().at()][i];
    QCOMPARE(applied(FilterStack().with({Filter::Kind::good, 0}), point).size(), differing);
    QCOMPARE(applied(FilterStack().with({Filter::Kind::good, 1}), point).size(), 200 - differing);
    QVERIFY(applied(FilterStack().with({Filter::Kind::label, 0}), point).empty());
    QVERIFY(differing > 0);
    QCOMPARE(gui::describe({Filter::Kind::good, 0}, *point.run), QStringLiteral("differs from full model"));
}

void TestFilter::errorPairsFollowTheScope()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    std::vector<std::vector<float>> selfError;
    for (std::size_t s = 0; s < point.run->states.size(); ++s)
        selfError.emplace_back(point.run->test.samples, static_cast<float>(s) / 100.0F);
    const gui::ErrorPairs all = errorPairs(point, selfError, {});
    QCOMPARE(all.predicted.size(), point.run->test.samples);
    QCOMPARE(all.predicted[3], static_cast<float>(point.decisions.state[3].value) / 100.0F);
    QCOMPARE(all.wrong[3] == 0, point.run->test.correct(point.decisions.state[3], SampleIndex(3)));
    std::size_t leaving = 0;
    for (std::uint32_t e = 0; e < 3; ++e)
        leaving += errorPairs(point, selfError, {gui::ErrorScope::Kind::exit, e}).predicted.size();
    QCOMPARE(leaving, point.run->test.samples);
    const gui::ErrorPairs one = errorPairs(point, selfError, {gui::ErrorScope::Kind::state, 5});
    QCOMPARE(one.predicted.size(), point.run->test.samples);
    QCOMPARE(one.predicted.back(), 0.05F);
}

QTEST_APPLESS_MAIN(TestFilter)
#include "tst_filter.moc"
