// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/network/model/multi_exit.h"
#include "core/network/model/specialise.h"
#include "tests/support/external_data.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;
using namespace exitscope::model;
namespace fs = std::filesystem;

namespace {

Expected<MultiExitModel> try_cut(std::string_view text, std::int64_t batch)
{
    Expected<Graph> graph = specialise(tests::build_graph(text), batch);
    if (!graph)
        return tl::unexpected<Error>(graph.error());
    return cut(std::move(*graph), batch);
}

MultiExitModel cut_text(std::string_view text, std::int64_t batch = 3)
{
    Expected<MultiExitModel> model = try_cut(text, batch);
    if (!model)
        throw std::runtime_error(model.error().message());
    return std::move(*model);
}

std::string names(const MultiExitModel& model, const std::vector<ValueIndex>& values)
{
    std::string text;
    for (const ValueIndex value : values)
        text += (text.empty() ? "" : " ") + model.graph.value(value).name;
    return text;
}

std::string operators(const MultiExitModel& model, const std::vector<NodeIndex>& nodes)
{
    std::string text;
    for (const NodeIndex node : nodes)
        text += (text.empty() ? "" : " ") + model.graph.node(node).op;
    return text;
}

/// What every cut promises. Returns the first broken promise.
std::string broken_promise(const MultiExitModel& model)
{
    const auto readers = model.graph.consumers();
    std::vector<int> stage_of(model.graph.nodes.size(), -1);
    std::set<ValueIndex> at_hand{model.input()};
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        const Stage& stage = model.stages[s];
        std::set<ValueIndex> within(stage.inputs.begin(), stage.inputs.end());
        for (const ValueIndex input : stage.inputs)
            if (!at_hand.contains(input))
                return "a stage reads a value that no earlier stage hands over";
        for (const auto* part : {&stage.trunk, &stage.head}) {
            if (!std::is_sorted(part->begin(), part->end()))
                return "nodes out of order";
            for (const NodeIndex node : *part) {
                if (std::exchange(stage_of[node.at()], static_cast<int>(s)) != -1)
                    return "a node in two stages";
                for (const auto& input : model.graph.node(node).inputs)
                    if (input && !model.graph.value(*input).constant && !within.contains(*input))
                        return "a node reads what its stage does not have";
                for (const ValueIndex output : model.graph.node(node).outputs)
                    within.insert(output);
            }
        }
        for (const ValueIndex output : stage.outputs)
            if (!within.contains(output) ||
                std::find(stage.inputs.begin(), stage.inputs.end(), output) != stage.inputs.end())
                return "a stage hands over what it does not make";
        at_hand.insert(stage.outputs.begin(), stage.outputs.end());
        if (model.graph.value(stage.exit).shape != Shape{model.batch, model.classes})
            return "an exit is not [batch, classes]";
        if (!readers[stage.exit.at()].empty())
            return "an exit is read by a node";
        if (std::find(stage.head.begin(), stage.head.end(), *model.graph.value(stage.exit).producer) ==
            stage.head.end())
            return "an exit is not made by its head";
    }
    if (!model.stages.back().outputs.empty() || !model.stages.back().trunk.empty())
        return "the last stage hands something over";
    return {};
}

constexpr const char* three_exits = R"(
    x = input [N,2,4,4]
    w1 = random [4,2,3,3]
    c1 = Conv(x, w1) pads=[1,1,1,1]
    r1 = Relu(c1)
    g1 = GlobalAveragePool(r1)
    f1 = Flatten(g1)
    h1 = random [5,4]
    y1 = Gemm(f1, h1) transB=1
    w2 = random [6,4,1,1]
    c2 = Conv(r1, w2)
    r2 = Relu(c2)
    f2 = Flatten(r2)
    h2 = random [5,96]
    y2 = Gemm(f2, h2) transB=1
    w3 = random [4,6,3,3]
    c3 = Conv(r2, w3) pads=[1,1,1,1]
    a3 = Add(c3, c1)
    g3 = GlobalMaxPool(a3)
    f3 = Flatten(g3)
    h3 = random [4,5]
    y3 = MatMul(f3, h3)
    > y3, y1, y2
)";

}  // namespace

class TestMultiExit : public QObject {
    Q_OBJECT

private slots:
    void stagesOfThreeExits()
    {
        const MultiExitModel model = cut_text(three_exits);
        QCOMPARE(broken_promise(model), std::string());
        QCOMPARE(model.exit_count(), std::size_t{3});
        QCOMPARE(model.classes, std::int64_t{5});
        const Stage& first = model.stages[0];
        QCOMPARE(first.exit_name, std::string("y1"));
        QCOMPARE(operators(model, first.trunk), std::string("Conv Relu"));
        QCOMPARE(operators(model, first.head), std::string("GlobalAveragePool Reshape Gemm"));
        QCOMPARE(names(model, first.inputs), std::string("x"));
        QCOMPARE(names(model, first.outputs), std::string("c1 r1"));
        const Stage& second = model.stages[1];
        QCOMPARE(second.exit_name, std::string("y2"));
        QCOMPARE(names(model, second.inputs), std::string("r1"));
        QCOMPARE(names(model, second.outputs), std::string("r2"));
        const Stage& third = model.stages[2];
        QCOMPARE(third.exit_name, std::string("y3"));
        QCOMPARE(names(model, third.inputs), std::string("c1 r2"));
        QCOMPARE(operators(model, third.head), std::string("Conv Add GlobalMaxPool Reshape Gemm"));
    }

    void costsByHandPerImage()
    {
        const MultiExitModel model = cut_text(three_exits, 3);
        QCOMPARE(model.stages[0].trunk_macs, std::int64_t{16 * 4 * 2 * 9});
        QCOMPARE(model.stages[0].head_macs, std::int64_t{4 * 5});
        QCOMPARE(model.stages[0].trunk_parameters, std::int64_t{4 * 2 * 9});
        QCOMPARE(model.stages[0].head_parameters, std::int64_t{20});
        QCOMPARE(model.stages[1].trunk_macs, std::int64_t{16 * 6 * 4});
        QCOMPARE(model.stages[1].head_macs, std::int64_t{96 * 5});
        QCOMPARE(model.stages[2].trunk_macs, std::int64_t{0});
        QCOMPARE(model.stages[2].head_macs, std::int64_t{16 * 4 * 6 * 9 + 20});
        QCOMPARE(model.cumulative_macs(ExitIndex(1)), std::int64_t{1152 + 20 + 384 + 480});
        QCOMPARE(cut_text(three_exits, 1).cumulative_macs(ExitIndex(2)), model.cumulative_macs(ExitIndex(2)));
    }

    void exitsThatShareAValueOrFeedOn()
    {
        const MultiExitModel same = cut_text(R"(
            x = input [N,2,2,2]
            f = Flatten(x)
            w = random [3,8]
            y = Gemm(f, w) transB=1
            z = Identity(y)
            > y, z
        )");
        QCOMPARE(broken_promise(same), std::string());
        QCOMPARE(same.stages[0].exit_name, std::string("y"));
        QCOMPARE(same.stages[1].exit_name, std::string("z"));
        QVERIFY(same.stages[0].exit != same.stages[1].exit);
        const MultiExitModel cascade = cut_text(R"(
            x = input [N,2,2,2]
            f = Flatten(x)
            w = random [3,8]
            y = Gemm(f, w) transB=1
            v = random [3,3]
            m = Gemm(y, v) transB=1
            z = Add(m, y)
            p = Softmax(y)
            > p, z, y
        )");
        QCOMPARE(broken_promise(cascade), std::string());
        std::vector<std::string> order;
        for (const Stage& stage : cascade.stages)
            order.push_back(stage.exit_name);
        QCOMPARE(order, (std::vector<std::string>{"p", "y", "z"}));
        QCOMPARE(cascade.stages[0].exit_kind, OutputKind::probabilities);
        QCOMPARE(cascade.stages[1].exit_kind, OutputKind::logits);
        const MultiExitModel input = cut_text("x = input [N,3,1,1]\n> x");
        QCOMPARE(broken_promise(input), std::string());
    }

    void axesOfOneElementAreDropped()
    {
        const MultiExitModel model = cut_text(R"(
            x = input [N,7,3,3]
            g = GlobalAveragePool(x)
            s = Softmax(g) axis=1
            w = random [7,7,1,1]
            c = Conv(x, w)
            p = GlobalMaxPool(c)
            t = Transpose(p) perm=[0,2,1,3]
            > s, t
        )");
        QCOMPARE(broken_promise(model), std::string());
        QCOMPARE(model.classes, std::int64_t{7});
        QCOMPARE(model.stages[0].exit_kind, OutputKind::probabilities);
        QCOMPARE(model.stages[1].exit_kind, OutputKind::logits);
    }

    void whatIsNoClassifier_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("features") << "x = input [N,2,4,4]\ny = Relu(x)\nz = GlobalMaxPool(x)\n> z, y"
                                  << "its output 'y' [3,2,4,4] is not [batch, classes]";
        QTest::newRow("one value") << "x = input [N,1,4,4]\nz = GlobalMaxPool(x)\n> z"
                                   << "at least two classes";
        QTest::newRow("batch") << "x = input [N,2,1,1]\ns = ints [2] {1, -1}\ny = Reshape(x, s)\n> y"
                               << "its output 'y' [1,6] is not [batch, classes] with a batch of 3";
        QTest::newRow("classes") << "x = input [N,4,4,1]\ng = GlobalMaxPool(x)\nw = random [4,3]\nf = Flatten(g)\n"
                                    "y = MatMul(f, w)\n> y, f"
                                 << "its output 'f' has 4 classes, 'y' has 3";
        QTest::newRow("constant") << "x = input [N,4,1,1]\nf = Flatten(x)\nc = random [3,4]\n> f, c"
                                  << "its output 'c' does not depend on the input";
        QTest::newRow("two inputs") << "x = input [N,4,1,1]\nv = input [N,4,1,1]\ns = Add(x, v)\n> s"
                                    << "has 2 inputs";
        QTest::newRow("no image") << "x = input [N,4]\ny = Relu(x)\n> y"
                                  << "is not a batch of images";
    }
    void whatIsNoClassifier()
    {
        QFETCH(QString, text);
        QFETCH(QString, reason);
        const Expected<MultiExitModel> model = try_cut(text.toStdString(), 3);
        QVERIFY(!model);
        QVERIFY2(QString::fromStdString(model.error().message()).contains(reason), model.error().message().c_str());
    }

    void opensAFile()
    {
        const fs::path path = fs::path(EXITSCOPE_TEST_DATA) / "models" / "two_exit.onnx";
        const Expected<MultiExitModel> model = open_model(path);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(broken_promise(*model), std::string());
        QCOMPARE(model->content_hash.size(), std::size_t{32});
        QCOMPARE(model->stages[0].exit_name, std::string("early"));
        QCOMPARE(model->stages[0].trunk_macs, std::int64_t{16 * 16 * 8 * 27});
        QCOMPARE(model->stages[0].head_macs, std::int64_t{40});
        QCOMPARE(model->stages[1].head_macs, std::int64_t{8 * 8 * 16 * 2 * 9 + 8 * 8 * 12 * 16 + 60});
        QCOMPARE(model->class_names, (std::vector<std::string>{"ant", "bee", "cat", "dog", "elk"}));
        QVERIFY(model->preprocessing_known);
        QCOMPARE(model->preprocessing.mean, (std::vector<float>{0.5F, 0.25F, 0.125F}));
        QVERIFY(!model->fixed_batch);

        OpenOptions options;
        options.preprocessing.mean = std::vector<float>{1, 2, 3};
        options.preprocessing.resize = dataset::Resize();
        const Expected<MultiExitModel> other = open_model(path, options);
        QVERIFY(other);
        QCOMPARE(other->preprocessing.mean, *options.preprocessing.mean);
        QVERIFY(other->preprocessing.resize);
        options.preprocessing.mean = std::vector<float>{1, 2};
        const Expected<MultiExitModel> wrong = open_model(path, options);
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().code, ErrorCode::usage);
    }

    void anotherBatchSizeSharesConstants()
    {
        const Expected<MultiExitModel> one = open_model(fs::path(EXITSCOPE_TEST_DATA) / "models" / "two_exit.onnx");
        QVERIFY(one);
        const Expected<MultiExitModel> many = with_batch(*one, 6);
        QVERIFY2(many, many ? "" : many.error().message().c_str());
        QCOMPARE(broken_promise(*many), std::string());
        QCOMPARE(many->batch, std::int64_t{6});
        QCOMPARE(many->content_hash, one->content_hash);
        QCOMPARE(many->class_names, one->class_names);
        QCOMPARE(many->graph.values.size(), one->graph.values.size());
        for (std::size_t v = 0; v < one->graph.values.size(); ++v)
            QVERIFY(one->graph.values[v].constant == many->graph.values[v].constant);
        QCOMPARE(many->cumulative_macs(ExitIndex(1)), one->cumulative_macs(ExitIndex(1)));
        QVERIFY(!with_batch(*one, 0));
    }

    void realModels_data()
    {
        QTest::addColumn<double>("megamacs");
        QTest::addColumn<int>("exits");
        QTest::newRow("cifar10_resnet20") << 40.55 << 1;
        QTest::newRow("cifar10_resnet56") << 125.49 << 1;
        QTest::newRow("cifar10_resnet38_7exits") << 101.11 << 7;
    }
    void realModels()
    {
        QFETCH(double, megamacs);
        QFETCH(int, exits);
        const auto data = tests::external_data();
        const fs::path path = data.value_or(fs::path()) / "models" / (std::string(QTest::currentDataTag()) + ".onnx");
        if (!data || !fs::exists(path))
            QSKIP("the trained models are not here (EXITSCOPE_DATA)");
        OpenOptions options;
        options.batch = 8;
        const Expected<MultiExitModel> model = open_model(path, options);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(broken_promise(*model), std::string());
        QCOMPARE(model->exit_count(), static_cast<std::size_t>(exits));
        const double total = double(model->cumulative_macs(ExitIndex(model->exit_count() - 1))) / 1e6;
        QVERIFY2(std::abs(total - megamacs) < 0.01, std::to_string(total).c_str());
        QVERIFY(!model->preprocessing_known);
        QCOMPARE(model->preprocessing.channels, 3);
        if (exits > 1)
            for (std::size_t e = 0; e < model->stages.size(); ++e)
                QCOMPARE(model->stages[e].exit_name, "exit" + std::to_string(e));
    }

    void theSampleOpens()
    {
        const fs::path path = fs::path(EXITSCOPE_SAMPLES) / "fashion_mnist" / "model.onnx";
        if (!fs::exists(path))
            QSKIP("the sample model is not here");
        const Expected<MultiExitModel> model = open_model(path);
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(broken_promise(*model), std::string());
        QCOMPARE(model->classes, std::int64_t{10});
        QCOMPARE(model->class_names.size(), std::size_t{10});
        QVERIFY(model->preprocessing_known);
        for (std::size_t e = 0; e < model->stages.size(); ++e)
            QCOMPARE(model->stages[e].exit_name, "exit" + std::to_string(e + 1));
    }
};

QTEST_APPLESS_MAIN(TestMultiExit)
#include "tst_multi_exit.moc"
