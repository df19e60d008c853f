// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/run_graph.h"

#include "core/network/engine/graph_program.h"

namespace exitscope::engine {
namespace {

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
    auto program = GraphProgram::compile(graph);
    if (!program)
        return forward(program);
    program->run(from, to);
    return outputs;
}

}  // namespace exitscope::engine
