// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <cstdint>
#include <limits>
#include <stdexcept>

#include "core/network/model/graph.h"
#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;
using namespace exitscope::model;

namespace {

/// The node that makes the value called `name` in the specialised graph.
const Node& maker(const Graph& graph, const std::string& name)
{
    for (const Node& node : graph.nodes)
        if (graph.value(node.outputs.front()).name == name)
            return node;
    throw std::out_of_range(name);
}

}  // namespace

class TestGraph : public QObject {
    Q_OBJECT

private slots:
    void elementCountsAreCheckedForOverflow()
    {
        constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
        QCOMPARE(checked_element_count({2, 3, 4}, 24).value_or(-1), std::int64_t{24});
        QVERIFY(!checked_element_count({2, 3, 4}, 23));
        QVERIFY(!checked_element_count({-1, 3}, 1000));
        QVERIFY(!checked_element_count({1LL << 32, 1LL << 32}, most));
        QCOMPARE(checked_element_count({}, 1).value_or(-1), std::int64_t{1});
        QCOMPARE(checked_element_count({5, 0, 7}, 100).value_or(-1), std::int64_t{0});
        QVERIFY(!checked_element_count({0, 1LL << 40, 1LL << 40}, most));
    }

    void shapesAreWrittenForPeople()
    {
        QCOMPARE(to_text({}), std::string("[]"));
        QCOMPARE(to_text({-1, 3, 32}), std::string("[?,3,32]"));
    }

    void macsByHand()
    {
        const Graph graph = tests::build_graph(R"(
            x = input [N,6,9,7]
            w = random [4,3,3,2]                # two groups
            c = Conv(x, w) group=2 strides=[2,1] pads=[1,0,1,0]     # [2,4,5,6]
            f = Flatten(c)                      # [2,120]
            g = random [10,120]
            b = random [10]
            y = Gemm(f, g, b) transB=1
            t = input [N,3,5,8]
            u = random [8,4]
            m = MatMul(t, u)                    # [2,3,5,4]
            r = Relu(m)
            > y, r
        )");
        const auto s = specialise(graph, 2);
        QVERIFY2(s, s ? "" : s.error().message().c_str());
        QCOMPARE(macs(*s, maker(*s, "c")), std::int64_t{2 * 4 * 5 * 6 * 3 * 3 * 2});
        QCOMPARE(macs(*s, maker(*s, "y")), std::int64_t{2 * 10 * 120});
        QCOMPARE(macs(*s, maker(*s, "m")), std::int64_t{2 * 3 * 5 * 4 * 8});
        QCOMPARE(macs(*s, maker(*s, "r")), std::int64_t{0});
        QCOMPARE(parameters(*s, maker(*s, "c")), std::int64_t{4 * 3 * 3 * 2});
        QCOMPARE(parameters(*s, maker(*s, "y")), std::int64_t{10 * 120 + 10});
        QCOMPARE(parameters(*s, maker(*s, "r")), std::int64_t{0});
    }

    void consumersListEachReaderOnce()
    {
        const Graph graph = tests::build_graph(R"(
            x = input [N,2]
            d = Add(x, x)
            r = Relu(x)
            s = Add(d, r)
            > s
        )");
        const auto readers = graph.consumers();
        QCOMPARE(readers[0].size(), std::size_t{2});
        QCOMPARE(readers[0][0], NodeIndex(0));
        QCOMPARE(readers[0][1], NodeIndex(1));
        QVERIFY(readers[3].empty());
    }

    void attributesFallBackWhenAbsentOrOfAnotherType()
    {
        Node node;
        node.attributes = {{"axis", std::int64_t{3}}, {"alpha", 0.5F}, {"mode", std::string("constant")}};
        QCOMPARE(node.integer("axis", 1), std::int64_t{3});
        QCOMPARE(node.integer("alpha", 1), std::int64_t{1});
        QCOMPARE(node.number("alpha", 0.0F), 0.5F);
        QCOMPARE(node.text("mode", ""), std::string("constant"));
        QCOMPARE(node.integers("axis", {7}), std::vector<std::int64_t>{7});
    }

    void theBuilderRefusesNonsense()
    {
        QVERIFY_EXCEPTION_THROWN(tests::build_graph("y = Relu(x)"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(tests::build_graph("x = input [1]\nx = input [1]"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(tests::build_graph("c = constant [3] {1, 2}"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(tests::build_graph("c = constant [1] {1} junk!"), std::invalid_argument);
    }
};

QTEST_APPLESS_MAIN(TestGraph)
#include "tst_graph.moc"
