// SPDX-License-Identifier: GPL-3.0-or-later
// Stages as ONNX files against the programs that they were written from.
#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/random.h"
#include "core/deploy/bundle/stage_onnx.h"
#include "core/network/engine/graph_program.h"
#include "tests/support/random_plan.h"
#include "tests/support/small_network.h"

using namespace exitscope;

namespace {

std::vector<float> pattern(std::size_t count)
{
    std::vector<float> values(count);
    Random random(5);
    for (float& value : values)
        value = static_cast<float>(random.normal());
    return values;
}

/// The first exit's output as the program of the first stage computes it.
Expected<std::vector<float>> of_program(const model::MultiExitModel& network, Precision precision,
                                        const plan::StagePlan* plan, const std::vector<float>& input)
{
    auto program = engine::Program::compile(network, StageIndex(0), precision, plan);
    if (!program)
        return forward(program);
    const model::Stage& stage = network.stages[0];
    std::vector<std::vector<float>> handed;
    for (const ValueIndex value : stage.outputs)
        handed.emplace_back(static_cast<std::size_t>(model::element_count(network.graph.value(value).shape)));
    std::vector<float*> outputs;
    outputs.reserve(handed.size());
    for (std::vector<float>& values : handed)
        outputs.push_back(values.data());
    std::vector<float> exit(static_cast<std::size_t>(network.classes));
    engine::Program::Scratch scratch = program->scratch();
    const float* in = input.data();
    program->run(scratch, {&in, 1}, outputs, exit);
    return exit;
}

/// The same by the stage's file.
Expected<std::vector<float>> of_file(const model::MultiExitModel& network, const plan::StagePlan* plan,
                                     bundle::Form form, const std::vector<float>& input)
{
    const std::vector<std::string> names = bundle::tensor_names(network);
    const auto bytes = bundle::stage_onnx(network, StageIndex(0), plan, true, form, names);
    if (!bytes)
        return tl::unexpected<Error>(bytes.error());
    const QTemporaryDir folder;
    const std::string path = folder.filePath("stage.onnx").toStdString();
    if (const auto written = write_file(path, *bytes); !written)
        return tl::unexpected<Error>(written.error());
    auto program = engine::GraphProgram::open(path);
    if (!program)
        return forward(program);
    std::vector<std::vector<float>> made;
    for (const auto& port : program->outputs())
        made.emplace_back(static_cast<std::size_t>(model::element_count(port.shape)));
    std::vector<float*> outputs;
    outputs.reserve(made.size());
    for (std::vector<float>& values : made)
        outputs.push_back(values.data());
    const float* in = input.data();
    program->run({&in, 1}, outputs);
    for (std::size_t o = 0; o < made.size(); ++o)
        if (program->outputs()[o].name == network.stages[0].exit_name)
            return made[o];
    return bad_input(path, "has no exit");
}

}  // namespace

class TestStageOnnx : public QObject {
    Q_OBJECT
private slots:
    void a_file_gives_the_answers_of_its_program_data()
    {
        QTest::addColumn<int>("bits");
        for (const int bits : {2, 4, 6, 8})
            QTest::newRow(qPrintable(QString::number(bits))) << bits;
    }
    void a_file_gives_the_answers_of_its_program()
    {
        QFETCH(int, bits);
        const model::MultiExitModel network = tests::small_network(1);
        const Precision precision{static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits)};
        const plan::StagePlan plan = tests::random_plan(network, StageIndex(0), {.precision = precision});
        const std::vector<float> input = pattern(network.preprocessing.values());
        const auto expected = of_program(network, precision, &plan, input);
        QVERIFY2(expected.has_value(), expected ? "" : expected.error().message().c_str());
        QVERIFY(std::any_of(expected->begin(), expected->end(), [&](float v) { return v != expected->front(); }));
        for (const bundle::Form form : {bundle::Form::qdq, bundle::Form::exact}) {
            const auto found = of_file(network, &plan, form, input);
            QVERIFY2(found.has_value(), found ? "" : found.error().message().c_str());
            for (std::size_t c = 0; c < expected->size(); ++c)
                QVERIFY2(std::abs((*found)[c] - (*expected)[c]) <= 1e-5F * std::abs((*expected)[c]) + 1e-6F,
                         qPrintable(QString("%1 instead of %2").arg(double((*found)[c])).arg(double((*expected)[c]))));
        }
    }

    void float_stages_are_written_too()
    {
        const model::MultiExitModel network = tests::small_network(1);
        const std::vector<float> input = pattern(network.preprocessing.values());
        const auto expected = of_program(network, fp32, nullptr, input);
        const auto found = of_file(network, nullptr, bundle::Form::qdq, input);
        QVERIFY(expected && found);
        for (std::size_t c = 0; c < expected->size(); ++c)
            QVERIFY(std::abs((*found)[c] - (*expected)[c]) <= 1e-4F * (1 + std::abs((*expected)[c])));
    }

    void files_that_are_no_stage_are_errors()
    {
        const auto missing = engine::GraphProgram::open("/nowhere/stage.onnx");
        QVERIFY(!missing);
        const auto broken = engine::GraphProgram::open(EXITSCOPE_TEST_DATA "/models/bad_cycle.onnx");
        QVERIFY(!broken);
        QVERIFY(broken.error().message().find("bad_cycle.onnx") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestStageOnnx)
#include "tst_stage_onnx.moc"
