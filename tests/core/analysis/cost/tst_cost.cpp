// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <set>
#include <string>

#include "core/analysis/cost/cost.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

namespace {

/// Two stages at w4a8, w8a8 and fp32 with round figures.
run::Run small_run()
{
    run::Run run;
    run.classes = 2;
    run.exit_names = {"a", "b"};
    run.precisions = {{4, 8}, {8, 8}, fp32};
    run.states = run::enumerate_states(2, run.precisions, run::Schedule::free);
    run.link();
    run::StageCost first;
    first.trunk_macs = 1000;
    first.head_macs = 100;
    first.trunk_parameters = 40;
    first.head_parameters = 10;
    first.trunk_pinned_macs = 300;
    first.head_pinned_macs = 20;
    first.trunk_ms = {1, 2, 3};
    first.head_ms = {0.1, 0.2, 0.3};
    run::StageCost second;
    second.trunk_macs = 2000;
    second.head_macs = 10;
    second.trunk_parameters = 80;
    second.head_parameters = 20;
    second.trunk_ms = {4, 5, 6};
    second.head_ms = {0.4, 0.5, 0.6};
    run.stage_costs = {first, second};
    return run;
}

std::size_t state(const run::Run& run, const char* name)
{
    for (std::size_t s = 0; s < run.states.size(); ++s)
        if (run.states[s].name() == name)
            return s;
    return 999;
}

}  // namespace

class TestCost : public QObject {
    Q_OBJECT
private slots:
    void names_round_trip()
    {
        for (const cost::Kind kind : cost::all_kinds) {
            QVERIFY(cost::parse_kind(cost::name(kind)) == kind);
            QVERIFY(!cost::title(kind).empty());
            QVERIFY(!cost::unit(kind).empty());
        }
        QVERIFY(!cost::parse_kind("BOPS"));
        QVERIFY(cost::parse_kind("mac-bits") == cost::Kind::mac_bits);
    }

    void steps_by_hand_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("path");
        QTest::addColumn<double>("step");
        const auto row = [](const char* kind, const char* path, double step) {
            QTest::addRow("%s %s", kind, path) << kind << path << step;
        };
        row("macs", "w4a8", 1100);
        row("macs", "w4a8-fp32", 2010);
        row("bops", "w4a8", (1100 - 320) * 32.0 + 320 * 64.0);
        row("bops", "w8a8", 1100 * 64.0);
        row("bops", "fp32", 1100 * 1024.0);
        row("bops", "fp32-w4a8", 2010 * 32.0);
        row("mac-bits", "w4a8", 1100 * 8.0);
        row("mac-bits", "fp32", 1100 * 32.0);
        row("energy", "w8a8", 1100 * 0.3 + 50 * 12.5);
        row("energy", "fp32", 1100 * 4.6 + 200 * 12.5);
        row("energy", "w8a8-w4a8", 2010 * 0.3 + 50 * 12.5);
        row("latency", "w4a8", 1.1);
        row("latency", "w4a8-fp32", 6.6);
    }
    void steps_by_hand()
    {
        QFETCH(QString, kind);
        QFETCH(QString, path);
        QFETCH(double, step);
        const run::Run run = small_run();
        const auto costs = cost::make_costs(run, *cost::parse_kind(kind.toStdString()));
        QVERIFY(costs.has_value());
        QVERIFY(std::abs(costs->step[state(run, path.toUtf8())] - step) < 1e-9 * step);
    }

    void states_add_up_their_steps()
    {
        const run::RunPtr run = tests::synthetic_run({.fit_samples = 10, .test_samples = 10});
        for (const cost::Kind kind : cost::all_kinds) {
            const auto costs = cost::make_costs(*run, kind);
            QVERIFY(costs.has_value());
            for (std::size_t s = 0; s < run->states.size(); ++s) {
                double sum = 0;
                for (std::optional<StateIndex> at = StateIndex(s); at; at = run->states[at->at()].parent)
                    sum += costs->step[at->at()];
                QVERIFY(std::abs(costs->state[s] - sum) < 1e-9 * sum);
            }
            QCOMPARE(costs->relative(run->full()), 1.0);
            for (const double c : costs->state)
                QVERIFY(c >= costs->state[cost::cheapest(*costs).at()]);
        }
    }

    void the_energy_table_can_be_edited()
    {
        const run::Run run = small_run();
        cost::EnergyTable table;
        table.integer_mac[8] = 2.0;
        table.weight_byte = 0.0;
        const auto costs = cost::make_costs(run, cost::Kind::energy, table);
        QVERIFY(costs.has_value());
        QCOMPARE(costs->step[state(run, "w8a8")], 2200.0);
    }

    void precisions_that_save_no_time_are_not_offered()
    {
        run::Run run = small_run();
        run.stage_costs[0].trunk_ms = {1.0, 1.02, 3.0};  // 4 bits save 2 % of 8 bits' time: nothing
        run.stage_costs[1].trunk_ms = {4.0, 5.0, 5.05};  // 8 bits save nothing against fp32, 4 bits do
        run.stage_costs[0].head_ms = run.stage_costs[1].head_ms = {0, 0, 0};
        const auto latency = cost::make_costs(run, cost::Kind::latency);
        QVERIFY(latency.has_value());
        const std::set<std::string> offered = {"w8a8", "fp32", "w8a8-w4a8", "w8a8-fp32", "fp32-w4a8", "fp32-fp32"};
        for (std::size_t s = 0; s < run.states.size(); ++s)
            QCOMPARE(latency->offers(StateIndex(s)), offered.contains(run.states[s].name()));
        const auto bops = cost::make_costs(run, cost::Kind::bops);
        for (std::size_t s = 0; s < run.states.size(); ++s)
            QVERIFY(bops->offers(StateIndex(s)));

        // One precision a path: 8 bits pay in the first stage alone, and there is no path that mixes.
        run.states = run::enumerate_states(2, run.precisions, run::Schedule::uniform);
        run.link();
        const auto uniform = cost::make_costs(run, cost::Kind::latency);
        for (const char* name : {"w8a8", "fp32", "w8a8-w8a8", "fp32-fp32"})
            QVERIFY(uniform->offers(StateIndex(state(run, name))));
        QVERIFY(!uniform->offers(StateIndex(state(run, "w4a8"))));
    }

    void energy_tables_are_read_from_files()
    {
        QTemporaryDir directory;
        const std::string path = (directory.path() + "/energy.json").toStdString();
        const auto read = [&](const std::string& text) {
            std::ofstream(path) << text;
            return cost::read_energy_table(path);
        };
        const auto edited = read(R"({"integer_mac_pj": {"4": 0.5, "8": 1}, "float_mac_pj": 9})");
        QVERIFY(edited.has_value());
        QCOMPARE(edited->mac({4, 4}), 0.5);
        QCOMPARE(edited->mac({4, 8}), 1.0);
        QCOMPARE(edited->mac(fp32), 9.0);
        QCOMPARE(edited->mac({3, 3}), cost::EnergyTable().mac({3, 3}));
        QCOMPARE(edited->weight_byte, cost::EnergyTable().weight_byte);
        for (const char* wrong :
             {"", "[]", "{\"x\": 1}", "{\"float_mac_pj\": -1}", "{\"float_mac_pj\": \"1\"}",
              "{\"integer_mac_pj\": {\"9\": 1}}", "{\"integer_mac_pj\": {\"16\": 1}}", "{\"integer_mac_pj\": 3}"})
            QVERIFY2(!read(wrong), wrong);
        // The file in docs is the table built in.
        std::ifstream shipped(EXITSCOPE_SOURCE "/docs/energy_45nm.json");
        const std::string text((std::istreambuf_iterator<char>(shipped)), {});
        QCOMPARE(text, cost::to_json({}));
        QCOMPARE(cost::to_json(*read(text)), text);
    }

    void says_why_there_is_no_cost()
    {
        run::Run run = small_run();
        run.stage_costs[1].head_ms.pop_back();
        const auto latency = cost::make_costs(run, cost::Kind::latency);
        QVERIFY(!latency);
        QCOMPARE(latency.error().message(), std::string("latency: latency was not measured in this run"));
        QVERIFY(cost::make_costs(run, cost::Kind::bops).has_value());

        run = small_run();
        run.stage_costs[0].trunk_macs = std::nan("");
        QVERIFY(!cost::make_costs(run, cost::Kind::macs));
        run = small_run();
        for (run::StageCost& stage : run.stage_costs)
            stage = {};
        QVERIFY(!cost::make_costs(run, cost::Kind::macs));
        run.stage_costs.clear();
        QVERIFY(!cost::make_costs(run, cost::Kind::macs));
        QVERIFY(!cost::make_costs(run::Run{}, cost::Kind::macs));
    }
};

QTEST_APPLESS_MAIN(TestCost)
#include "tst_cost.moc"
