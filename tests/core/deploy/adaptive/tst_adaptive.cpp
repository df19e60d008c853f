// SPDX-License-Identifier: GPL-3.0-or-later
// The deployed network takes every image where the run says, with the answer that the run holds.
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <set>
#include <string>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/gates.h"
#include "core/analysis/run/run_file.h"
#include "core/deploy/adaptive/adaptive.h"
#include "core/deploy/adaptive/deployed_data.h"
#include "core/deploy/adaptive/rerun.h"
#include "core/deploy/evaluate/evaluator.h"
#include "tests/support/small_network.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

SmallDataOptions test_images(std::size_t samples = 203)
{
    SmallDataOptions options;
    options.samples = samples;
    options.seed = 4;
    return options;
}

SmallDataOptions fit_images()
{
    SmallDataOptions options;
    options.samples = 150;
    return options;
}

struct Evaluated {
    run::RunPtr run;
    std::shared_ptr<const analyse::Analysis> analysis;
    std::shared_ptr<const analyse::Analysis> pooled;
    cost::Costs costs;
};

/// Once for the whole program; `through_file` = as read back from a run file.
const Evaluated& evaluated(bool through_file = false)
{
    const auto make = [](bool file) {
        evaluate::EvaluateOptions options;
        options.precisions = {{4, 4}, {8, 8}, fp32};
        options.calibration.samples = 24;
        options.batch = 8;
        options.threads = 1;
        options.measure_latency = false;
        Progress progress;
        const auto made = evaluate::evaluate_model(small_network(), *small_data(fit_images()),
                                                   *small_data(test_images()), options, progress);
        if (!made)
            throw std::runtime_error(made.error().message());
        run::RunPtr run = *made;
        if (file) {
            const QTemporaryDir directory;
            const std::string path = (directory.path() + "/adaptive.exr").toStdString();
            if (!run::save(*run, path))
                throw std::runtime_error("cannot save");
            run = run::load(path).value();
        }
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        return Evaluated{run, analyse::Analysis::make(run).value(),
                         analyse::Analysis::make(run, {.pooled = true}).value(), costs.value()};
    };
    static const Evaluated made = make(false);
    static const Evaluated read = make(true);
    return through_file ? read : made;
}

/// A policy of the run at one budget: the decisions of the run, and the rule that is deployed.
struct Point {
    std::shared_ptr<const analyse::Analysis> basis;
    analyse::Decisions decisions;
    adaptive::DeployedPolicy rule;
};
Point operating_point(const Evaluated& on, std::string_view policy, double budget, bool pooled = false)
{
    const auto result = (pooled ? on.pooled : on.analysis)->fit(policy, on.costs, 2).value();
    const auto points = result.fitted->points();
    return {result.analysis,
            analyse::decide(result, budget),
            {result.fitted, policy::at_budget(points, budget, result.fitted->mixes()), on.analysis->seed()}};
}

/// A budget between two of QuEE's points, where a draw decides.
double between_points()
{
    const Evaluated& on = evaluated();
    const auto result = on.analysis->fit("quee", on.costs, 2).value();
    const auto points = result.fitted->points();
    return points.size() < 2 ? 0.0 : 0.5 * (points[0].fit_cost + points[1].fit_cost);
}

Expected<adaptive::AdaptiveRun> deploy(const Point& point, std::int64_t batch, unsigned threads = 1)
{
    Progress progress;
    adaptive::AdaptiveOptions options;
    options.batch = batch;
    options.threads = threads;
    options.latency_samples = 20;
    return adaptive::run_adaptive(small_network(), *point.basis, point.rule, *small_data(test_images()), options,
                                  progress);
}

/// Sends every sample to one state, and asks every head on its way.
class AlwaysTo final : public policy::Fitted {
public:
    AlwaysTo(const run::Run& run, StateIndex end) : way_(policy::way_to(run.states, end)) {}
    std::span<const policy::Point> points() const override { return points_; }
    std::vector<StateIndex> decide(const run::Split& split, std::size_t) const override
    {
        return std::vector<StateIndex>(split.samples, way_.back());
    }
    policy::GatesPtr gates(std::size_t) const override { return std::make_unique<Way>(way_); }

private:
    class Way final : public policy::Gates {
    public:
        explicit Way(std::vector<StateIndex> way) : way_(std::move(way)) {}
        StateIndex root() const override { return way_.front(); }
        StateIndex next(StateIndex state, const policy::Visit&) override
        {
            const auto at = std::find(way_.begin(), way_.end(), state);
            return at + 1 == way_.end() ? state : *(at + 1);
        }
        std::optional<policy::Judgement> judge(StateIndex, const policy::Visit&) override
        {
            return policy::FixedStep{};
        }
        bool reads(StateIndex) const override { return true; }

    private:
        std::vector<StateIndex> way_;
    };
    std::vector<StateIndex> way_;
    std::vector<policy::Point> points_ = {{}};
};

}  // namespace

class TestAdaptive : public QObject {
    Q_OBJECT
private slots:
    void oneImageAnswersAsTheRun_data();
    void oneImageAnswersAsTheRun();
    void oneImageOfAnotherModelIsRefused();
    void follows_the_run_data()
    {
        QTest::addColumn<QString>("policy");
        QTest::addColumn<double>("budget");
        QTest::addColumn<int>("batch");
        QTest::addColumn<bool>("through_file");
        QTest::addColumn<bool>("pooled");
        for (const char* policy : {"quee", "quee-table", "quee-dp", "confidence", "entropy", "margin", "composite",
                                   "eero", "eero-paths", "msdnet", "jei", "patience", "pcee", "static", "static-hull"})
            for (const double budget : {0.02, 0.1, 0.4, 1.0})
                QTest::addRow("%s at %g", policy, budget) << policy << budget << 8 << false << false;
        for (const char* policy : {"escalate", "quee-escalate"})
            for (const double budget : {0.02, 0.05, 0.1, 0.3})
                QTest::addRow("%s at %g", policy, budget) << policy << budget << 8 << false << false;
        for (const char* policy : {"quee", "composite", "confidence", "escalate"})
            for (const double budget : {0.02, 0.1, 0.4})
                QTest::addRow("%s pooled at %g", policy, budget) << policy << budget << 8 << false << true;
        for (const int batch : {1, 3, 16, 500})
            QTest::addRow("escalate, batch %d", batch) << "escalate" << 0.1 << batch << false << false;
        for (const int batch : {1, 3, 16, 500})
            QTest::addRow("quee, batch %d", batch) << "quee" << 0.1 << batch << false << false;
        QTest::addRow("quee, mixed") << "quee" << between_points() << 8 << false << false;
        QTest::addRow("quee, run read from its file") << "quee" << 0.1 << 8 << true << false;
    }
    void follows_the_run()
    {
        QFETCH(QString, policy);
        QFETCH(double, budget);
        QFETCH(int, batch);
        QFETCH(bool, through_file);
        QFETCH(bool, pooled);
        const Evaluated& on = evaluated(through_file);
        const Point point = operating_point(on, policy.toStdString(), budget, pooled);
        const auto made = deploy(point, batch);
        QVERIFY2(made, made ? "" : made.error().message().c_str());
        QVERIFY(made->state == point.decisions.state);
        for (std::size_t i = 0; i < made->state.size(); ++i)
            QCOMPARE(made->prediction[i], point.basis->run().test.prediction[made->state[i].at()][i]);
        QCOMPARE(adaptive::agreement(*made, point.basis->run(), point.decisions), 1.0);
        QVERIFY(made->inference_seconds > 0);
        QCOMPARE(made->latency_ms.size(), std::size_t{20});
    }

    void points_differ_in_where_samples_leave()
    {
        // Else the comparison above would hold for a deployment that knows one way only.
        const Evaluated& on = evaluated();
        const Point point = operating_point(on, "quee", 0.1);
        std::set<StateIndex> states(point.decisions.state.begin(), point.decisions.state.end());
        QVERIFY(states.size() > 2);
        QVERIFY(operating_point(on, "quee", between_points()).rule.mix.upper_share > 0);
        QVERIFY(operating_point(on, "quee", 0.0).decisions.state != point.decisions.state);
    }

    void a_second_pass_starts_from_the_image_data()
    {
        QTest::addColumn<int>("batch");
        for (const int batch : {1, 4, 16})
            QTest::addRow("batch %d", batch) << batch;
    }
    void a_second_pass_starts_from_the_image()
    {
        QFETCH(int, batch);
        const Evaluated& on = evaluated();
        const auto basis = on.analysis->basis("quee-escalate", on.costs).value().analysis;
        const run::Run& run = basis->run();
        std::size_t seen = 0;
        for (std::size_t s = 0; s < run.states.size(); ++s) {
            if (run.states[s].first_pass.empty() || seen == 6)
                continue;
            ++seen;
            const StateIndex end(s);
            const Point point{basis, {}, {std::make_shared<AlwaysTo>(run, end), {}, 1}};
            const auto made = deploy(point, batch);
            QVERIFY(made);
            for (std::size_t i = 0; i < made->state.size(); ++i) {
                QVERIFY(made->state[i] == end);
                QCOMPARE(made->prediction[i], run.test.prediction[s][i]);
            }
        }
        QCOMPARE(seen, std::size_t{6});
    }

    void disagreement_is_counted()
    {
        const Evaluated& on = evaluated();
        const Point point = operating_point(on, "confidence", 0.4);
        auto made = deploy(point, 8);
        QVERIFY(made);
        made->prediction[5] ^= 1;
        made->state[7] = StateIndex(made->state[7].at() ? 0 : 1);
        QCOMPARE(adaptive::agreement(*made, *on.run, point.decisions), 1.0 - 2.0 / double(made->state.size()));
    }

    void threads_change_nothing()
    {
        const Evaluated& on = evaluated();
        const Point point = operating_point(on, "composite", 0.2);
        const auto one = deploy(point, 4, 1);
        const auto three = deploy(point, 4, 3);
        QVERIFY(one && three);
        QVERIFY(one->state == three->state && one->prediction == three->prediction);
    }

    void oracles_cannot_be_deployed()
    {
        const Evaluated& on = evaluated();
        for (const char* policy : {"oracle", "oracle-cheapest", "random"}) {
            const auto made = deploy(operating_point(on, policy, 0.3), 8);
            QVERIFY(!made);
            QCOMPARE(made.error().code, ErrorCode::usage);
        }
    }

    void another_model_is_refused()
    {
        const Evaluated& on = evaluated();
        model::MultiExitModel other = small_network();
        other.content_hash = "another";
        Progress progress;
        const auto made = adaptive::run_adaptive(other, *on.analysis, operating_point(on, "quee", 0.3).rule,
                                                 *small_data(test_images()), {}, progress);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::bad_input);
    }

    void a_run_without_its_quantization_is_refused()
    {
        const Evaluated& on = evaluated();
        auto bare = std::make_shared<run::Run>(*on.run);
        bare->quantization = nullptr;
        Progress progress;
        const auto basis = analyse::Analysis::make(bare).value();
        const auto made = adaptive::run_adaptive(small_network(), *basis, operating_point(on, "quee", 0.3).rule,
                                                 *small_data(test_images()), {}, progress);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::bad_input);
    }

    void heads_are_skipped_where_nothing_reads_them()
    {
        const Evaluated& on = evaluated();
        const auto fitted = on.analysis->fit("static", on.costs, 2).value().fitted;
        const policy::GatesPtr gates = fitted->gates(fitted->points().size() - 1);
        const StateIndex root = gates->root();
        QVERIFY(!gates->reads(root));
        const StateIndex next = gates->next(root, {});
        QCOMPARE(on.run->states[next.at()].parent, std::optional(root));
    }

    void images_of_the_test_split_alone()
    {
        // The run's test split is every third image of a larger set.
        const Evaluated& on = evaluated();
        auto run = std::make_shared<run::Run>(*on.run);
        const auto whole = small_data(test_images(60));
        run->test.samples = 20;
        run->test.dataset_source = whole->info().source;
        run->test.dataset_hash = "of the subset";
        run->test.source_index.clear();
        run->test.labels.clear();
        for (std::uint32_t i = 0; i < 60; i += 3) {
            run->test.source_index.push_back(i);
            run->test.labels.push_back(static_cast<std::int32_t>(i % 5));
        }
        const auto data = adaptive::deployed_data(*run, whole, 7);
        QVERIFY(data);
        QVERIFY(data->of_run);
        QCOMPARE(data->images->size(), std::size_t{7});
        QCOMPARE(data->images->source_position(SampleIndex(4)), SampleIndex(12));

        run->test.labels[3] += 1;
        const auto changed = adaptive::deployed_data(*run, whole, 0);
        QVERIFY(!changed);
        QCOMPARE(changed.error().code, ErrorCode::bad_input);

        const auto other = adaptive::deployed_data(*run, small_data({.samples = 9, .seed = 8}), 0);
        QVERIFY(other);
        QVERIFY(!other->of_run);
        QCOMPARE(other->images->size(), std::size_t{9});
    }

    void other_labels_of_the_same_images_are_refused()
    {
        auto run = std::make_shared<run::Run>(*evaluated().run);
        const auto data = small_data(test_images());
        QCOMPARE(data->content_hash(), run->test.dataset_hash);
        QVERIFY(adaptive::deployed_data(*run, data, 0));
        run->test.labels[2] += 1;
        run->test.labels_file = "y.txt";
        const auto other = adaptive::deployed_data(*run, data, 0);
        QVERIFY(!other);
        QVERIFY2(other.error().detail.ends_with("--labels y.txt"), other.error().detail.c_str());
    }

    void quantiles()
    {
        const std::vector<double> values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        QCOMPARE(adaptive::quantile(values, 0.5), 5.0);
        QCOMPARE(adaptive::quantile(values, 0.95), 10.0);
        QCOMPARE(adaptive::quantile(values, 0.0), 1.0);
        QCOMPARE(adaptive::quantile({}, 0.5), 0.0);
    }
};

void TestAdaptive::oneImageAnswersAsTheRun_data()
{
    QTest::addColumn<QString>("policy");
    QTest::addColumn<bool>("pooled");
    QTest::addColumn<bool>("decides");
    QTest::newRow("quee") << "quee" << false << true;
    QTest::newRow("pooled") << "quee" << true << true;
    QTest::newRow("second pass") << "quee-escalate" << false << true;
    QTest::newRow("oracle") << "oracle" << false << false;
}

void TestAdaptive::oneImageAnswersAsTheRun()
{
    QFETCH(QString, policy);
    QFETCH(bool, pooled);
    QFETCH(bool, decides);
    const Evaluated& on = evaluated();
    const auto result = (pooled ? on.pooled : on.analysis)->fit(policy.toStdString(), on.costs, 2).value();
    const double budget = between_points();
    const analyse::Decisions decisions = analyse::decide(result, budget);
    const auto rerun = adaptive::Rerun::make(on.run, std::make_shared<const model::MultiExitModel>(small_network()));
    QVERIFY2(rerun, rerun ? "" : rerun.error().message().c_str());
    const dataset::DatasetPtr images = small_data(test_images());
    for (std::size_t i = 0; i < 40; ++i) {
        const auto answer =
            (*rerun)->answer(*images->image(SampleIndex(i)), result, budget, on.run->test.source_index[i]);
        QVERIFY2(answer, answer ? "" : answer.error().message().c_str());
        for (std::size_t s = 0; s < on.run->states.size(); ++s)
            QCOMPARE(answer->answers.prediction[s].front(), on.run->test.prediction[s][i]);
        QCOMPARE(answer->way.has_value(), decides);
        if (!decides)
            continue;
        QCOMPARE(answer->way->state, decisions.state[i]);
        QCOMPARE(answer->way->prediction, result.analysis->run().test.prediction[decisions.state[i].at()][i]);
    }
}

void TestAdaptive::oneImageOfAnotherModelIsRefused()
{
    auto other = std::make_shared<model::MultiExitModel>(small_network());
    other->content_hash = "another";
    const auto refused = adaptive::Rerun::make(evaluated().run, other);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::bad_input);
}

QTEST_GUILESS_MAIN(TestAdaptive)
#include "tst_adaptive.moc"
