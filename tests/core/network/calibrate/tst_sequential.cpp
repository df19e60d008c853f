// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>

#include "core/network/calibrate/calibrate.h"
#include "core/network/calibrate/layer_rows.h"
#include "core/network/calibrate/layer_study.h"
#include "core/network/calibrate/scheme.h"
#include "core/network/calibrate/segmented_network.h"
#include "core/network/calibrate/segments.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/program.h"
#include "core/network/engine/run_model.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"
#include "tests/support/small_network.h"

using namespace exitscope;
using namespace exitscope::calibrate;
using namespace exitscope::tests;

namespace {

const Precision w2a4{2, 4};
const Precision w3a4{3, 4};
const Precision w4a4{4, 4};

/// Inverted residuals: grouped, depthwise, strided, dilated and unevenly padded convolutions, a product over tokens.
constexpr const char* mixed_network = R"(
x = input [N,2,12,12]
w1 = random [8,2,3,3] scale=0.3
b1 = random [8] scale=0.2
c1 = Conv(x, w1, b1) pads=[1,1,1,1]
r1 = Relu(c1)
w2 = random [8,1,3,3] scale=0.4
b2 = random [8] scale=0.2
c2 = Conv(r1, w2, b2) group=8 strides=[2,2] pads=[0,1,1,0]
r2 = Relu(c2)
w3 = random [12,4,1,1] scale=0.5
c3 = Conv(r2, w3) group=2
w4 = random [12,12,3,3] scale=0.1
b4 = random [12] scale=0.2
c4 = Conv(c3, w4, b4) dilations=[2,2] pads=[2,2,2,2]
s4 = Add(c4, c3)
shape = ints [3] {0,12,-1}
flat = Reshape(s4, shape)
tokens = Transpose(flat) perm=[0,2,1]
w5 = random [12,10] scale=0.3
m5 = MatMul(tokens, w5)
r5 = Relu(m5)
mean = ReduceMean(r5) axes=[1] keepdims=0
w6 = random [10,5] scale=0.5
logits = Gemm(mean, w6)
> logits)";

model::MultiExitModel mixed()
{
    auto graph = model::specialise(build_graph(mixed_network), 4);
    if (!graph)
        throw std::runtime_error(graph.error().message());
    auto network = model::cut(std::move(*graph), 4);
    if (!network)
        throw std::runtime_error(network.error().message());
    network->preprocessing.channels = 2;
    network->preprocessing.height = network->preprocessing.width = 12;
    return *network;
}

plan::Quantization calibrated(const model::MultiExitModel& network, std::optional<plan::WeightMethod> method,
                              std::size_t samples = 50, unsigned threads = 1)
{
    CalibrationOptions options;
    options.weights = method;
    options.samples = samples;
    options.threads = threads;
    Progress progress;
    auto made = calibrate::calibrate(network, *small_data(), {w2a4, w3a4, w4a4}, options, progress);
    if (!made)
        throw std::runtime_error(made.error().message());
    return *made;
}

/// Signal-to-noise ratio of all exits' outputs on images that were not used to calibrate, dB.
double sqnr(const model::MultiExitModel& network, const plan::Quantization& quantization, Precision precision)
{
    SmallDataOptions unseen;
    unseen.seed = 11;
    Progress progress;
    const auto exact = engine::run_model(network, nullptr, fp32, *small_data(unseen), {}, progress);
    const auto rounded = engine::run_model(network, &quantization, precision, *small_data(unseen), {}, progress);
    if (!exact || !rounded)
        throw std::runtime_error("the network does not run");
    calibrate::Distortion distortion;
    for (std::size_t i = 0; i < exact->logits.size(); ++i)
        distortion.add(double(exact->logits[i]), double(rounded->logits[i]));
    return distortion.sqnr();
}

bool same(const plan::Quantization& a, const plan::Quantization& b)
{
    for (std::size_t p = 0; p < a.plans.size(); ++p)
        for (std::size_t s = 0; s < a.plans[p].size(); ++s)
            for (std::size_t n = 0; n < a.plans[p][s].weights.size(); ++n) {
                const auto& x = a.plans[p][s].weights[n];
                const auto& y = b.plans[p][s].weights[n];
                if (x.has_value() != y.has_value())
                    return false;
                if (x && (x->values != y->values || x->scales != y->scales || x->bias != y->bias ||
                          x->rounding != y->rounding))
                    return false;
            }
    return true;
}

/// Captures the float result of one layer.
struct Capture {
    ValueIndex wanted;
    std::vector<float> elements;
    static void see(void* context, ValueIndex value, std::span<const float> elements)
    {
        auto& my = *static_cast<Capture*>(context);
        if (value == my.wanted)
            my.elements.assign(elements.begin(), elements.end());
    }
};

}  // namespace

class TestSequential : public QObject {
    Q_OBJECT

private slots:
    /// Of the values between layers floats and a byte for each precision are kept.
    void fewerImagesThanAskedForAreSaid()
    {
        auto graph = std::make_shared<model::Graph>(build_graph(R"(
            x = input [N,3,1024,1024]
            w = random [8,3,1,1]
            v = random [8,8,1,1]
            c = Conv(x, w)
            d = Conv(c, v)
            p = GlobalAveragePool(d)
            f = Flatten(p)
            h = random [5,8]
            y = Gemm(f, h) transB=1
            > y
        )"));
        model::MultiExitModel large = *model::cut(*model::specialise(*graph, 1), 1);
        large.source = std::move(graph);
        CalibrationOptions options;
        const auto one = calibration_notices(large, 1000, {{4, 4}, fp32}, options);
        QVERIFY(one);
        QCOMPARE(one->size(), std::size_t(1));
        QCOMPARE(one->front().code, std::string("fewer-images"));
        const std::uint64_t each =
            std::uint64_t{11} * 1024 * 1024 * 16 * 5;  // the image and what the first layer gives
        const std::string taken = std::to_string((std::uint64_t{1} << 31) / each * 16) + " of 512";
        QVERIFY2(one->front().text.find(taken) != std::string::npos, one->front().text.c_str());
        options.weights = plan::WeightMethod::nearest;
        QVERIFY(calibration_notices(large, 1000, {{4, 4}}, options)->empty());
        options.weights.reset();
        QVERIFY(calibration_notices(large, 1000, {fp32}, options)->empty());
        options.samples = 16;
        QVERIFY(calibration_notices(large, 1000, {{4, 4}}, options)->empty());
    }

    void segmentsHoldEveryNodeOnceInOrder()
    {
        for (const model::MultiExitModel& network : {small_network(), mixed()}) {
            const SegmentedModel cut = cut_at_layers(network);
            std::set<std::uint32_t> known = {network.input().value};
            std::set<std::uint32_t> nodes;
            std::size_t layers = 0;
            for (std::size_t s = 0; s < cut.segments.size(); ++s) {
                layers += cut.segments[s].layer.has_value();
                for (const ValueIndex value : cut.model.stages[s].inputs)
                    QVERIFY(known.count(value.value) == 1);
                for (const NodeIndex node : cut.model.stages[s].trunk)
                    QVERIFY(nodes.insert(node.value).second);
                for (const ValueIndex value : cut.model.stages[s].outputs)
                    known.insert(value.value);
                for (const ValueIndex value : cut.segments[s].expired)
                    known.erase(value.value);
            }
            std::size_t all = 0;
            for (const model::Stage& stage : network.stages)
                all += stage.trunk.size() + stage.head.size();
            QCOMPARE(nodes.size(), all);
            const Scheme facts = scheme(network, {});
            QCOMPARE(layers, std::size_t(std::count_if(facts.layers.begin(), facts.layers.end(),
                                                       [](const auto& layer) { return layer.has_value(); })));
            QVERIFY(known.empty());
        }
    }

    /// Every sampled row times the weights is the layer's output there.
    void rowsAreThoseOfTheProducts()
    {
        for (const model::MultiExitModel& network : {small_network(), mixed()}) {
            const SegmentedModel cut = cut_at_layers(network);
            const Scheme facts = scheme(network, {});
            SegmentedNetwork run(cut, 1, nullptr);
            std::vector<float> input(SegmentedNetwork::floats(cut, network.input()));
            QVERIFY(engine::read_padded(*small_data(), 0, 4, cut.model, input));
            run.store(0, 0, network.input(), std::move(input));
            for (std::size_t s = 0; s < cut.segments.size(); ++s) {
                const auto program = engine::Program::compile_observable(cut.model, StageIndex(s));
                QVERIFY2(program, program ? "" : program.error().message().c_str());
                auto scratch = program->scratch();
                Capture capture;
                if (cut.segments[s].layer)
                    capture.wanted = network.graph.node(*cut.segments[s].layer).outputs[0];
                run.run(*program, scratch, s, 0, Capture::see, &capture);
                if (cut.segments[s].layer)
                    compareRows(cut, run, *facts.layers[cut.segments[s].layer->at()], capture);
                run.leave(s);
            }
        }
    }

    void positionsAreSpreadOverTheOutput()
    {
        const auto all = sampled_positions(10, 100, 1);
        QCOMPARE(all, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
        std::set<std::size_t> first;
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            const auto some = sampled_positions(1000, 10, seed);
            QCOMPARE(some.size(), std::size_t{10});
            for (std::size_t i = 0; i < some.size(); ++i)
                QVERIFY(some[i] >= 100 * i && some[i] < 100 * (i + 1));
            first.insert(some.front());
        }
        QVERIFY(first.size() > 20);
    }

    void lowBitsLoseLessThanRoundedToNearest()
    {
        for (const model::MultiExitModel& network : {small_network(), mixed()}) {
            const plan::Quantization nearest = calibrated(network, plan::WeightMethod::nearest);
            const plan::Quantization best = calibrated(network, std::nullopt);
            for (const Precision precision : {w2a4, w3a4, w4a4}) {
                const double before = sqnr(network, nearest, precision);
                const double after = sqnr(network, best, precision);
                QVERIFY2(after > before, qPrintable(QString("%1: %2 after %3 dB")
                                                        .arg(QString::fromStdString(precision.name()))
                                                        .arg(after)
                                                        .arg(before)));
            }
            QVERIFY(sqnr(network, best, w2a4) > sqnr(network, nearest, w2a4) + 3);
        }
    }

    void theMethodIsTheOneAskedFor()
    {
        const model::MultiExitModel network = mixed();
        for (const auto method :
             {plan::WeightMethod::nearest, plan::WeightMethod::gptq, plan::WeightMethod::asymmetric}) {
            const plan::Quantization made = calibrated(network, method);
            std::size_t layers = 0;
            double moved = 0;
            for (const auto& weights : made.plans[0][0].weights) {
                if (!weights)
                    continue;
                ++layers;
                QCOMPARE(weights->rounding.has_value(), method != plan::WeightMethod::nearest);
                if (!weights->rounding)
                    continue;
                QCOMPARE(weights->rounding->method, method);
                QCOMPARE(weights->rounding->damping > 0, method == plan::WeightMethod::asymmetric);
                QVERIFY(weights->rounding->sqnr > weights->rounding->nearest_sqnr - 0.1F);
                QVERIFY(weights->rounding->moved >= 0 && weights->rounding->moved <= 1);
                moved += double(weights->rounding->moved);
            }
            QCOMPARE(layers, std::size_t{6});
            QCOMPARE(moved > 0.2, method != plan::WeightMethod::nearest);
        }
    }

    void integersStayWithinTheirBits()
    {
        const model::MultiExitModel network = mixed();
        const plan::Quantization made = calibrated(network, std::nullopt);
        const std::vector<bool> pinned = pinned_layers(network, {});
        for (std::size_t p = 0; p < made.precisions.size(); ++p)
            for (std::size_t n = 0; n < pinned.size(); ++n)
                if (const auto& weights = made.plans[p][0].weights[n]) {
                    const int bits = pinned[n] ? 8 : made.precisions[p].weight_bits;
                    const int top = (1 << (bits - 1)) - 1;
                    int largest = 0;
                    for (const std::int8_t value : weights->values)
                        largest = std::max(largest, std::abs(int(value)));
                    QVERIFY(largest <= top && largest > top / 2);
                }
    }

    void resultsDoNotDependOnThreads()
    {
        const model::MultiExitModel network = mixed();
        QVERIFY(same(calibrated(network, std::nullopt, 41, 1), calibrated(network, std::nullopt, 41, 4)));
        QVERIFY(!same(calibrated(network, std::nullopt, 41, 1), calibrated(network, std::nullopt, 50, 1)));
    }

    void fewImagesSuffice()
    {
        const plan::Quantization made = calibrated(mixed(), std::nullopt, 1);
        for (const auto& weights : made.plans[0][0].weights)
            if (weights)
                QVERIFY(weights->rounding->method != plan::WeightMethod::asymmetric);
    }

private:
    static void compareRows(const SegmentedModel& cut, const SegmentedNetwork& run, const model::LinearLayer& layer,
                            const Capture& capture)
    {
        const LayerRows rows(cut.model, layer, capture.wanted);
        const ProductShape& shape = rows.shape();
        std::vector<float> buffer;
        const auto input = run.read(0, layer.input, buffer);
        std::vector<float> x(shape.groups * shape.inputs);
        std::vector<float> y(shape.groups * shape.outputs);
        for (std::size_t sample = 0; sample < 4; ++sample)
            for (std::size_t position = 0; position < rows.positions(); ++position) {
                rows.read_input(input, sample, position, x.data());
                rows.read_output(capture.elements, rows.row_major(), sample, position, y.data());
                for (std::size_t o = 0; o < y.size(); ++o) {
                    double sum = double(layer.bias[o]);
                    for (std::size_t k = 0; k < shape.inputs; ++k)
                        sum += double(layer.weights[o * shape.inputs + k]) *
                               double(x[o / shape.outputs * shape.inputs + k]);
                    QVERIFY(std::fabs(sum - double(y[o])) < 1e-4);
                }
            }
    }
};

QTEST_APPLESS_MAIN(TestSequential)
#include "tst_sequential.moc"
