// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analysis/policy/registry.h"
#include "core/analysis/risk/control.h"
#include "core/analysis/risk/knob_path.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::risk;

namespace {

const analyse::Analysis& analysis()
{
    static const auto shared = *analyse::Analysis::make(
        tests::synthetic_run({.exits = 3, .precisions = {{4, 4}, {8, 8}}, .fit_samples = 2000, .test_samples = 6000}));
    return *shared;
}

const cost::Costs& costs()
{
    static const cost::Costs shared = *cost::make_costs(analysis().run(), cost::Kind::bops);
    return shared;
}

ControlRequest request(Method method, Loss loss, std::vector<double> eps, std::size_t n, std::size_t trials)
{
    ControlRequest r;
    r.rule.method = method;
    r.rule.bound = info(loss).bound;
    r.rule.ltt_bound = info(loss).bound;
    r.rule.zero_one = info(loss).zero_one;
    r.rule.monotone = true;
    r.eps = std::move(eps);
    r.n = n;
    r.trials = trials;
    return r;
}

}  // namespace

class TestRisk : public QObject {
    Q_OBJECT
private slots:
    void names()
    {
        for (const LossInfo& loss : losses())
            QVERIFY(find_loss(loss.name) == &loss);
        QVERIFY(find_loss("Performance_Gap") == find_loss("gap"));
        QVERIFY(find_loss("brier") == find_loss("brier-gap"));
        QVERIFY(!find_loss("gapp") && !find_loss(""));
        for (const char* name : {"naive", "crc", "ucb", "ltt"})
            QCOMPARE(std::string(risk::name(*parse_method(name))), std::string(name));
        QVERIFY(!parse_method("hb"));
    }

    void losses_are_those_of_the_definitions()
    {
        const run::Run& run = analysis().run();
        const std::size_t full = run.full().at();
        for (const LossInfo& loss : losses()) {
            const auto columns = state_losses(run.test, full_answers(run, run.test), loss.loss);
            QVERIFY(columns.has_value());
            for (std::size_t i = 0; i < 300; ++i) {
                QCOMPARE((*columns)[full][i], 0.0F);
                for (std::size_t s = 0; s < run.states.size(); ++s) {
                    const float* p = &run.test.probabilities[s][i * run.classes];
                    const float* q = &run.test.probabilities[full][i * run.classes];
                    const std::size_t label =
                        loss.loss == Loss::brier_gap ? std::size_t(run.test.labels[i]) : run.test.prediction[full][i];
                    double brier = 0;
                    double affinity = 0;
                    for (std::size_t c = 0; c < run.classes; ++c) {
                        const double y = c == label;
                        brier += std::pow(p[c] - y, 2) - std::pow(q[c] - y, 2);
                        affinity += std::sqrt(double(p[c]) * double(q[c]));
                    }
                    double expected = brier;
                    if (loss.loss == Loss::performance_gap)
                        expected = double(run.test.prediction[s][i] != run.test.labels[i]) -
                                   double(run.test.prediction[full][i] != run.test.labels[i]);
                    else if (loss.loss == Loss::consistency)
                        expected = run.test.prediction[s][i] != run.test.prediction[full][i];
                    else if (loss.loss == Loss::hellinger)
                        expected = std::sqrt(std::max(0.0, 1 - affinity));
                    QVERIFY(std::abs(double((*columns)[s][i]) - expected) < 2e-3);
                    QVERIFY(double((*columns)[s][i]) >= loss.least && double((*columns)[s][i]) <= loss.bound);
                }
            }
        }
    }

    void what_a_loss_needs_is_asked_for()
    {
        run::Run run = analysis().run();
        run.test.probabilities.clear();
        QVERIFY(!state_losses(run.test, full_answers(run, run.test), Loss::hellinger));
        QVERIFY(state_losses(run.test, full_answers(run, run.test), Loss::consistency).has_value());
        run.test.labels.assign(run.test.samples, -1);
        run.test.labels[7] = 1;
        QCOMPARE(usable_samples(run.test, Loss::performance_gap), std::vector<std::uint32_t>{7});
        run.test.labels.clear();
        const auto unlabelled = state_losses(run.test, full_answers(run, run.test), Loss::performance_gap);
        QVERIFY(!unlabelled);
        QVERIFY(unlabelled.error().message().find("labels") != std::string::npos);
    }

    void paths_go_from_safe_to_cheap_data()
    {
        QTest::addColumn<QString>("policy");
        for (const policy::Info& info : policy::registry())
            if (!info.oracle)
                QTest::newRow(info.name.data()) << QString::fromUtf8(info.name.data(), qsizetype(info.name.size()));
    }
    void paths_go_from_safe_to_cheap()
    {
        QFETCH(QString, policy);
        for (const Loss loss : {Loss::performance_gap, Loss::hellinger}) {
            const auto path = knob_path(analysis(), costs(), policy.toStdString(), loss, 40);
            QVERIFY2(path.has_value(), path ? "" : path.error().message().c_str());
            QVERIFY(path->losses.knobs >= 1 && path->losses.knobs <= 40);
            QCOMPARE(path->losses.samples, std::size_t(6000));
            QCOMPARE(path->losses.values.size(), path->relative_cost.size());
            for (std::size_t k = 1; k < path->points.size(); ++k)
                QVERIFY(path->points[k].fit_cost < path->points[k - 1].fit_cost);
        }
    }

    void threshold_paths_begin_at_the_full_model()
    {
        // For a consistency loss nothing but the full model, or what equals it, is safest.
        for (const char* policy : {"confidence", "quee", "composite"}) {
            const auto path = knob_path(analysis(), costs(), policy, Loss::consistency, 1000);
            QVERIFY2(path.has_value(), path ? "" : path.error().message().c_str());
            const auto mean_loss = [&](std::size_t k) {
                const auto row = path->losses.row(k);
                return std::accumulate(row.begin(), row.end(), 0.0) / double(row.size());
            };
            QVERIFY(path->losses.knobs > 25);
            QVERIFY(mean_loss(0) < 0.02);
            QVERIFY(mean_loss(path->losses.knobs - 1) > 0.1);
        }
    }

    void guarantees_hold_over_trials_data()
    {
        QTest::addColumn<QString>("policy");
        for (const char* policy : {"confidence", "quee", "eero"})
            QTest::newRow(policy) << policy;
    }
    void guarantees_hold_over_trials()
    {
        QFETCH(QString, policy);
        constexpr std::size_t trials = 300;
        constexpr double delta = 0.1;
        const double slack = 3 * std::sqrt(delta * (1 - delta) / double(trials));
        for (const Loss loss : {Loss::performance_gap, Loss::consistency, Loss::brier_gap, Loss::hellinger}) {
            const auto path = knob_path(analysis(), costs(), policy.toStdString(), loss);
            QVERIFY2(path.has_value(), path ? "" : path.error().message().c_str());
            const std::vector<double> eps{0.02, 0.05, 0.1};
            for (const Method method : {Method::ucb, Method::ltt, Method::crc}) {
                Progress progress;
                const auto outcomes =
                    control_risk(path->losses, path->relative_cost, request(method, loss, eps, 500, trials), progress);
                QVERIFY(outcomes.has_value());
                for (const LevelOutcome& outcome : *outcomes) {
                    if (method == Method::crc)
                        QVERIFY(outcome.risk_mean <= outcome.eps + 3 * outcome.risk_error / std::sqrt(double(trials)));
                    else
                        QVERIFY(outcome.violations <= delta + slack);
                    QVERIFY(outcome.cost_mean > 0 && outcome.cost_mean <= 1.0001);
                }
                QVERIFY(outcomes->back().cost_mean < outcomes->front().cost_mean);
            }
        }
    }

    void threads_do_not_matter_and_seeds_do()
    {
        const auto path = knob_path(analysis(), costs(), "confidence", Loss::performance_gap);
        QVERIFY(path.has_value());
        ControlRequest r = request(Method::ucb, Loss::performance_gap, {0.03}, 700, 40);
        Progress progress;
        const auto one = control_risk(path->losses, path->relative_cost, r, progress);
        r.threads = 3;
        const auto three = control_risk(path->losses, path->relative_cost, r, progress);
        QVERIFY(one.has_value() && three.has_value());
        QVERIFY(one->front().index == three->front().index);
        QCOMPARE(one->front().risk_mean, three->front().risk_mean);
        r.seed = 2;
        const auto other = control_risk(path->losses, path->relative_cost, r, progress);
        QVERIFY(other.has_value() && other->front().risk_mean != one->front().risk_mean);
    }

    void no_admissible_knob_means_the_full_model()
    {
        LossTable table{2, 50, std::vector<double>(100, 1.0)};
        Progress progress;
        const std::vector<float> cost(100, 0.5F);
        const auto outcome = control_risk(table, cost, request(Method::crc, Loss::consistency, {0.1}, 20, 3), progress);
        QVERIFY(outcome.has_value());
        QVERIFY(!outcome->front().index.front());
        QCOMPARE(outcome->front().risk_mean, 0.0);
        QCOMPARE(outcome->front().cost_mean, 1.0);
        QCOMPARE(outcome->front().violations, 0.0);
    }

    void an_order_is_kept()
    {
        // The first ten samples are right, the others wrong.
        LossTable table{1, 50, std::vector<double>(50, 1.0)};
        std::fill_n(table.values.begin(), 10, 0.0);
        ControlRequest r = request(Method::naive, Loss::consistency, {0.5}, 10, 1);
        for (std::uint32_t i = 0; i < 50; ++i)
            r.order.push_back(i);
        Progress progress;
        const auto first = control_risk(table, {}, r, progress);
        QVERIFY(first.has_value() && first->front().index.front() == std::size_t(0));
        QCOMPARE(first->front().risk_mean, 1.0);
        QCOMPARE(first->front().violations, 1.0);
        QVERIFY(std::isnan(first->front().cost_mean));
        std::reverse(r.order.begin(), r.order.end());
        QVERIFY(!control_risk(table, {}, r, progress)->front().index.front());
        r.n = 50;
        QVERIFY(std::isnan(control_risk(table, {}, r, progress)->front().risk_mean));
    }

    void nonsense_is_refused()
    {
        const LossTable table{1, 50, std::vector<double>(50, 0.0)};
        Progress progress;
        const auto refused = [&](const auto& change) {
            ControlRequest r = request(Method::ltt, Loss::consistency, {0.1}, 10, 1);
            change(r);
            const auto outcome = control_risk(table, {}, r, progress);
            return !outcome && outcome.error().code == ErrorCode::usage;
        };
        QVERIFY(!refused([](ControlRequest&) {}));
        QVERIFY(refused([](ControlRequest& r) { r.n = 51; }));
        QVERIFY(refused([](ControlRequest& r) { r.n = 0; }));
        QVERIFY(refused([](ControlRequest& r) { r.eps.clear(); }));
        QVERIFY(refused([](ControlRequest& r) { r.eps = {-0.1}; }));
        QVERIFY(refused([](ControlRequest& r) { r.eps = {std::nan("")}; }));
        QVERIFY(refused([](ControlRequest& r) { r.rule.delta = 1; }));
        QVERIFY(refused([](ControlRequest& r) { r.trials = 0; }));
        QVERIFY(refused([](ControlRequest& r) { r.order = {1, 2, 3}; }));
        QVERIFY(refused([](ControlRequest& r) { r.order.assign(10, 1); }));
        QVERIFY(refused([](ControlRequest& r) { r.order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 50}; }));
    }
};

QTEST_APPLESS_MAIN(TestRisk)
#include "tst_risk.moc"
