// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/network/engine/program.h"
#include "core/network/model/multi_exit.h"
#include "core/network/model/specialise.h"
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

/// Elements of a value that is handed over, from row-major order to that of the hand-over or back.
inline std::vector<float> handed_over(const model::MultiExitModel& model, ValueIndex value,
                                      const std::vector<float>& from, bool back = false)
{
    const model::Shape& shape = model.graph.value(value).shape;
    if (shape.size() != 4 || value == model.input())
        return from;
    const auto channels = static_cast<std::size_t>(shape[1]);
    const auto positions = static_cast<std::size_t>(shape[2] * shape[3]);
    std::vector<float> to(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {  // i in row-major order
        const std::size_t image = i / positions / channels;
        const std::size_t last = (image * positions + i % positions) * channels + i / positions % channels;
        to[back ? i : last] = from[back ? last : i];
    }
    return to;
}

/// Result buffers of the right sizes with the pointers that run() takes. `in` and logical() are row-major.
struct StageBuffers {
    StageBuffers(const model::MultiExitModel& model, StageIndex stage, const std::vector<std::vector<float>>& in)
        : model_(&model), stage_(&model.stages[stage.at()])
    {
        const model::Stage& part = *stage_;
        const auto size = [&](ValueIndex v) {
            return static_cast<std::size_t>(model::element_count(model.graph.value(v).shape));
        };
        for (std::size_t i = 0; i < in.size(); ++i)
            given.push_back(handed_over(model, part.inputs[i], in[i]));
        for (const std::vector<float>& values : given)
            inputs.push_back(values.data());
        for (const ValueIndex v : part.outputs)
            result.outputs.emplace_back(size(v));
        for (std::vector<float>& values : result.outputs)
            outputs.push_back(values.data());
        result.exit.resize(size(part.exit));
    }
    [[nodiscard]] StageResult logical() const
    {
        StageResult ordered = result;
        for (std::size_t o = 0; o < result.outputs.size(); ++o)
            ordered.outputs[o] = handed_over(*model_, stage_->outputs[o], result.outputs[o], true);
        return ordered;
    }
    std::vector<std::vector<float>> given;
    StageResult result;
    std::vector<const float*> inputs;
    std::vector<float*> outputs;

private:
    const model::MultiExitModel* model_;
    const model::Stage* stage_;
};

inline StageResult run_stage(const engine::Program& program, const model::MultiExitModel& model, StageIndex stage,
                             const std::vector<std::vector<float>>& inputs)
{
    StageBuffers buffers(model, stage, inputs);
    engine::Program::Scratch scratch = program.scratch();
    program.run(scratch, buffers.inputs, buffers.outputs, buffers.result.exit);
    return buffers.logical();
}

}  // namespace exitscope::tests
