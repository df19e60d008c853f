// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cstring>

#include "core/base/file.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/onnx_writer.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

std::vector<std::byte> file(const char* name)
{
    auto bytes = read_file(std::string(EXITSCOPE_TEST_DATA "/models/") + name, 1 << 20);
    return bytes ? *bytes : std::vector<std::byte>();
}

/// A node on the tensor `map7` of the backbone that uses every kind of attribute and constant there is.
Graph addition()
{
    Graph graph = tests::build_graph(R"(
        map7 = input [N,8,7,7]
        w = random [4,8]
        s = ints [2] {0, -1}
        p = GlobalAveragePool(map7)
        f = Reshape(p, s) number=0.5 whole=3 wholes=[1,2] numbers=[0.5,1.5] words=text
        early = Gemm(f, w) transB=1
        > early
    )");
    graph.values[graph.outputs[0].at()].shape = {-1, 4};
    return graph;
}

}  // namespace

class TestOnnxWriter : public QObject {
    Q_OBJECT
private slots:
    void keepsEveryByteOfTheOriginal();
    void readsBackWhatWasAdded();
    void replacesMetadata();
    void refusesClashes();
    void survivesDamage();
};

void TestOnnxWriter::keepsEveryByteOfTheOriginal()
{
    const std::vector<std::byte> before = file("backbone_13.onnx");
    const auto after = extend_onnx(before, addition(), "backbone");
    QVERIFY2(after, after ? "" : after.error().message().c_str());
    QVERIFY(*after == *extend_onnx(before, addition(), "backbone"));
    // all of the original but the tags and lengths of the messages around the graph stands in one piece
    const std::vector<std::byte> core(before.begin() + 64, before.end() - 64);
    QVERIFY(std::search(after->begin(), after->end(), core.begin(), core.end()) != after->end());

    const auto nothing = extend_onnx(before, Graph(), "backbone");
    QVERIFY(nothing && *nothing == before);
}

void TestOnnxWriter::readsBackWhatWasAdded()
{
    const Graph added = addition();
    const auto bytes = extend_onnx(file("backbone_13.onnx"), added, "backbone");
    QVERIFY(bytes);
    const auto graph = parse_onnx(*bytes, "extended");
    QVERIFY2(graph, graph ? "" : graph.error().message().c_str());
    QCOMPARE(graph->output_names, (std::vector<std::string>{"early", "logits"}));
    const auto node = std::find_if(graph->nodes.begin(), graph->nodes.end(),
                                   [&](const Node& n) { return n.name == added.nodes[1].name; });
    QVERIFY(node != graph->nodes.end());
    QVERIFY(node->attributes.size() == 5);
    QCOMPARE(node->number("number", 0), 0.5F);
    QCOMPARE(node->integer("whole", 0), std::int64_t{3});
    QCOMPARE(node->integers("wholes"), (std::vector<std::int64_t>{1, 2}));
    QCOMPARE(std::get<std::vector<float>>(node->attributes.at("numbers")), (std::vector<float>{0.5F, 1.5F}));
    QCOMPARE(node->text("words", ""), std::string("text"));
    for (const Value& wanted : added.values) {
        if (!wanted.constant)
            continue;
        const auto found = std::find_if(graph->values.begin(), graph->values.end(),
                                        [&](const Value& value) { return value.name == wanted.name; });
        QVERIFY(found != graph->values.end() && found->constant);
        QCOMPARE(found->constant->shape, wanted.constant->shape);
        QCOMPARE(found->constant->floats, wanted.constant->floats);
        QCOMPARE(found->constant->ints, wanted.constant->ints);
    }
}

void TestOnnxWriter::replacesMetadata()
{
    Graph metadata;
    metadata.metadata = {{"exitscope.classes", "[]"}, {"note", "kept \xc3\xa4"}};
    const auto once = extend_onnx(file("two_exit.onnx"), metadata, "two_exit");
    QVERIFY(once);
    metadata.metadata = {{"note", "new"}};
    const auto twice = extend_onnx(*once, metadata, "two_exit");
    QVERIFY(twice);
    const auto graph = parse_onnx(*twice, "two_exit");
    QVERIFY(graph);
    QCOMPARE(graph->metadata.at("note"), std::string("new"));
    QCOMPARE(graph->metadata.at("exitscope.classes"), std::string("[]"));
    QVERIFY(graph->metadata.contains("exitscope.preprocessing"));
    const std::string text(reinterpret_cast<const char*>(twice->data()), twice->size());
    QVERIFY(text.find("kept") == std::string::npos);
}

void TestOnnxWriter::refusesClashes()
{
    const auto message = [](const Graph& graph) {
        const auto result = extend_onnx(file("backbone_13.onnx"), graph, "F");
        return QString::fromStdString(result ? "none" : result.error().message());
    };
    Graph graph = addition();
    graph.values[graph.inputs[0].at()].name = "nowhere";
    QCOMPARE(message(graph), QString("F: has no tensor called 'nowhere'"));
    graph = addition();
    graph.values[graph.outputs[0].at()].name = "map14";
    QCOMPARE(message(graph), QString("F: already has a tensor called 'map14'"));
    graph = addition();
    graph.nodes[0].name = "logits";
    QCOMPARE(message(graph), QString("F: already has a node called 'logits'"));
}

/// Prefixes and damaged bytes: an error or a file, never a crash.
void TestOnnxWriter::survivesDamage()
{
    const std::vector<std::byte> whole = file("backbone_8.onnx");
    for (std::size_t size = 0; size < 600; ++size)
        QVERIFY(!extend_onnx(std::span(whole).first(size), addition(), "prefix"));
    for (std::size_t at = 0; at < 400; ++at) {
        std::vector<std::byte> damaged = whole;
        damaged[at * 37 % damaged.size()] ^= std::byte{0xff};
        static_cast<void>(extend_onnx(damaged, addition(), "damaged"));
    }
}

QTEST_APPLESS_MAIN(TestOnnxWriter)
#include "tst_onnx_writer.moc"
