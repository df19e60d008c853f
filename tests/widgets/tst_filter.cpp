// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "tests/widgets/decided_point.h"
#include "widgets/error/error_data.h"
#include "widgets/filters/filter.h"

using namespace exitscope;
using gui::Filter;
using gui::FilterStack;

class TestFilter : public QObject {
    Q_OBJECT
private slots:
    void everyKindMatchesWhatItNames();
    void conditionsHoldTogether();
    void oneOfAKind();
    void forgetsWhatAnotherRunLacks();
    void unlabelledDataAgreesOrDiffers();
    void errorPairsFollowTheScope();
};

void TestFilter::everyKindMatchesWhatItNames()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    const run::Run& run = *point.run;
    for (std::size_t i = 0; i < run.test.samples; ++i) {
        const SampleIndex sample(i);
        const StateIndex at = point.decisions.state[i];
        const run::State& state = run.states[at.at()];
        const bool right = run.test.labels[i] == static_cast<std::int32_t>(run.test.prediction[at.at()][i]);
        for (std::int32_t value = 0; value < 3; ++value) {
            QCOMPARE(matches({Filter::Kind::exit, value}, point, sample), std::int32_t(state.exit.value) == value);
            QCOMPARE(matches({Filter::Kind::label, value}, point, sample), run.test.labels[i] == value);
            QCOMPARE(matches({Filter::Kind::prediction, value}, point, sample),
                     std::int32_t(run.test.prediction[at.at()][i]) == value);
            QCOMPARE(matches({Filter::Kind::state, value}, point, sample), std::int32_t(at.value) == value);
        }
        QCOMPARE(matches({Filter::Kind::precision, 1}, point, sample), state.path.back() == Precision(8, 8));
        QCOMPARE(matches({Filter::Kind::good, 1}, point, sample), right);
        QCOMPARE(matches({Filter::Kind::good, 0}, point, sample), !right);
        QCOMPARE(matches({Filter::Kind::predicted_error, 0, 0.2F, 0.4F}, point, sample),
                 i % 100 >= 20 && i % 100 <= 40);
    }
}

void TestFilter::conditionsHoldTogether()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    std::vector<SampleIndex> passing;
    FilterStack().apply(point, passing);
    QCOMPARE(passing.size(), point.run->test.samples);
    const Filter exit{Filter::Kind::exit, 2};
    const Filter wrong{Filter::Kind::good, 0};
    FilterStack().with(exit).with(wrong).apply(point, passing);
    std::vector<SampleIndex> expected;
    for (std::size_t i = 0; i < point.run->test.samples; ++i)
        if (matches(exit, point, SampleIndex(i)) && matches(wrong, point, SampleIndex(i)))
            expected.push_back(SampleIndex(i));
    QVERIFY(!expected.empty());
    QVERIFY(passing == expected);
}

void TestFilter::oneOfAKind()
{
    const FilterStack stack =
        FilterStack().with({Filter::Kind::exit, 0}).with({Filter::Kind::good, 0}).with({Filter::Kind::exit, 2});
    QCOMPARE(stack.filters().size(), std::size_t(2));
    QVERIFY((stack.filters()[0] == Filter{Filter::Kind::exit, 2}));
    QVERIFY((stack.without(0).filters() == std::vector<Filter>{{Filter::Kind::good, 0}}));
    QVERIFY(stack.without(7) == stack);
}

void TestFilter::forgetsWhatAnotherRunLacks()
{
    const gui::OperatingPoint point = tests::decidedPoint();
    const FilterStack stack = FilterStack()
                                  .with({Filter::Kind::exit, 3})
                                  .with({Filter::Kind::label, 9})
                                  .with({Filter::Kind::prediction, 10})
                                  .with({Filter::Kind::state, -1});
    QVERIFY((stack.fitting(*point.run).filters() == std::vector<Filter>{{Filter::Kind::label, 9}}));
}

void TestFilter::unlabelledDataAgreesOrDiffers()
{
    const gui::OperatingPoint point = tests::decidedPoint(200, false);
    const auto& prediction = point.run->test.prediction;
    std::size_t differing = 0;
    for (std::size_t i = 0; i < 200; ++i) {
        const bool agrees = prediction[point.decisions.state[i].at()][i] == prediction[point.run->full().at()][i];
        differing += agrees ? 0 : 1;
        QCOMPARE(matches({Filter::Kind::good, 1}, point, SampleIndex(i)), agrees);
        QVERIFY(!matches({Filter::Kind::label, 0}, point, SampleIndex(i)));
    }
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
