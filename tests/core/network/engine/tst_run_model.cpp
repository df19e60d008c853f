// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/network/calibrate/calibrate.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/run_model.h"
#include "tests/support/small_network.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

engine::ModelRun ran(const engine::RunOptions& options, Precision precision = fp32,
                     const plan::Quantization* quantization = nullptr)
{
    Progress progress;
    const auto run = engine::run_model(small_network(1), quantization, precision, *small_data(), options, progress);
    if (!run)
        throw std::runtime_error(run.error().message());
    return *run;
}

}  // namespace

namespace {
std::string text(const std::map<std::string, int>& counts)
{
    std::string all;
    for (const auto& [name, count] : counts)
        all += name + " " + std::to_string(count) + ", ";
    return all;
}
}  // namespace

class TestRunModel : public QObject {
    Q_OBJECT

private slots:
    void everySampleGetsItsOwnAnswer()
    {
        const engine::ModelRun run = ran({1, 1});
        QCOMPARE(run.samples, std::size_t(50));
        QCOMPARE(run.exits, std::size_t(3));
        QCOMPARE(run.classes, std::size_t(5));
        const model::MultiExitModel network = small_network(1);
        const auto programs = engine::compile_stages(network, nullptr, fp32);
        QVERIFY(programs);
        engine::HandOver values(network);
        std::vector<float> exit(5);
        for (std::size_t i = 0; i < 50; ++i) {
            QVERIFY(engine::read_padded(*small_data(), i, 1, network, values.input()));
            for (std::size_t s = 0; s < 3; ++s) {
                engine::Program::Scratch scratch = (*programs)[s].scratch();
                (*programs)[s].run(scratch, values.inputs(StageIndex(s)), values.outputs(StageIndex(s)), exit);
                QVERIFY(std::equal(exit.begin(), exit.end(), run.logits.begin() + std::ptrdiff_t((s * 50 + i) * 5)));
            }
        }
        QVERIFY(run.inference_seconds > 0);
    }

    void integerResultsDependOnNeitherBatchNorThreads()
    {
        Progress progress;
        const Precision w4a4{4, 4};
        const auto quantization = calibrate::calibrate(small_network(), *small_data(), {w4a4}, {}, progress);
        QVERIFY(quantization);
        const engine::ModelRun one = ran({1, 1}, w4a4, &*quantization);
        const engine::ModelRun many = ran({16, 4}, w4a4, &*quantization);
        QCOMPARE(one.logits.size(), many.logits.size());
        // The convolutions are exact; pooling and Softmax run in float.
        for (std::size_t i = 0; i < one.logits.size(); ++i)
            QVERIFY(qAbs(one.logits[i] - many.logits[i]) < 1e-5F);
        QCOMPARE(many.logits, ran({16, 1}, w4a4, &*quantization).logits);
    }

    void accuracyCountsTheLargestOutput()
    {
        const engine::ModelRun run = ran({8, 2});
        for (std::size_t s = 0; s < 3; ++s) {
            std::size_t hits = 0;
            for (std::size_t i = 0; i < 50; ++i) {
                const float* row = run.logits.data() + (s * 50 + i) * 5;
                std::size_t best = 0;
                for (std::size_t c = 1; c < 5; ++c)
                    if (row[c] > row[best])
                        best = c;
                hits += best == i % 5;
            }
            QCOMPARE(run.accuracy[s], double(hits) / 50);
        }
    }

    void theProfileAccountsForEveryNode()
    {
        Progress progress;
        const Precision w8a8{8, 8};
        const auto quantization = calibrate::calibrate(small_network(), *small_data(), {w8a8}, {}, progress);
        QVERIFY(quantization);
        for (const Precision precision : {fp32, w8a8}) {
            engine::RunOptions options{8, 2, true};
            const engine::ModelRun run = ran(options, precision, &*quantization);
            options.profile = false;
            const engine::ModelRun plain = ran(options, precision, &*quantization);
            QCOMPARE(run.logits, plain.logits);
            QVERIFY(plain.profile.empty());

            const model::MultiExitModel network = small_network(1);
            std::map<std::string, int> expected;
            double macs = 0;
            for (std::size_t s = 0; s < network.stages.size(); ++s) {
                const model::Stage& stage = network.stages[s];
                macs += double(stage.trunk_macs + stage.head_macs);
                for (const auto* nodes : {&stage.trunk, &stage.head})
                    for (const NodeIndex node : *nodes)
                        if (network.graph.node(node).op != "Reshape")  // an alias: no step
                            ++expected[std::to_string(s) + network.graph.node(node).op];
            }
            std::map<std::string, int> found;
            double counted = 0;
            double share = 0;
            std::set<std::string> conversions;
            std::string before;
            for (const engine::ProfileRow& row : run.profile) {
                QVERIFY(row.seconds >= 0);
                share += row.share;
                counted += row.macs;
                if (row.macs > 0)
                    QCOMPARE(row.gops(), 2e-9 * row.macs / row.seconds);
                if (row.conversion) {
                    conversions.insert(row.operators);
                    QCOMPARE(row.macs, 0.0);
                    before.clear();
                    continue;
                }
                if (row.operators + row.node == before)  // one node in several steps
                    continue;
                before = row.operators + row.node;
                std::string op;
                for (const char c : row.operators + "+") {
                    if (c != '+')
                        op += c;
                    else
                        ++found[std::to_string(row.stage.value) + std::exchange(op, "")];
                }
            }
            QCOMPARE(QString::fromStdString(text(found)), QString::fromStdString(text(expected)));
            QCOMPARE(counted, macs);
            QVERIFY(qAbs(share - 1) < 1e-9);
            QVERIFY(conversions.contains("hand-over"));
            QCOMPARE(conversions.contains("quantize"), !precision.is_float());
        }
    }

    void failuresAreReported()
    {
        Progress progress;
        const model::MultiExitModel network = small_network();
        QVERIFY(!engine::run_model(network, nullptr, Precision{8, 8}, *small_data(), {}, progress));
        SmallDataOptions odd;
        odd.odd_label = 7;
        const auto mismatch = engine::run_model(network, nullptr, fp32, *small_data(odd), {}, progress);
        QVERIFY(!mismatch && mismatch.error().code == ErrorCode::bad_input);
        SmallDataOptions damaged;
        damaged.unreadable = 49;
        QVERIFY(!engine::run_model(network, nullptr, fp32, *small_data(damaged), {}, progress));
        SmallDataOptions unlabelled;
        unlabelled.labelled = false;
        const auto plain = engine::run_model(network, nullptr, fp32, *small_data(unlabelled), {}, progress);
        QVERIFY(plain && plain->accuracy.empty());
        SmallDataOptions none;
        none.samples = 0;
        const auto empty = engine::run_model(network, nullptr, fp32, *small_data(none), {}, progress);
        QVERIFY(empty && empty->samples == 0);
        progress.cancel();
        const auto stopped = engine::run_model(network, nullptr, fp32, *small_data(), {}, progress);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::cancelled);
    }
};

QTEST_APPLESS_MAIN(TestRunModel)
#include "tst_run_model.moc"
