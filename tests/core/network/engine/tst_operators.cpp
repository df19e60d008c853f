// SPDX-License-Identifier: GPL-3.0-or-later
// Every operator that is no layer with weights on small graphs, against results that others computed.
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/network/engine/run_graph.h"
#include "core/network/model/specialise.h"
#include "tests/core/network/engine/operator_cases.h"
#include "tests/support/graph_builder.h"

using namespace exitscope;
using namespace exitscope::tests;

namespace {

const std::vector<OperatorCase>& operator_cases()
{
    static const std::vector<OperatorCase> all = [] {
        std::vector<OperatorCase> cases;
        for (const auto* family :
             {&cases_of_functions, &cases_of_pairs, &cases_of_axes, &cases_of_moves, &cases_of_windows})
            cases.insert(cases.end(), family->begin(), family->end());
        return cases;
    }();
    return all;
}

/// What operator_cases.py feeds, too.
model::Tensor ramp(const model::Shape& shape)
{
    model::Tensor tensor;
    tensor.shape = shape;
    for (std::int64_t i = 0; i < model::element_count(shape); ++i)
        tensor.floats.push_back(static_cast<float>((i * 37 + 11) % 23 - 11) / 8.0F);
    return tensor;
}

struct Outcome {
    std::string shapes;
    std::vector<double> elements;
};

Expected<Outcome> run(const model::Graph& read)
{
    Expected<model::Graph> graph = model::specialise(read, 1);
    if (!graph)
        return forward(graph);
    std::vector<model::Tensor> inputs;
    for (const ValueIndex input : graph->inputs)
        inputs.push_back(ramp(graph->value(input).shape));
    Expected<std::vector<model::Tensor>> outputs = engine::run_graph(*graph, inputs);
    if (!outputs)
        return forward(outputs);
    Outcome outcome;
    for (const model::Tensor& output : *outputs) {
        outcome.shapes += (outcome.shapes.empty() ? "" : " ") + model::to_text(output.shape);
        outcome.elements.insert(outcome.elements.end(), output.floats.begin(), output.floats.end());
        outcome.elements.insert(outcome.elements.end(), output.ints.begin(), output.ints.end());
    }
    return outcome;
}

/// Makes every input a constant that holds what would be fed.
model::Graph with_constants(model::Graph graph)
{
    while (!graph.inputs.empty())
        model::bind_input(graph, 0, ramp(graph.value(graph.inputs.front()).shape));
    return graph;
}

/// Calls visit(graph) with each integer of attributes and constants replaced by one that does not belong there.
template <class Visit>
void for_each_integer(const model::Graph& graph, Visit visit)
{
    using Limits = std::numeric_limits<std::int64_t>;
    for (const std::int64_t extreme :
         {Limits::min(), std::int64_t{-1}, std::int64_t{0}, std::int64_t{5}, std::int64_t{1} << 31, Limits::max()}) {
        for (std::size_t n = 0; n < graph.nodes.size(); ++n)
            for (const auto& [key, value] : graph.nodes[n].attributes) {
                model::Graph damaged = graph;
                model::Attribute& attribute = damaged.nodes[n].attributes[key];
                auto* list = std::get_if<std::vector<std::int64_t>>(&attribute);
                for (std::size_t i = 0; list && i < list->size(); ++i) {
                    const std::int64_t before = std::exchange((*list)[i], extreme);
                    visit(damaged);
                    (*list)[i] = before;
                }
                if (auto* integer = std::get_if<std::int64_t>(&attribute)) {
                    *integer = extreme;
                    visit(damaged);
                }
            }
        for (std::size_t v = 0; v < graph.values.size(); ++v)
            for (std::size_t i = 0; graph.values[v].constant && i < graph.values[v].constant->ints.size(); ++i) {
                model::Graph damaged = graph;
                auto tensor = std::make_shared<model::Tensor>(*graph.values[v].constant);
                tensor->ints[i] = extreme;
                damaged.values[v].constant = std::move(tensor);
                visit(damaged);
            }
    }
}

std::int64_t largest_value(const model::Graph& graph)
{
    std::int64_t largest = 0;
    for (const model::Value& value : graph.values)
        largest = std::max(largest, model::element_count(value.shape));
    return largest;
}

bool close(double a, double b)
{
    if (std::isnan(a) || std::isnan(b))
        return std::isnan(a) && std::isnan(b);
    return a == b || std::fabs(a - b) <= 2e-6 * (1 + std::fabs(b));
}

QString difference(const Expected<Outcome>& outcome, const OperatorCase& expected)
{
    if (!outcome)
        return QString::fromStdString(outcome.error().message());
    if (outcome->shapes != expected.shapes || outcome->elements.size() != expected.results.size())
        return QString("shapes %1 instead of %2").arg(outcome->shapes.c_str(), expected.shapes);
    for (std::size_t i = 0; i < expected.results.size(); ++i)
        if (!close(outcome->elements[i], expected.results[i]))
            return QString("element %1 is %2 instead of %3")
                .arg(i)
                .arg(outcome->elements[i], 0, 'g', 9)
                .arg(expected.results[i], 0, 'g', 9);
    return {};
}

}  // namespace

class TestOperators : public QObject {
    Q_OBJECT
private slots:
    void results_data()
    {
        QTest::addColumn<int>("position");
        for (std::size_t i = 0; i < operator_cases().size(); ++i)
            QTest::newRow(operator_cases()[i].name) << static_cast<int>(i);
    }
    /// On data that flows, and on constants: folded, or computed by the program.
    void results()
    {
        QFETCH(int, position);
        const OperatorCase& expected = operator_cases()[static_cast<std::size_t>(position)];
        const model::Graph graph = build_graph(expected.text, 1, expected.opset);
        QCOMPARE(difference(run(graph), expected), QString());
        QCOMPARE(difference(run(with_constants(graph)), expected), QString());
    }

    /// Every integer of every graph in turn becomes an extreme one: an error or a result, never a crash.
    void extreme_numbers()
    {
        int refused = 0;
        for (const OperatorCase& one : operator_cases()) {
            const model::Graph graph = build_graph(one.text, 1, one.opset);
            for_each_integer(graph, [&](model::Graph& damaged) {
                const Expected<model::Graph> specialised = model::specialise(damaged, 1);
                refused += !specialised;
                if (specialised && largest_value(*specialised) < 100000)
                    QVERIFY(run(damaged));
            });
        }
        QVERIFY(refused > 100);
    }

    void indices_outside_give_zero_and_write_nothing()
    {
        const auto outcome = run(build_graph("x = input [1,4]\nk = constant [] {8}\ns = Mul(x, k)\ni = Cast(s) to=7\n"
                                             "y = GatherElements(x, i) axis=1\nu = ScatterElements(x, i, x) axis=1\n"
                                             "> i, y, u"));
        QVERIFY(outcome);
        // i = 0, -9, 5, -4 of four elements 0, -9/8, 5/8, -4/8
        QCOMPARE(outcome->elements, (std::vector<double>{0, -9, 5, -4, 0, 0, 0, 0, -0.5, -1.125, 0.625, -0.5}));
    }

    void refuses_inputs_of_another_shape()
    {
        const auto graph = model::specialise(build_graph("x = input [2,3]\ny = Relu(x)\n> y"), 1);
        QVERIFY(graph);
        QVERIFY(!engine::run_graph(*graph, {}));
        QVERIFY(!engine::run_graph(*graph, std::vector{ramp({3, 2})}));
    }
};

QTEST_APPLESS_MAIN(TestOperators)
#include "tst_operators.moc"
