// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/stage_flow.h"
#include "core/analysis/policy/escalation_graph.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::analyse;

namespace {

/// The stages that a state runs through, written as text: "0.0.w4a4" is pass 0, stage 0.
std::vector<std::string> places(const run::State& state)
{
    std::vector<std::string> names;
    const auto add = [&](int pass, const std::vector<Precision>& path) {
        for (std::size_t i = 0; i < path.size(); ++i)
            names.push_back(std::to_string(pass) + "." + std::to_string(i) + "." + path[i].name());
    };
    if (!state.first_pass.empty())
        add(0, state.first_pass);
    add(state.first_pass.empty() ? 0 : 1, state.path);
    return names;
}

std::string place(const run::Run& run, const FlowNode& node)
{
    return std::to_string(node.pass) + "." + std::to_string(node.stage.value) + "." +
           run.precisions[node.precision].name();
}

/// Counts one link sample by sample.
void check_link(const run::Run& run, const std::vector<StateIndex>& states, const FlowLink& link)
{
    const std::string from = place(run, link.from);
    const std::string to = place(run, link.to);
    std::size_t count = 0;
    std::size_t right = 0;
    std::size_t wrong = 0;
    std::vector<char> seen(run.states.size(), 0);
    for (std::size_t i = 0; i < states.size(); ++i) {
        const auto names = places(run.states[states[i].at()]);
        bool passes = false;
        if (link.kind == FlowLink::Kind::enter)
            passes = names.front() == to;
        else if (link.kind == FlowLink::Kind::leave)
            passes = names.back() == from;
        else
            for (std::size_t n = 1; n < names.size(); ++n)
                passes = passes || (names[n - 1] == from && names[n] == to);
        if (!passes)
            continue;
        ++count;
        seen[states[i].at()] = 1;
        const std::uint16_t answer = run.test.prediction[states[i].at()][i];
        if (run.test.labelled() && run.test.labels[i] < 0)
            continue;
        const bool good =
            run.test.labelled() ? run.test.labels[i] == int(answer) : answer == run.full_prediction(run.test)[i];
        ++(good ? right : wrong);
    }
    QCOMPARE(link.count, count);
    QCOMPARE(link.right, right);
    QCOMPARE(link.wrong, wrong);
    QVERIFY(link.count > 0);
    std::vector<StateIndex> expected;
    for (std::size_t s = 0; s < seen.size(); ++s)
        if (seen[s])
            expected.emplace_back(s);
    QVERIFY(link.states == expected);
}

std::size_t total(const StageFlow& flow, FlowLink::Kind kind)
{
    std::size_t sum = 0;
    for (const FlowLink& link : flow.links)
        sum += link.kind == kind ? link.count : 0;
    return sum;
}

std::vector<StateIndex> spread(const run::Run& run)
{
    std::vector<StateIndex> states;
    for (std::size_t i = 0; i < run.test.samples; ++i)
        states.emplace_back((i * 7 + i / 11) % run.states.size());
    return states;
}

}  // namespace

class TestStageFlow : public QObject {
    Q_OBJECT
private slots:
    void every_link_is_counted_data()
    {
        QTest::addColumn<bool>("labelled");
        QTest::addColumn<bool>("escalates");
        QTest::newRow("tree") << true << false;
        QTest::newRow("no labels") << false << false;
        QTest::newRow("second pass") << true << true;
    }
    void every_link_is_counted()
    {
        QFETCH(bool, labelled);
        QFETCH(bool, escalates);
        auto made = std::make_shared<run::Run>(
            *tests::synthetic_run({.exits = 3, .fit_samples = 200, .test_samples = 1500, .labelled_test = labelled}));
        if (labelled)
            for (std::size_t i = 0; i < 100; ++i)
                made->test.labels[7 * i] = -1;
        run::RunPtr run = made;
        if (escalates)
            run = policy::derive(*made, policy::tree_with_escalation(*made), {policy::Answers::own})->run;
        const std::vector<StateIndex> states = spread(*run);
        const StageFlow flow = stage_flow(*run, states);
        QCOMPARE(flow.samples, states.size());
        for (const FlowLink& link : flow.links)
            check_link(*run, states, link);
        QCOMPARE(total(flow, FlowLink::Kind::enter), states.size());
        QCOMPARE(total(flow, FlowLink::Kind::leave), states.size());
        QCOMPARE(total(flow, FlowLink::Kind::escalate) > 0, escalates);
        std::size_t stages = 0;
        for (const StateIndex state : states)
            stages += places(run->states[state.at()]).size() - 1;
        QCOMPARE(total(flow, FlowLink::Kind::step) + total(flow, FlowLink::Kind::escalate), stages);
    }

    void ways_without_samples_are_left_out()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 3, .fit_samples = 50, .test_samples = 40});
        const StageFlow flow = stage_flow(*run, std::vector(40, run->full()));
        QCOMPARE(flow.links.size(), std::size_t{1 + 2 + 1});
        for (const FlowLink& link : flow.links)
            QCOMPARE(link.count, std::size_t{40});
    }
};

QTEST_APPLESS_MAIN(TestStageFlow)
#include "tst_stage_flow.moc"
