// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/engine/program.h"
#include "core/model/multi_exit.h"
#include "core/model/onnx_reader.h"
#include "tests/support/graph_builder.h"

namespace exitscope::tests {

/// A model from a graph in text form; throws on what does not fit.
inline model::MultiExitModel build_model(std::string_view text, std::int64_t batch, std::uint64_t seed = 1)
{
    auto graph = model::specialise(build_graph(text, seed), batch);
    if (!graph)
        throw std::invalid_argument(graph.error().message());
    auto cut = model::cut(std::move(*graph), batch);
    if (!cut)
        throw std::invalid_argument(cut.error().message());
    return std::move(*cut);
}

inline std::vector<float> random_values(const model::Shape& shape, std::uint64_t seed)
{
    Random random(seed);
    std::vector<float> values(static_cast<std::size_t>(model::element_count(shape)));
    for (float& value : values)
        value = static_cast<float>(random.normal());
    return values;
}

/// What one stage hands out.
struct StageResult {
    std::vector<std::vector<float>> outputs;
    std::vector<float> exit;

    friend bool operator==(const StageResult&, const StageResult&) = default;
};

/// Result buffers of the right sizes with the pointers that run() takes.
struct StageBuffers {
    StageBuffers(const model::MultiExitModel& model, StageIndex stage, const std::vector<std::vector<float>>& in)
    {
        const model::Stage& part = model.stages[stage.at()];
        const auto size = [&](ValueIndex v) {
            return static_cast<std::size_t>(model::element_count(model.graph.value(v).shape));
        };
        for (const std::vector<float>& values : in)
            inputs.push_back(values.data());
        for (const ValueIndex v : part.outputs)
            result.outputs.emplace_back(size(v));
        for (std::vector<float>& values : result.outputs)
            outputs.push_back(values.data());
        result.exit.resize(size(part.exit));
    }
    StageResult result;
    std::vector<const float*> inputs;
    std::vector<float*> outputs;
};

inline StageResult run_stage(const engine::Program& program, const model::MultiExitModel& model, StageIndex stage,
                             const std::vector<std::vector<float>>& inputs)
{
    StageBuffers buffers(model, stage, inputs);
    engine::Program::Scratch scratch = program.scratch();
    program.run(scratch, buffers.inputs, buffers.outputs, buffers.result.exit);
    return buffers.result;
}

}  // namespace exitscope::tests
