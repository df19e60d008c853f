// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryFile>
#include <QTest>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/base/random.h"
#include "core/network/model/multi_exit.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

std::filesystem::path model_file(const std::string& name)
{
    return std::filesystem::path(EXITSCOPE_TEST_DATA) / "models" / (name + ".onnx");
}

const Value* find(const Graph& graph, const std::string& name)
{
    for (const Value& value : graph.values)
        if (value.name == name)
            return &value;
    return nullptr;
}

/// Takes bytes as far as they get. True when they made it to a model; every error must say something.
bool survives(std::span<const std::byte> bytes)
{
    const auto check = [](const Error& error) {
        if (error.detail.empty())
            QFAIL("an error without a reason");
    };
    Expected<Graph> graph = parse_onnx(bytes, "damaged.onnx");
    if (!graph) {
        check(graph.error());
        return false;
    }
    (void)unsupported_nodes(*graph);
    Expected<Graph> specialised = specialise(*graph, 2);
    if (!specialised) {
        check(specialised.error());
        return false;
    }
    Expected<MultiExitModel> model = cut(std::move(*specialised), 2);
    if (!model)
        check(model.error());
    return bool(model);
}

}  // namespace

class TestOnnxReader : public QObject {
    Q_OBJECT

private slots:
    void readsWhatTheFileSays()
    {
        const Expected<Graph> graph = read_onnx(model_file("two_exit"));
        QVERIFY2(graph, graph ? "" : graph.error().message().c_str());
        QCOMPARE(graph->name, std::string("two_exit"));
        QCOMPARE(graph->opset, std::int64_t{13});
        QCOMPARE(graph->producer, std::string("make_models 1"));
        QCOMPARE(graph->inputs.size(), std::size_t{1});
        QCOMPARE(graph->value(graph->inputs[0]).name, std::string("image"));
        QCOMPARE(to_text(graph->value(graph->inputs[0]).shape), std::string("[?,3,16,16]"));
        QCOMPARE(graph->output_names, (std::vector<std::string>{"late", "early"}));
        QVERIFY(graph->metadata.contains("exitscope.classes"));
        QCOMPARE(graph->nodes.front().name, std::string("conv1"));
        QCOMPARE(graph->nodes.front().integers("pads"), (std::vector<std::int64_t>{1, 1, 1, 1}));
        const Value* weights = find(*graph, "c2.w");
        QVERIFY(weights && weights->constant);
        QCOMPARE(to_text(weights->shape), std::string("[16,2,3,3]"));
        QCOMPARE(weights->constant->floats.size(), std::size_t{288});
        QVERIFY(unsupported_nodes(*graph).empty());
    }

    void everyElementTypeAndField()
    {
        const Expected<Graph> graph = read_onnx(model_file("element_types"));
        QVERIFY2(graph, graph ? "" : graph.error().message().c_str());
        std::size_t floats = 0;
        std::size_t ints = 0;
        for (const Value& value : graph->values) {
            if (!value.constant)
                continue;
            QCOMPARE(value.shape, (Shape{2, 2}));
            std::vector<double> elements(value.constant->floats.begin(), value.constant->floats.end());
            elements.insert(elements.end(), value.constant->ints.begin(), value.constant->ints.end());
            const bool is_bool = value.name.starts_with("bool");
            const std::vector<double> wanted{0, 1, is_bool ? 1.0 : 2.0, is_bool ? 1.0 : 3.0};
            QVERIFY2(elements == wanted, value.name.c_str());
            ++(value.is_int ? ints : floats);
        }
        QCOMPARE(floats, std::size_t{8});
        QCOMPARE(ints, std::size_t{18});
    }

    /// Two or four elements a byte, the lowest bits first; the last byte may be filled in part.
    void integersOfLessThanAByte_data()
    {
        QTest::addColumn<char>("type");
        QTest::addColumn<QByteArray>("raw");
        QTest::addColumn<QList<qint64>>("elements");
        QTest::newRow("uint4") << char(21) << QByteArray("\x78\x01", 2) << QList<qint64>{8, 7, 1};
        QTest::newRow("int4") << char(22) << QByteArray("\x78\x0F", 2) << QList<qint64>{-8, 7, -1};
        QTest::newRow("uint2") << char(25) << QByteArray("\x39", 1) << QList<qint64>{1, 2, 3};
        QTest::newRow("int2") << char(26) << QByteArray("\x39", 1) << QList<qint64>{1, -2, -1};
        QTest::newRow("too short") << char(22) << QByteArray("\x78", 1) << QList<qint64>{};
        QTest::newRow("too long") << char(22) << QByteArray("\x78\x0F\x00", 3) << QList<qint64>{};
    }
    void integersOfLessThanAByte()
    {
        QFETCH(char, type);
        QFETCH(QByteArray, raw);
        QFETCH(QList<qint64>, elements);
        QByteArray message("\x08\x03\x10", 3);  // dims 3, data_type
        message += type;
        message += QByteArray("\x4A", 1) + char(raw.size()) + raw;  // raw_data
        QTemporaryFile file;
        QVERIFY(file.open() && file.write(message) == message.size() && file.flush());
        const Expected<Tensor> tensor = read_onnx_tensor(file.fileName().toStdString());
        QCOMPARE(tensor.has_value(), !elements.isEmpty());
        if (!tensor)
            return;
        QCOMPARE(QList<qint64>(tensor->ints.begin(), tensor->ints.end()), elements);
        QVERIFY(tensor->is_int);
    }

    void nodesAreSorted()
    {
        const Expected<Graph> graph = read_onnx(model_file("unsorted"));
        QVERIFY2(graph, graph ? "" : graph.error().message().c_str());
        std::vector<std::string> names;
        for (const Node& node : graph->nodes)
            names.push_back(node.name);
        QCOMPARE(names, (std::vector<std::string>{"first", "second", "third"}));
        for (std::size_t n = 0; n < graph->nodes.size(); ++n)
            QCOMPARE(*graph->value(graph->nodes[n].outputs.front()).producer, NodeIndex(n));
    }

    void everyUnsupportedNodeIsNamed()
    {
        const Expected<Graph> graph = read_onnx(model_file("unsupported"));
        QVERIFY2(graph, graph ? "" : graph.error().message().c_str());
        const std::vector<UnsupportedNode> nodes = unsupported_nodes(*graph);
        std::vector<std::string> names;
        for (const UnsupportedNode& node : nodes) {
            names.push_back(node.node + " " + node.op);
            QCOMPARE(node.opset, std::int64_t{13});
            QVERIFY(!node.reason.empty());
        }
        QCOMPARE(names, (std::vector<std::string>{"branch If", "fused com.example.FusedThing"}));
        const Expected<MultiExitModel> model = open_model(model_file("unsupported"));
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::unsupported);
        for (const char* word : {"'fused'", "of the domain com.example"})
            QVERIFY2(model.error().message().find(word) != std::string::npos, model.error().message().c_str());
    }

    void damagedFilesAreRefusedWithTheReason_data()
    {
        QTest::addColumn<QString>("reason");
        QTest::newRow("bad_dangling") << "the node 'sum' reads 'nowhere', which no node computes";
        QTest::newRow("bad_cycle") << "cycle";
        QTest::newRow("bad_twice") << "the value 'y' is made twice";
        QTest::newRow("bad_no_output") << "no node computes the output 'y'";
        QTest::newRow("bad_no_opset") << "opset";
        QTest::newRow("bad_two_initializers") << "two initializers called 'w'";
        QTest::newRow("bad_short_tensor") << "does not hold the 5 elements";
        QTest::newRow("bad_huge_tensor") << "impossible shape";
        QTest::newRow("bad_negative_tensor") << "impossible shape [-4]";
        QTest::newRow("bad_external") << "keeps its data in 'weights.bin', which is missing";
        QTest::newRow("bad_string") << "element type STRING";
        QTest::newRow("bad_memory_bomb") << "absurd shape";
    }
    void damagedFilesAreRefusedWithTheReason()
    {
        QFETCH(QString, reason);
        const std::filesystem::path path = model_file(QTest::currentDataTag());
        const Expected<MultiExitModel> model = open_model(path);
        QVERIFY(!model);
        QCOMPARE(model.error().where, path.string());
        QVERIFY2(QString::fromStdString(model.error().detail).contains(reason), model.error().detail.c_str());
    }

    void whatIsNoModel()
    {
        {
            std::ofstream("text.onnx") << "This is a note about a model, not a model.\n";
            std::ofstream("empty.onnx").flush();
        }
        for (const char* name : {"text.onnx", "empty.onnx"}) {
            const Expected<Graph> graph = read_onnx(name);
            QVERIFY(!graph);
            QVERIFY2(graph.error().message().find("is not an ONNX model") != std::string::npos,
                     graph.error().message().c_str());
            QCOMPARE(graph.error().code, ErrorCode::bad_input);
        }
        QVERIFY(!read_onnx("no/such/file.onnx"));
        QVERIFY(!read_onnx("."));
    }

    void truncatedAtEveryByte()
    {
        const Expected<std::vector<std::byte>> bytes = read_file(model_file("two_exit"), 1 << 20);
        QVERIFY(bytes);
        QVERIFY(survives(*bytes));
        for (std::size_t length = 0; length < bytes->size(); ++length)
            survives(std::span(*bytes).first(length));
    }

    void flippedBytes_data()
    {
        QTest::addColumn<int>("trials");
        QTest::newRow("two_exit") << 3000;
        QTest::newRow("opset_9") << 2000;
        QTest::newRow("opset_17") << 2000;
    }
    void flippedBytes()
    {
        QFETCH(int, trials);
        const Expected<std::vector<std::byte>> bytes = read_file(model_file(QTest::currentDataTag()), 1 << 20);
        QVERIFY(bytes);
        Random random(11);
        int whole = 0;
        for (int trial = 0; trial < trials; ++trial) {
            std::vector<std::byte> damaged = *bytes;
            for (std::uint64_t flips = 1 + random.below(4); flips > 0; --flips)
                damaged[random.below(damaged.size())] = static_cast<std::byte>(random.below(256));
            whole += survives(damaged);
        }
        QVERIFY(whole < trials);
    }
};

QTEST_APPLESS_MAIN(TestOnnxReader)
#include "tst_onnx_reader.moc"
