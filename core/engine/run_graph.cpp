// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run_graph.h"

#include <algorithm>

#include "core/engine/program.h"

namespace exitscope::engine {
namespace {

/// The graph as a model of one stage that hands over every output.
model::MultiExitModel as_one_stage(const model::Graph& graph)
{
    model::Stage stage;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n)
        stage.trunk.emplace_back(n);
    stage.inputs = graph.inputs;
    stage.outputs = graph.outputs;
    stage.exit = graph.outputs.front();
    model::MultiExitModel model;
    model.graph = graph;
    model.stages.push_back(std::move(stage));
    return model;
}

/// Elements as a program takes them: it knows itself which values are integers.
float* elements(model::Tensor& tensor)
{
    return tensor.is_int ? reinterpret_cast<float*>(tensor.ints.data()) : tensor.floats.data();
}
const float* elements(const model::Tensor& tensor)
{
    return tensor.is_int ? reinterpret_cast<const float*>(tensor.ints.data()) : tensor.floats.data();
}

}  // namespace

Expected<std::vector<model::Tensor>> run_graph(const model::Graph& graph, std::span<const model::Tensor> inputs)
{
    if (inputs.size() != graph.inputs.size() || graph.outputs.empty())
        return bad_input({}, "the number of inputs is not the graph's, or it has no outputs");
    std::vector<const float*> from;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const model::Value& value = graph.value(graph.inputs[i]);
        if (value.shape != inputs[i].shape || value.is_int != inputs[i].is_int)
            return bad_input({}, "the input '" + value.name + "' " + model::to_text(value.shape) + " is given as " +
                                     model::to_text(inputs[i].shape));
        from.push_back(elements(inputs[i]));
    }
    std::vector<model::Tensor> outputs(graph.outputs.size());
    std::vector<float*> to;
    for (std::size_t o = 0; o < outputs.size(); ++o) {
        const model::Value& value = graph.value(graph.outputs[o]);
        const auto count = static_cast<std::size_t>(model::element_count(value.shape));
        outputs[o].shape = value.shape;
        outputs[o].is_int = value.is_int;
        outputs[o].element = value.element;
        if (value.is_int)
            outputs[o].ints.resize(count);
        else
            outputs[o].floats.resize(count);
        to.push_back(elements(outputs[o]));
    }
    const auto program = Program::compile(as_one_stage(graph), StageIndex(0), fp32, nullptr);
    if (!program)
        return tl::unexpected<Error>(program.error());
    Program::Scratch scratch = program->scratch();
    program->run(scratch, from, to, {});
    return outputs;
}

}  // namespace exitscope::engine
