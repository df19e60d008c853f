// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/network/model/exit_outputs.h"
#include "core/network/model/imported.h"
#include "core/network/model/multi_exit.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

using Names = std::vector<std::string>;

/// Two exits of three classes and what else a network may hand out; each test adds its outputs.
constexpr const char* network = R"(
    x = input [N,2,4,4]
    w1 = random [4,2,3,3]
    c1 = Conv(x, w1) pads=[1,1,1,1]
    r1 = Relu(c1)
    g1 = GlobalAveragePool(r1)
    f1 = Flatten(g1)
    h1 = random [3,4]
    e1 = Gemm(f1, h1) transB=1
    w2 = random [6,4,3,3]
    c2 = Conv(r1, w2) pads=[1,1,1,1]
    r2 = Relu(c2)
    g2 = GlobalAveragePool(r2)
    f2 = Flatten(g2)
    h2 = random [3,6]
    e2 = Gemm(f2, h2) transB=1
    h3 = random [5,6]
    task = Gemm(f2, h3) transB=1
    one = ints [1] {1}
    zero = ints [1] {0}
)";

struct Opened {
    std::vector<FileOutput> outputs;
    MultiExitModel model;
};

Expected<Opened> try_open(const std::string& more, const Names& exits = {}, std::int64_t batch = 4)
{
    Expected<Imported> imported = import_graph(tests::build_graph(network + more));
    if (!imported)
        return forward(imported);
    Expected<Graph> graph = specialise(imported->graph, batch);
    if (!graph)
        return forward(graph);
    Expected<std::vector<FileOutput>> outputs = choose_exits(*graph, batch, exits);
    if (!outputs)
        return forward(outputs);
    keep_exits(*graph, *outputs);
    Expected<MultiExitModel> model = cut(std::move(*graph), batch);
    if (!model)
        return forward(model);
    return Opened{std::move(*outputs), std::move(*model)};
}

Names exits(const Opened& opened)
{
    Names names;
    for (const Stage& stage : opened.model.stages)
        names.push_back(stage.exit_name);
    return names;
}

}  // namespace

class TestExitOutputs : public QObject {
    Q_OBJECT

private slots:
    void chosenByRule_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("reason");  // of the first output that is left out
        QTest::newRow("cheapest first") << "> e2, e1" << QStringList{"e1", "e2"} << "";
        QTest::newRow("embedding") << "> e1, e2, f2" << QStringList{"e1", "e2"} << "is a feature";
        QTest::newRow("embedding of one exit") << "> f2, e2" << QStringList{"e2"} << "is a feature";
        QTest::newRow("another task") << "> e1, task, e2" << QStringList{"e1", "e2"} << "has 5 numbers an image";
        QTest::newRow("answers") << "a = ArgMax(e2) axis=1 keepdims=0\n> a, e1, e2" << QStringList{"e1", "e2"}
                                 << "holds integers";
        QTest::newRow("confidence") << "p = Softmax(e1)\nm = ReduceMax(p) axes=[1] keepdims=1\n> e1, m, e2"
                                    << QStringList{"e1", "e2"} << "is not [batch, classes]";
        QTest::newRow("probabilities too")
            << "p = Softmax(e2)\n> p, e1, e2" << QStringList{"e1", "e2"} << "is the same exit as 'e2'";
        QTest::newRow("two functions of scores")
            << "p = Softmax(e2)\nl = LogSoftmax(e2)\n> p, l" << QStringList{"p"} << "is the same exit as 'p'";
        QTest::newRow("softmax written out")
            << "m = ReduceMax(e2) axes=[1]\nd = Sub(e2, m)\nn = Exp(d)\ns = ReduceSum(n, one)\np = Div(n, s)\n> p, e2"
            << QStringList{"e2"} << "is the same exit as 'e2'";
        QTest::newRow("ensemble") << "m = Mean(e1, e2)\n> e1, e2, m" << QStringList{"e1", "e2", "m"} << "";
        QTest::newRow("constant") << "k = random [4,3]\n> e1, k, e2" << QStringList{"e1", "e2"}
                                  << "does not depend on the input";
        QTest::newRow("feature map") << "> r1, e1" << QStringList{"e1"} << "is not [batch, classes]";
        QTest::newRow("sequence") << "s = SequenceConstruct(e1, e2)\n> s" << QStringList{"s.1", "s.2"} << "";
        QTest::newRow("sequence by insertion")
            << "n = SequenceEmpty(_)\na = SequenceInsert(n, e2)\nat = ints [] {0}\ns = SequenceInsert(a, e1, at)\n> s"
            << QStringList{"s.1", "s.2"} << "";
        QTest::newRow("stack of a sequence") << "q = SequenceConstruct(e1, e2)\ns = ConcatFromSequence(q) axis=0 "
                                                "new_axis=1\n> s"
                                             << QStringList{"s.1", "s.2"} << "";
    }
    void chosenByRule()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, names);
        QFETCH(QString, reason);
        const Expected<Opened> opened = try_open(text.toStdString());
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        QStringList found;
        for (const std::string& name : exits(*opened))
            found << QString::fromStdString(name);
        QCOMPARE(found, names);
        const auto left_out = std::find_if(opened->outputs.begin(), opened->outputs.end(),
                                           [](const FileOutput& output) { return output.exits.empty(); });
        QCOMPARE(left_out == opened->outputs.end(), reason.isEmpty());
        if (!reason.isEmpty())
            QVERIFY2(QString::fromStdString(left_out->reason).contains(reason), left_out->reason.c_str());
    }

    /// An exit of a stack costs what it costs by itself, whatever follows the stacking.
    void stacks_data()
    {
        QTest::addColumn<QString>("text");
        const QString first = "u1 = Unsqueeze(e1, zero)\nu2 = Unsqueeze(e2, zero)\ns = Concat(u1, u2) axis=0\n";
        const QString second = "u1 = Unsqueeze(e1, one)\nu2 = Unsqueeze(e2, one)\ns = Concat(u1, u2) axis=1\n";
        QTest::newRow("exits first") << first + "> s";
        QTest::newRow("batch first") << second + "> s";
        QTest::newRow("batch first, beside another output") << second + "> f2, s";
        QTest::newRow("softmax of all") << first + "y = Softmax(s) axis=2\n> y";
        QTest::newRow("moved") << first + "y = Transpose(s) perm=[1,0,2]\n> y";
        QTest::newRow("exits last") << "two = ints [1] {2}\nu1 = Unsqueeze(e1, two)\nu2 = Unsqueeze(e2, two)\n"
                                       "s = Concat(u1, u2) axis=2\n> s";
        QTest::newRow("split") << first + "s2 = SplitToSequence(s) axis=0 keepdims=0\n> s2";
    }
    void stacks()
    {
        QFETCH(QString, text);
        const Expected<Opened> opened = try_open(text.toStdString());
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        const Expected<Opened> plain = try_open("> e1, e2");
        QVERIFY(plain);
        QCOMPARE(opened->model.exit_count(), std::size_t{2});
        for (const std::size_t exit : {0, 1})
            QCOMPARE(opened->model.cumulative_macs(ExitIndex(exit)), plain->model.cumulative_macs(ExitIndex(exit)));
        QVERIFY(opened->model.stages[0].exit_name.ends_with(".1"));
        QVERIFY(opened->model.stages[1].exit_name.ends_with(".2"));
    }

    void stackOfOtherOutputsIsLeftOut()
    {
        const Expected<Opened> opened =
            try_open("u1 = Unsqueeze(e1, zero)\nu2 = Unsqueeze(e2, zero)\ns = Concat(u1, u2) axis=0\n> s, e1, e2");
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        QCOMPARE(exits(*opened), (Names{"e1", "e2"}));
        QCOMPARE(opened->outputs.front().reason, std::string("is a stack of other outputs"));
    }

    void batchThatEqualsTheNumberOfExits()
    {
        Expected<Graph> graph =
            specialise(tests::build_graph(std::string(network) + "u1 = Unsqueeze(e1, one)\nu2 = Unsqueeze(e2, one)\n"
                                                                 "s = Concat(u1, u2) axis=1\n> s"),
                       2);
        QVERIFY(graph);
        QVERIFY(batch_is_ambiguous(*graph, 2));
        QVERIFY(!batch_is_ambiguous(*graph, 4));
    }

    void nothingIsGuessed()
    {
        const Expected<Opened> tasks = try_open("> e2, task");
        QVERIFY(!tasks);
        const std::string text = tasks.error().message();
        QVERIFY2(text.find("'e2' [4,3], 'task' [4,5]; name the exits with --exits") != std::string::npos, text.c_str());
        const Expected<Opened> named = try_open("> e2, task", {"task"});
        QVERIFY(named);
        QCOMPARE(exits(*named), Names{"task"});
        QCOMPARE(named->outputs[0].reason, std::string("is not asked for"));
    }

    void namesDecide()
    {
        const Expected<Opened> both = try_open("p = Softmax(e2)\n> p, e1, e2", {"p", "e2"});
        QVERIFY(both);
        QCOMPARE(both->model.exit_count(), std::size_t{2});
        const Expected<Opened> part =
            try_open("u1 = Unsqueeze(e1, zero)\nu2 = Unsqueeze(e2, zero)\ns = Concat(u1, u2) axis=0\n> s", {"s.2"});
        QVERIFY2(part, part ? "" : part.error().message().c_str());
        QCOMPARE(exits(*part), Names{"s.2"});
        const Expected<Opened> unknown = try_open("> e1, e2", {"e3"});
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::usage);
        QVERIFY(unknown.error().detail.find("has no output 'e3'; its outputs are 'e1' [4,3], 'e2' [4,3]") !=
                std::string::npos);
        const Expected<Opened> whole = try_open("a = ArgMax(e2) axis=1\n> a, e2", {"a"});
        QVERIFY(!whole);
        QVERIFY(whole.error().detail.find("holds integers") != std::string::npos);
    }

    void outputsThatNobodyAsksForNeedNotRun()
    {
        Graph graph = tests::build_graph(std::string(network) + "b = NoSuchOperator(f2)\n> b, e1, e2");
        const auto dropped = drop_other_outputs(graph, {"e1", "e2"});
        QVERIFY(dropped);
        QCOMPARE(dropped->size(), std::size_t{1});
        QVERIFY(unsupported_nodes(graph).empty());
        QVERIFY(!drop_other_outputs(graph, {"e9"}));
    }

    void whatTheGraphsEndTells_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("kind");
        QTest::newRow("layer") << "y = Identity(e2)\n> y"
                               << "logits";
        QTest::newRow("layer and temperature") << "t = constant [] {2}\ny = Div(e2, t)\n> y"
                                               << "logits";
        QTest::newRow("softmax") << "y = Softmax(e2)\n> y"
                                 << "probabilities";
        QTest::newRow("softmax in another shape") << "p = Softmax(e2)\ns = ints [4] {-1,3,1,1}\ny = Reshape(p, s)\n> y"
                                                  << "probabilities";
        QTest::newRow("log-softmax") << "y = LogSoftmax(e2)\n> y"
                                     << "logits";
        QTest::newRow("softmax over the batch") << "y = Softmax(e2) axis=0\n> y"
                                                << "unknown";
        QTest::newRow("written out") << "n = Exp(e2)\ns = ReduceSum(n, one)\ny = Div(n, s)\n> y"
                                     << "unknown";
        QTest::newRow("clipped")
            << "p = Softmax(e2)\nl = constant [] {0.001}\nh = constant [] {0.999}\ny = Clip(p, l, h)\n> y"
            << "unknown";
        QTest::newRow("sigmoid") << "y = Sigmoid(e2)\n> y"
                                 << "unknown";
        QTest::newRow("layer on probabilities") << "p = Softmax(e2)\nk = random [3,3]\ny = MatMul(p, k)\n> y"
                                                << "unknown";
    }
    void whatTheGraphsEndTells()
    {
        QFETCH(QString, text);
        QFETCH(QString, kind);
        const Expected<Graph> graph = specialise(tests::build_graph(network + text.toStdString()), 4);
        QVERIFY2(graph, graph ? "" : graph.error().message().c_str());
        const std::optional<OutputKind> found = output_kind(*graph, graph->outputs.front());
        QCOMPARE(QString::fromStdString(found ? std::string(name(*found)) : "unknown"), kind);
    }
};

QTEST_APPLESS_MAIN(TestExitOutputs)
#include "tst_exit_outputs.moc"
