// SPDX-License-Identifier: GPL-3.0-or-later
// Integer programs agree with the reference to the bit. CTest runs this twice: as it is, and with
// ONEDNN_MAX_CPU_ISA=AVX2, where oneDNN's int8 kernels saturate and our own loops take over.
#include <QTest>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "core/network/engine/kernels/integer_semantics.h"
#include "core/network/model/linear_layer.h"
#include "tests/core/network/engine/random_net.h"
#include "tests/core/network/engine/reference.h"
#include "tests/core/network/engine/stage_runner.h"
#include "tests/support/random_plan.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

/// Empty when all stages of the model agree with the reference to the bit; each stage gets the reference's hand-over.
QString compare(const model::MultiExitModel& model, const RandomPlanOptions& options)
{
    std::map<ValueIndex, std::vector<float>> values;
    values[model.input()] = random_values(model.graph.value(model.input()).shape, options.seed + 100);
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        const StageIndex stage(s);
        const model::Stage& part = model.stages[s];
        const plan::StagePlan plan = random_plan(model, stage, options);
        const auto program = engine::Program::compile(model, stage, options.precision, &plan);
        if (!program)
            return QString::fromStdString(program.error().message());
        std::vector<std::vector<float>> inputs;
        for (const ValueIndex v : part.inputs)
            inputs.push_back(values.at(v));
        const StageResult result = run_stage(*program, model, stage, inputs);
        const ReferenceValues reference = reference_stage(model, stage, &plan, inputs);
        const auto differs = [&](const std::vector<float>& got, ValueIndex v) {
            const std::vector<float> expected = reference.at(v).reals();
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < got.size(); ++i)
                wrong += got[i] != expected[i];
            return wrong;
        };
        for (std::size_t o = 0; o < part.outputs.size(); ++o) {
            if (const auto wrong = differs(result.outputs[o], part.outputs[o]))
                return QString("stage %1, output %2: %3 of %4 elements differ")
                    .arg(s)
                    .arg(o)
                    .arg(wrong)
                    .arg(result.outputs[o].size());
            values[part.outputs[o]] = result.outputs[o];
        }
        if (const auto wrong = differs(result.exit, part.exit))
            return QString("stage %1, exit: %2 of %3 elements differ").arg(s).arg(wrong).arg(result.exit.size());
    }
    return {};
}

const char* const head = "\np = GlobalAveragePool(y)\nf = Flatten(p)\nhw = random [7,%1] scale=0.3\nhb = random [7]\n"
                         "logits = Gemm(f, hw, hb) transB=1\n> logits";

// `y`, an image of the given number of channels, goes into a small head.
struct Body {
    const char* name;
    int channels;
    const char* text;
};
constexpr Body bodies[] = {
    {"chain", 20,
     "x = input [N,3,9,8]\nw = random [16,3,3,3] scale=0.3\nb = random [16]\nv = random [20,16,3,3] scale=0.1\n"
     "a = Conv(x, w, b) pads=[1,1,1,1]\nr = Relu(a)\ny = Conv(r, v) strides=[2,2] pads=[1,0,1,2]"},
    {"residual", 16,
     "x = input [N,3,9,8]\nw = random [16,3,3,3] scale=0.3\nv = random [16,16,3,3] scale=0.1\n"
     "b = random [16]\na = Conv(x, w) pads=[1,1,1,1]\nr = Relu(a)\nc = Conv(r, v, b) pads=[1,1,1,1]\n"
     "s = Add(c, r)\ny = Relu(s)"},
    {"clipped residual", 16,
     "x = input [N,16,9,8]\nw = random [16,16,1,1] scale=0.3\nc = Conv(x, w)\ns = Add(x, c)\n"
     "y = Clip(s) min=-1.0 max=1.5"},
    {"downsampling", 32,
     "x = input [N,16,8,8]\nw = random [32,16,3,3] scale=0.1\ns0 = ints [2] {0,0}\n"
     "e0 = ints [2] {99,99}\na0 = ints [2] {2,3}\nt0 = ints [2] {2,2}\nl = Slice(x, s0, e0, a0, t0)\n"
     "p0 = ints [8] {0,8,0,0,0,8,0,0}\nm = Pad(l, p0)\nc = Conv(x, w) strides=[2,2] pads=[1,1,1,1]\n"
     "s = Add(c, m)\ny = Relu(s)"},
    {"addition of inputs", 5, "x = input [N,5,8,8]\na = MaxPool(x) kernel_shape=[3,3] pads=[1,1,1,1]\ny = Add(a, x)"},
    {"pools", 6,
     "x = input [N,6,9,8]\na = MaxPool(x) kernel_shape=[3,2] strides=[2,2] pads=[1,0,1,1]\n"
     "b = AveragePool(a) kernel_shape=[2,2] pads=[1,1,0,0]\n"
     "y = AveragePool(b) kernel_shape=[2,2] pads=[1,1,1,1] count_include_pad=1"},
    {"concat", 27,
     "x = input [N,6,9,8]\nw = random [15,6,3,3] scale=0.2\na = Conv(x, w) pads=[1,1,1,1]\nr = Relu(a)\n"
     "l, m = Split(x) axis=1\nc = Concat(r, x, l, m) axis=1\ny = Concat(c)  axis=1"},
    {"groups", 24,
     "x = input [N,16,9,8]\nw = random [16,1,3,3] scale=0.5\nv = random [24,4,3,3] scale=0.2\n"
     "a = Conv(x, w) group=16 pads=[1,1,1,1]\nr = Clip(a) min=0.0 max=6.0\ny = Conv(r, v) group=4 dilations=[2,2]"},
    {"squeeze and excite", 8,
     "x = input [N,8,5,4]\nw = random [8,8,1,1] scale=0.3\nc = Conv(x, w)\nh = HardSwish(c)\n"
     "p0 = GlobalAveragePool(h)\ng = Conv(p0, w)\ns = HardSigmoid(g)\ny = Mul(h, s)"},
    {"flattened", 30,
     "x = input [N,8,5,4]\nm = random [30,160] scale=0.1\nf0 = Flatten(x)\ng = Gemm(f0, m) transB=1\n"
     "r = Relu(g)\nt = ints [4] {0,30,1,1}\ny = Reshape(r, t)"},
    {"reshaped image", 6,
     "x = input [N,6,5,4]\nw = random [6,6,1,1] scale=0.4\na = Conv(x, w)\nr = Relu(a)\n"
     "s = ints [5] {0,2,3,5,4}\nb = Reshape(r, s)\nt = Transpose(b) perm=[0,2,1,3,4]\n"
     "u = ints [4] {0,6,5,4}\nc = Reshape(t, u)\ny = Conv(c, w)"},
    {"swapped axes", 10,
     "x = input [N,6,5,4]\nt = ints [4] {0,10,4,3}\nw = random [10,10,1,1] scale=0.3\n"
     "v = random [6,6,1,1] scale=0.3\na = Conv(x, v)\nr = Reshape(a, t)\ny = Conv(r, w)"},
    {"matrix product", 6,
     "x = input [N,6,5,4]\nm = random [4,7] scale=0.3\nt = MatMul(x, m)\nr = Relu(t)\n"
     "w = random [6,6,1,1] scale=0.3\ny = Conv(r, w)"},
};

}  // namespace

class TestProgramInteger : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        const char* limit = std::getenv("ONEDNN_MAX_CPU_ISA");
        if (limit && std::string(limit) == "AVX2")
            QVERIFY(!engine::int8_kernels_exact());
        qInfo() << "oneDNN's int8 kernels are exact:" << engine::int8_kernels_exact();
    }

    void nodes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("bits");
        QTest::addColumn<double>("without_stream");
        for (const Body& body : bodies)
            for (const int batch : {1, 5})
                for (const int bits : {4, 8})
                    for (const double without : {0.0, 0.4, 1.0})
                        QTest::addRow("%s, batch %d, %d bits, %.1f without stream", body.name, batch, bits, without)
                            << QString(body.text) + QString(head).arg(body.channels) << batch << bits << without;
    }
    void nodes()
    {
        QFETCH(QString, text);
        QFETCH(int, batch);
        QFETCH(int, bits);
        QFETCH(double, without_stream);
        const auto model = build_model(text.toStdString(), batch);
        const auto width = static_cast<std::uint8_t>(bits);
        for (std::uint64_t seed = 1; seed <= 3; ++seed)
            QCOMPARE(compare(model, {{width, width}, seed, 3.0F, without_stream}), QString());
    }

    void random_nets_data()
    {
        QTest::addColumn<quint64>("seed");
        for (quint64 seed = 1; seed <= 40; ++seed)
            QTest::addRow("%d", static_cast<int>(seed)) << seed;
    }
    void random_nets()
    {
        QFETCH(quint64, seed);
        const std::string text = random_net(seed);
        const auto model = build_model(text, 1 + static_cast<std::int64_t>(seed % 5), seed);
        const std::uint8_t widths[] = {4, 6, 8};
        const Precision precision{widths[seed % 3], widths[seed / 3 % 3]};
        const QString wrong = compare(model, {precision, seed, 3.0F, seed % 2 ? 0.0 : 0.3});
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong + "\n" + QString::fromStdString(text)));
    }

    void extreme_values()
    {
        // Every byte 255, every weight +-127: where 16-bit sums saturate.
        auto model = build_model("x = input [N,64,6,6]\nw = random [8,64,3,3]\na = Conv(x, w)\nf = Flatten(a)\n> f", 2);
        plan::StagePlan plan = random_plan(model, StageIndex(0), {});
        const std::size_t node = 0;
        for (std::size_t i = 0; i < plan.weights[node]->values.size(); ++i)
            plan.weights[node]->values[i] = static_cast<std::int8_t>(i / 577 % 2 ? 127 - static_cast<int>(i % 7 == 0)
                                                                                 : -127);  // odd sums above 2^24
        const std::vector<std::vector<float>> inputs = {std::vector<float>(2 * 64 * 36, 1e9F)};
        const auto program = engine::Program::compile(model, StageIndex(0), {8, 8}, &plan);
        QVERIFY(program);
        const auto reference = reference_stage(model, StageIndex(0), &plan, inputs);
        QVERIFY(run_stage(*program, model, StageIndex(0), inputs).exit == reference.at(model.stages[0].exit).reals());
    }

    void refuses_broken_plans()
    {
        const auto model =
            build_model("x = input [N,3,6,6]\nw = random [8,3,3,3]\na = Conv(x, w)\nf = Flatten(a)\n> f", 1);
        const plan::StagePlan good = random_plan(model, StageIndex(0), {});
        const auto refused = [&](const std::function<void(plan::StagePlan&)>& damage) {
            plan::StagePlan plan = good;
            damage(plan);
            return !engine::Program::compile(model, StageIndex(0), {8, 8}, &plan);
        };
        QVERIFY(!refused([](plan::StagePlan&) {}));
        const std::size_t input = model.input().at();
        QVERIFY(refused([&](plan::StagePlan& plan) { plan.operand[input]->scale = 0.0F; }));
        QVERIFY(refused([&](plan::StagePlan& plan) { plan.operand[input]->scale = NAN; }));
        QVERIFY(refused([&](plan::StagePlan& plan) { plan.operand[input]->zero_point = 256; }));
        QVERIFY(refused([&](plan::StagePlan& plan) { plan.stream[input]->bits = 9; }));
        QVERIFY(refused([](plan::StagePlan& plan) { plan.weights[0]->values.pop_back(); }));
        QVERIFY(refused([](plan::StagePlan& plan) { plan.weights[0]->bias.clear(); }));
        QVERIFY(refused([](plan::StagePlan& plan) { plan.stream.pop_back(); }));
    }

    void threads_agree()
    {
        const auto model = build_model(random_net(3), 4, 3);
        const plan::StagePlan plan = random_plan(model, StageIndex(0), {});
        const auto program = engine::Program::compile(model, StageIndex(0), {8, 8}, &plan);
        QVERIFY(program);
        const std::vector<std::vector<float>> inputs = {random_values(model.graph.value(model.input()).shape, 5)};
        const StageResult expected = run_stage(*program, model, StageIndex(0), inputs);
        std::vector<int> agree(4, 0);
        std::vector<std::thread> threads;
        threads.reserve(agree.size());
        for (int& all_equal : agree)
            threads.emplace_back([&] {
                StageBuffers buffers(model, StageIndex(0), inputs);
                auto scratch = program->scratch();
                all_equal = 1;
                for (int repeat = 0; repeat < 20; ++repeat) {
                    program->run(scratch, buffers.inputs, buffers.outputs, buffers.result.exit);
                    all_equal = all_equal && buffers.logical() == expected;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(agree, std::vector<int>(4, 1));
    }

    void parts_of_a_batch_agree_with_the_whole()
    {
        for (const std::uint64_t seed : {3, 8, 21}) {
            auto model = build_model(random_net(seed), 24, seed);
            const plan::StagePlan plan = random_plan(model, StageIndex(0), {});
            const std::vector<std::vector<float>> inputs = {random_values(model.graph.value(model.input()).shape, 5)};
            const auto whole = engine::Program::compile(model, StageIndex(0), {8, 8}, &plan);
            model.source = std::make_shared<const model::Graph>(build_graph(random_net(seed), seed));
            const auto parts = engine::Program::compile(model, StageIndex(0), {8, 8}, &plan);
            QVERIFY(whole && parts);
            QCOMPARE(parts->batch(), std::int64_t{24});
            QVERIFY(run_stage(*parts, model, StageIndex(0), inputs) == run_stage(*whole, model, StageIndex(0), inputs));
        }
    }

    void layers_can_be_corrected()
    {
        const auto model = build_model("x = input [N,3,6,5]\nw = random [8,3,3,3] scale=0.3\nb = random [8]\n"
                                       "a = Conv(x, w, b) pads=[1,1,1,1]\nr = Relu(a)\nv = random [8,8,3,3] scale=0.1\n"
                                       "c = Conv(r, v) pads=[1,1,1,1]\nq = Add(c, r)\np = GlobalAveragePool(q)\n"
                                       "f = Flatten(p)\nm = random [4,8]\nl = Gemm(f, m) transB=1\n> l",
                                       3);
        const StageIndex stage(0);
        const plan::StagePlan plan = random_plan(model, stage, {});
        const auto program = engine::Program::compile_correctable(model, stage, plan);
        QVERIFY(program);
        const std::vector<std::vector<float>> first = {random_values({3, 3, 6, 5}, 5)};
        const std::vector<std::vector<float>> second = {random_values({3, 3, 6, 5}, 6)};
        StageBuffers a(model, stage, first);
        StageBuffers b(model, stage, second);
        auto scratch_a = program->scratch();
        auto scratch_b = program->scratch();
        const engine::Program::LayerBatch batches[] = {{&scratch_a, a.inputs, 3}, {&scratch_b, b.inputs, 2}};

        // The means must be those of a program whose plan holds the biases set so far.
        plan::StagePlan corrected = plan;
        std::vector<NodeIndex> visited;
        bool means_agree = true;
        program->run_layers(batches, [&](NodeIndex layer, std::span<const double> mean, std::span<std::int32_t> bias) {
            visited.push_back(layer);
            const auto expected = layer_means(model, corrected, layer, {first, second}, {3, 2});
            for (std::size_t c = 0; c < mean.size(); ++c)
                means_agree = means_agree && std::abs(mean[c] - expected[c]) < 1e-5 * (1 + std::abs(expected[c]));
            for (std::size_t c = 0; c < bias.size(); ++c)
                corrected.weights[layer.at()]->bias[c] = bias[c] += 40 * static_cast<int>(c) - 100;
        });
        QCOMPARE(visited.size(), std::size_t{3});
        QVERIFY(means_agree);
        // The program itself is as before.
        const auto again = engine::Program::compile(model, stage, {8, 8}, &plan);
        QVERIFY(run_stage(*program, model, stage, first) == run_stage(*again, model, stage, first));
    }

private:
    /// Mean of a layer's own real output, from the reference with that layer's result left in real numbers.
    static std::vector<double> layer_means(const model::MultiExitModel& model, const plan::StagePlan& plan,
                                           NodeIndex layer, const std::vector<std::vector<std::vector<float>>>& batches,
                                           const std::vector<std::size_t>& samples)
    {
        const model::Node& node = model.graph.node(layer);
        const auto linear = *model::linear_layer(model.graph, node);
        const auto& weights = *plan.weights[layer.at()];
        const plan::Grid grid = *plan.operand[linear.input.at()];
        model::Graph graph = model.graph;  // the same layer in float, on the operand's and the weights' real values
        std::vector<float> real;
        const std::size_t depth = weights.values.size() / weights.scales.size();
        for (std::size_t i = 0; i < weights.values.size(); ++i)
            real.push_back(weights.scales[i / depth] * static_cast<float>(weights.values[i]));
        std::vector<double> means(weights.scales.size(), 0.0);
        double count = 0;
        for (std::size_t b = 0; b < batches.size(); ++b) {
            const ReferenceValue input = reference_stage(model, StageIndex(0), &plan, batches[b]).at(linear.input);
            std::vector<float> x;
            for (const std::uint8_t byte : input.on(grid))
                x.push_back(engine::semantics::dequantized(byte, grid));
            model::Node bare = node;
            bare.inputs.resize(2);
            const std::vector<float> y = reference_operator(graph, bare, {x, real})[0];
            const std::size_t rows = static_cast<std::size_t>(model.batch);
            const std::size_t positions = y.size() / rows / means.size();
            for (std::size_t n = 0; n < samples[b]; ++n)
                for (std::size_t c = 0; c < means.size(); ++c)
                    for (std::size_t p = 0; p < positions; ++p)
                        means[c] += y[(n * means.size() + c) * positions + p];
            count += static_cast<double>(samples[b] * positions);
        }
        for (std::size_t c = 0; c < means.size(); ++c)
            means[c] = means[c] / count + double(grid.scale) * double(weights.scales[c]) * weights.bias[c];
        return means;
    }
};

QTEST_APPLESS_MAIN(TestProgramInteger)
#include "tst_program_integer.moc"
