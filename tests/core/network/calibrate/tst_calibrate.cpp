// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "core/network/calibrate/bias_correction.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/calibrate/layer_study.h"
#include "core/network/calibrate/observe.h"
#include "core/network/calibrate/scheme.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/program.h"
#include "core/network/engine/run_model.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"
#include "tests/support/small_network.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

const Precision w4a4{4, 4};
const Precision w8a8{8, 8};

bool same(const plan::StagePlan& a, const plan::StagePlan& b)
{
    if (a.precision != b.precision || a.stream != b.stream || a.operand != b.operand ||
        a.weights.size() != b.weights.size())
        return false;
    for (std::size_t n = 0; n < a.weights.size(); ++n) {
        if (a.weights[n].has_value() != b.weights[n].has_value())
            return false;
        if (a.weights[n] && (a.weights[n]->values != b.weights[n]->values ||
                             a.weights[n]->scales != b.weights[n]->scales || a.weights[n]->bias != b.weights[n]->bias))
            return false;
    }
    return true;
}

ValueIndex value(const model::MultiExitModel& network, const std::string& name)
{
    for (std::size_t v = 0; v < network.graph.values.size(); ++v)
        if (network.graph.values[v].name == name)
            return ValueIndex(v);
    throw std::runtime_error("no value " + name);
}

/// Largest |mean integer output - mean float output| of every layer of a stage, in steps of its bias grid.
std::map<std::uint32_t, double> mean_errors(const model::MultiExitModel& network, StageIndex stage,
                                            const calibrate::Scheme& scheme,
                                            const calibrate::FloatStatistics& statistics, const plan::StagePlan& plan)
{
    const auto program = engine::Program::compile_correctable(network, stage, plan);
    if (!program)
        throw std::runtime_error(program.error().message());
    std::vector<engine::Program::Scratch> scratches;
    std::vector<engine::Program::LayerBatch> batches;
    scratches.reserve(statistics.batches.size());
    for (const calibrate::KeptBatch& batch : statistics.batches) {
        scratches.push_back(program->scratch());
        batches.push_back({&scratches.back(), batch.values.inputs(stage), batch.samples});
    }
    std::map<std::uint32_t, double> errors;
    program->run_layers(batches, [&](NodeIndex node, std::span<const double> mean, std::span<std::int32_t>) {
        const float input_scale = plan.operand[scheme.layers[node.at()]->input.at()]->scale;
        for (std::size_t c = 0; c < mean.size(); ++c) {
            const double step = double(input_scale) * double(plan.weights[node.at()]->scales[c]);
            const double off = std::fabs(mean[c] - statistics.channel_mean[node.at()][c]) / step;
            errors[node.value] = std::max(errors[node.value], off);
        }
    });
    return errors;
}

/// One block on the four patches of an image, its head on the mean token.
constexpr const char* transformer_block = R"(
x = input [N,2,12,12]
wp = random [16,2,6,6] scale=0.1
patches = Conv(x, wp) strides=[6,6]
s0 = ints [3] {0,16,4}
r0 = Reshape(patches, s0)
tokens = Transpose(r0) perm=[0,2,1]
m1 = ReduceMean(tokens) axes=[2]
c1 = Sub(tokens, m1)
q1 = Mul(c1, c1)
v1 = ReduceMean(q1) axes=[2]
eps = constant [] {0.00001}
a1 = Add(v1, eps)
d1 = Sqrt(a1)
n1 = Div(c1, d1)
wq = random [16,16] scale=0.25
wk = random [16,16] scale=0.25
wv = random [16,16] scale=0.25
wo = random [16,16] scale=0.25
bo = random [16] scale=0.1
query = MatMul(n1, wq)
key = MatMul(n1, wk)
val = MatMul(n1, wv)
keyt = Transpose(key) perm=[0,2,1]
scores = MatMul(query, keyt)
weights = Softmax(scores) axis=-1
mixed = MatMul(weights, val)
projected = MatMul(mixed, wo)
biased = Add(projected, bo)
stream = Add(tokens, biased)
wm = random [16,64] scale=0.25
wn = random [64,16] scale=0.125
hidden = MatMul(stream, wm)
root = constant [] {1.41421356}
h1 = Div(hidden, root)
h2 = Erf(h1)
one = constant [] {1}
h3 = Add(h2, one)
h4 = Mul(hidden, h3)
half = constant [] {0.5}
active = Mul(h4, half)
out = MatMul(active, wn)
last = Add(stream, out)
mean = ReduceMean(last) axes=[1] keepdims=0
wh = random [16,5] scale=0.5
logits = Gemm(mean, wh)
> logits)";

}  // namespace

class TestCalibrate : public QObject {
    Q_OBJECT

private slots:
    void gridsFollowTheReaders()
    {
        const model::MultiExitModel network = small_network();
        calibrate::CalibrationOptions options;
        options.samples = 20;
        Progress progress;
        const auto made = calibrate::calibrate(network, *small_data(), {w4a4, w8a8}, options, progress);
        QVERIFY2(made, made ? "" : made.error().message().c_str());
        QCOMPARE(made->precisions, (std::vector<Precision>{w4a4, w8a8}));
        const plan::StagePlan& first = *made->find(StageIndex(0), w4a4);

        const auto stream = [&](const char* name) { return first.stream[value(network, name).at()]; };
        const auto operand = [&](const char* name) { return first.operand[value(network, name).at()]; };
        QCOMPARE(int(stream("x")->bits), 8);  // the first layer is pinned
        QCOMPARE(operand("x"), stream("x"));
        QVERIFY(stream("x")->zero_point > 0);   // signed
        QCOMPARE(int(stream("r1")->bits), 8);   // the residual stream
        QCOMPARE(int(operand("r1")->bits), 4);  // as its convolution reads it
        QCOMPARE(int(stream("r2")->bits), 4);   // read by one convolution alone
        QCOMPARE(operand("r2"), stream("r2"));
        QCOMPARE(stream("c2"), stream("r2"));  // saturation is the Relu
        QCOMPARE(stream("a3"), stream("r3"));
        QCOMPARE(int(stream("c3")->bits), 8);  // signed, added to the stream
        QVERIFY(stream("c3")->zero_point > 0);
        QCOMPARE(int(stream("r3")->bits), 8);  // hand-over
        for (const char* name : {"r1", "r2", "r3", "h1"})
            QCOMPARE(stream(name)->zero_point, 0);

        QVERIFY(!stream("exit1") && stream("g1"));  // logits stay real

        const plan::StagePlan& last = *made->find(StageIndex(2), w4a4);
        const plan::StagePlan& middle = *made->find(StageIndex(1), w4a4);
        const ValueIndex r4 = value(network, "r4");
        QCOMPARE(last.stream[r4.at()], middle.stream[r4.at()]);  // the hand-over has one grid on both sides
        const ValueIndex r5 = value(network, "r5");
        const ValueIndex m5 = value(network, "m5");
        QCOMPARE(last.stream[m5.at()], last.stream[r5.at()]);  // pooling keeps the grid
        QCOMPARE(int(last.stream[m5.at()]->bits), 4);
        QVERIFY(!made->find(StageIndex(0), Precision{6, 6}));
        QVERIFY(!made->find(StageIndex(3), w4a4));
    }

    void pinningFollowsTheOptions()
    {
        const model::MultiExitModel network = small_network();
        const auto pinned = [&](bool first, bool last) {
            calibrate::CalibrationOptions options;
            options.first_layer_8_bits = first;
            options.last_layer_8_bits = last;
            const std::vector<bool> layers = calibrate::pinned_layers(network, options);
            std::vector<std::string> outputs;
            for (std::size_t n = 0; n < layers.size(); ++n)
                if (layers[n])
                    outputs.push_back(network.graph.value(network.graph.nodes[n].outputs[0]).name);
            std::sort(outputs.begin(), outputs.end());
            return outputs;
        };
        QCOMPARE(pinned(false, false), std::vector<std::string>());
        QCOMPARE(pinned(true, false), std::vector<std::string>{"c1"});
        QCOMPARE(pinned(false, true), (std::vector<std::string>{"exit1", "exit2", "z3"}));
    }

    void transformersKeepAttentionReal()
    {
        auto graph = build_graph(transformer_block);
        auto specialised = model::specialise(graph, 4);
        QVERIFY(specialised);
        auto network = model::cut(std::move(*specialised), 4);
        QVERIFY(network);
        network->preprocessing.channels = 2;
        network->preprocessing.height = network->preprocessing.width = 12;
        Progress progress;
        const auto made = calibrate::calibrate(*network, *small_data(), {w8a8}, {}, progress);
        QVERIFY2(made, made ? "" : made.error().message().c_str());
        const plan::StagePlan& plan = *made->find(StageIndex(0), w8a8);
        std::size_t layers = 0;
        for (std::size_t n = 0; n < network->graph.nodes.size(); ++n)
            layers += plan.weights[n].has_value();
        QCOMPARE(layers, std::size_t{8});  // patches, query, key, value, output, two of the MLP, head
        for (const char* name : {"scores", "weights", "mixed", "stream", "n1", "active"})
            QVERIFY2(!plan.stream[value(*network, name).at()], name);
        for (const char* name : {"n1", "mixed", "stream", "active"})
            QVERIFY2(plan.operand[value(*network, name).at()], name);
        QVERIFY(plan.operand[value(*network, "n1").at()]->zero_point > 0);

        const auto exact = engine::run_model(*network, nullptr, fp32, *small_data(), {}, progress);
        const auto rounded = engine::run_model(*network, &*made, w8a8, *small_data(), {}, progress);
        QVERIFY(exact && rounded);
        calibrate::Distortion distortion;
        for (std::size_t i = 0; i < exact->logits.size(); ++i)
            distortion.add(double(exact->logits[i]), double(rounded->logits[i]));
        const double decibels = distortion.sqnr();
        QVERIFY2(decibels > 25, qPrintable(QString::number(decibels)));
        QVERIFY(distortion.noise > 0);
    }

    void resultsDoNotDependOnThreads()
    {
        const model::MultiExitModel network = small_network();
        calibrate::CalibrationOptions options;
        options.samples = 41;  // not a multiple of the batch
        Progress progress;
        const auto one = calibrate::calibrate(network, *small_data(), {w4a4, w8a8}, options, progress);
        options.threads = 5;
        const auto five = calibrate::calibrate(network, *small_data(), {w4a4, w8a8}, options, progress);
        QVERIFY(one && five);
        for (std::size_t p = 0; p < 2; ++p)
            for (std::size_t s = 0; s < 3; ++s)
                QVERIFY(same(one->plans[p][s], five->plans[p][s]));
    }

    void biasCorrectionMeetsTheFloatMeans()
    {
        const model::MultiExitModel network = small_network();
        const calibrate::CalibrationOptions options;
        const calibrate::Scheme scheme = calibrate::scheme(network, options);
        Progress progress;
        const auto seen = calibrate::observe(network, *small_data(), 41, scheme, true, 2, progress);
        QVERIFY2(seen, seen ? "" : seen.error().message().c_str());
        for (std::size_t s = 0; s < 3; ++s) {
            const StageIndex stage(s);
            plan::StagePlan plan = calibrate::plan_stage(network, stage, w4a4, scheme, seen->observations, options);
            const auto before = mean_errors(network, stage, scheme, *seen, plan);
            QVERIFY(calibrate::correct_biases(network, stage, scheme, *seen, plan));
            const auto after = mean_errors(network, stage, scheme, *seen, plan);
            QVERIFY(!before.empty());
            double worst_before = 0;
            for (const auto& [node, error] : before)
                worst_before = std::max(worst_before, error);
            QVERIFY2(worst_before > 2, qPrintable(QString::number(worst_before)));
            for (const auto& [node, error] : after)
                QVERIFY2(error < 0.51, qPrintable(QString("layer %1: %2 steps").arg(node).arg(error)));
        }
    }

    void observationsAreTheValuesOwnRange()
    {
        const model::MultiExitModel network = small_network();
        const calibrate::Scheme scheme = calibrate::scheme(network, {});
        Progress progress;
        const auto data = small_data();
        const auto seen = calibrate::observe(network, *data, 10, scheme, false, 1, progress);
        QVERIFY(seen);
        float low = 0;
        float high = 0;
        for (std::size_t i = 0; i < 10; ++i) {
            const auto image = data->image(SampleIndex(i));
            low = std::min(low, *std::min_element(image->values.begin(), image->values.end()));
            high = std::max(high, *std::max_element(image->values.begin(), image->values.end()));
        }
        const calibrate::Observation& input = *seen->observations[network.input().at()];
        QCOMPARE(input.minimum, low);
        QCOMPARE(input.maximum, high);
        const auto& r1 = seen->observations[value(network, "r1").at()];
        QVERIFY(r1 && r1->minimum == 0.0F);
        QVERIFY(!seen->observations[value(network, "c1").at()]);  // nothing reads it but the Relu
        QVERIFY(seen->batches.empty());
    }

    void channelMeansAreThoseOfTheRealSamples()
    {
        const model::MultiExitModel network = small_network();
        Progress progress;
        const auto data = dataset::first(small_data(), 13);  // the last batch of four is padded
        const auto seen = calibrate::observe(network, *data, 13, calibrate::scheme(network, {}), true, 2, progress);
        const auto run = engine::run_model(network, nullptr, fp32, *data, {}, progress);
        QVERIFY(seen && run);
        const auto& mean =
            seen->channel_mean[network.graph.value(value(network, "exit1")).producer.value_or(NodeIndex(0)).at()];
        QCOMPARE(mean.size(), std::size_t(5));
        for (std::size_t c = 0; c < 5; ++c) {
            double wanted = 0;
            for (std::size_t i = 0; i < 13; ++i)
                wanted += double(run->logits[i * 5 + c]) / 13;
            QVERIFY2(std::fabs(mean[c] - wanted) < 1e-5, qPrintable(QString("%1: %2").arg(mean[c]).arg(wanted)));
        }
    }

    void failuresAreReported()
    {
        const model::MultiExitModel network = small_network();
        Progress progress;
        SmallDataOptions damaged;
        damaged.unreadable = 7;
        const auto unreadable = calibrate::calibrate(network, *small_data(damaged), {w4a4}, {}, progress);
        QVERIFY(!unreadable && unreadable.error().code == ErrorCode::bad_input);
        QVERIFY(unreadable.error().message().find("#7") != std::string::npos);
        SmallDataOptions none;
        none.samples = 0;
        QVERIFY(!calibrate::calibrate(network, *small_data(none), {w4a4}, {}, progress));
        progress.cancel();
        const auto stopped = calibrate::calibrate(network, *small_data(), {w4a4}, {}, progress);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::cancelled);
    }

    void floatPrecisionsNeedNoCalibration()
    {
        const model::MultiExitModel network = small_network();
        Progress progress;
        SmallDataOptions none;
        none.samples = 0;
        const auto made = calibrate::calibrate(network, *small_data(none), {fp32}, {}, progress);
        QVERIFY(made && made->precisions.empty());
    }
};

QTEST_APPLESS_MAIN(TestCalibrate)
#include "tst_calibrate.moc"
