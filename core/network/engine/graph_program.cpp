// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/graph_program.h"

#include <algorithm>
#include <utility>

#include "core/network/model/file_quantization.h"
#include "core/network/model/imported.h"
#include "core/network/model/native_quantization.h"
#include "core/network/model/onnx_reader.h"
#include "core/network/model/specialise.h"

namespace exitscope::engine {
namespace {

/// The graph as a model of one stage in which every output of the graph is a stage output.
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

std::vector<GraphProgram::Port> ports(const model::Graph& graph, const std::vector<ValueIndex>& values)
{
    std::vector<GraphProgram::Port> made;
    made.reserve(values.size());
    for (const ValueIndex value : values)
        made.push_back({graph.value(value).name, graph.value(value).shape});
    return made;
}

Expected<GraphProgram> in_file(const std::filesystem::path& path, Error error)
{
    error.where = path.string();
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace

GraphProgram::GraphProgram(Program program, const model::Graph& graph)
    : program_(std::move(program)), scratch_(program_.scratch()), inputs_(ports(graph, graph.inputs)),
      outputs_(ports(graph, graph.outputs))
{
    for (std::size_t o = 0; o < outputs_.size(); ++o)
        outputs_[o].name = graph.output_names[o];
}

Expected<GraphProgram> GraphProgram::compile(const model::Graph& graph)
{
    auto program = Program::compile(as_one_stage(graph), StageIndex(0), fp32, nullptr);
    if (!program)
        return forward(program);
    return GraphProgram(std::move(*program), graph);
}

Expected<GraphProgram> GraphProgram::open(const std::filesystem::path& path, std::int64_t batch)
{
    auto read = model::read_onnx(path);
    if (!read)
        return forward(read);
    auto imported = model::import_graph(std::move(*read));
    if (!imported)
        return in_file(path, imported.error());
    auto graph = model::specialise(imported->graph, batch);
    if (!graph)
        return in_file(path, graph.error());
    model::lift_grids(*graph);
    const auto holds_integers = [&](ValueIndex value) { return graph->value(value).is_int; };
    if (graph->outputs.empty() || std::any_of(graph->inputs.begin(), graph->inputs.end(), holds_integers) ||
        std::any_of(graph->outputs.begin(), graph->outputs.end(), holds_integers))
        return in_file(path, {ErrorCode::unsupported, {}, "has inputs or outputs that are not floats, or none"});
    model::MultiExitModel network = as_one_stage(*graph);
    network.batch = batch;
    network.quantized_form = imported->quantized_form;
    network.quantized_precision = model::quantized_precision(network.graph);
    const auto native = model::native_quantization(network);
    auto program = native
                       ? Program::compile(network, StageIndex(0), network.quantized_precision, &native->plans.front())
                       : Program::compile(network, StageIndex(0), fp32, nullptr);
    if (!program)
        return in_file(path, program.error());
    return GraphProgram(std::move(*program), *graph);
}

void GraphProgram::run(std::span<const float* const> in, std::span<float* const> out)
{
    program_.run(scratch_, in, out, {});
}

}  // namespace exitscope::engine
