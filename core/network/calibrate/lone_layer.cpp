// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/lone_layer.h"

#include <algorithm>
#include <cmath>

#include "core/network/calibrate/bias_correction.h"
#include "core/network/calibrate/weights.h"

namespace exitscope::calibrate {

void ExitComparison::add(std::span<const float> exact, std::span<const float> quantized)
{
    for (std::size_t c = 0; c < exact.size(); ++c)
        distortion_.add(double(exact[c]), double(quantized[c]));
    const auto answer = [](std::span<const float> outputs) {
        return std::max_element(outputs.begin(), outputs.end()) - outputs.begin();
    };
    changed_ += answer(exact) != answer(quantized);
}

ExitComparison& ExitComparison::operator+=(const ExitComparison& other)
{
    distortion_ += other.distortion_;
    changed_ += other.changed_;
    return *this;
}

std::vector<std::int32_t> rounded_biases(const model::LinearLayer& layer, float input_scale,
                                         std::span<const float> weight_scales)
{
    std::vector<std::int32_t> biases;
    for (std::size_t c = 0; c < weight_scales.size(); ++c) {
        const double bias = std::isfinite(layer.bias[c]) ? double(layer.bias[c]) : 0.0;
        const double level = std::nearbyint(bias / (double(input_scale) * double(weight_scales[c])));
        biases.push_back(static_cast<std::int32_t>(std::clamp(level, -plan::bias_limit, plan::bias_limit)));
    }
    return biases;
}

Expected<void> LoneLayers::compile()
{
    for (std::size_t s = 0; s < model_.stages.size(); ++s) {
        auto program = engine::Program::compile(model_, StageIndex(s), fp32, nullptr);
        if (!program)
            return forward(program);
        stages_.push_back(std::move(*program));
    }
    return {};
}

Expected<plan::StagePlan> LoneLayers::lone_plan(NodeIndex layer, StageIndex stage, const plan::StagePlan& plan) const
{
    const model::LinearLayer& linear = *scheme_.layers[layer.at()];
    plan::StagePlan alone;
    alone.precision = plan.precision;
    alone.stream.resize(plan.stream.size());
    alone.operand.resize(plan.operand.size());
    alone.weights.resize(plan.weights.size());
    alone.weights[layer.at()] = plan.weights[layer.at()];
    const std::optional<plan::Grid>& operand = plan.operand[linear.input.at()];
    alone.operand[linear.input.at()] = operand ? operand : plan.stream[linear.input.at()];
    plan::QuantizedWeights& weights = *alone.weights[layer.at()];
    std::vector<std::int32_t> rounded = rounded_biases(linear, alone.operand[linear.input.at()]->scale, weights.scales);
    if (rounded != weights.bias) {
        weights.bias = std::move(rounded);
        weights.bias_rest.clear();
        if (auto corrected = correct_biases(model_, stage, scheme_, statistics_, alone); !corrected)
            return forward(corrected);
    }
    return alone;
}

std::vector<bool> LoneLayers::depending(StageIndex stage, bool head) const
{
    std::vector<bool> stages(model_.stages.size(), false);
    stages[stage.at()] = true;
    std::vector<bool> touched(model_.graph.values.size(), false);
    const auto touch = [&](const model::Stage& of) {
        for (const ValueIndex value : of.outputs)
            touched[value.at()] = true;
    };
    if (head)
        return stages;
    touch(model_.stages[stage.at()]);
    for (std::size_t s = stage.at() + 1; s < stages.size(); ++s) {
        const auto& inputs = model_.stages[s].inputs;
        stages[s] = std::any_of(inputs.begin(), inputs.end(), [&](ValueIndex value) { return touched[value.at()]; });
        if (stages[s])
            touch(model_.stages[s]);
    }
    return stages;
}

Expected<std::vector<ExitChange>> LoneLayers::run(NodeIndex layer, StageIndex stage, bool head,
                                                  const plan::StagePlan& plan) const
{
    const auto alone = lone_plan(layer, stage, plan);
    if (!alone)
        return tl::unexpected<Error>(alone.error());
    auto quantized = engine::Program::compile(model_, stage, plan.precision, &*alone);
    if (!quantized)
        return forward(quantized);

    const std::vector<bool> runs = depending(stage, head);
    engine::HandOver mine(model_);
    // inputs of a stage: new outputs of the stages that run again, kept outputs of all others
    std::vector<bool> anew(model_.graph.values.size(), false);
    std::vector<engine::Program::Scratch> scratch(runs.size());
    for (std::size_t s = 0; s < runs.size(); ++s) {
        if (!runs[s])
            continue;
        scratch[s] = (s == stage.at() ? *quantized : stages_[s]).scratch();
        for (const ValueIndex value : model_.stages[s].outputs)
            anew[value.at()] = true;
    }
    const auto classes = static_cast<std::size_t>(model_.classes);
    std::vector<float> exit(static_cast<std::size_t>(model_.batch) * classes);
    std::vector<ExitComparison> comparisons(runs.size());
    std::vector<const float*> inputs;
    std::size_t first = 0;
    for (const KeptBatch& batch : statistics_.batches) {
        for (std::size_t s = stage.at(); s < runs.size(); ++s) {
            if (!runs[s])
                continue;
            const StageIndex at(s);
            const auto kept = batch.values.inputs(at);
            inputs.assign(kept.begin(), kept.end());
            for (std::size_t i = 0; i < inputs.size(); ++i)
                if (s != stage.at() && anew[model_.stages[s].inputs[i].at()])
                    inputs[i] = mine.inputs(at)[i];
            (s == stage.at() ? *quantized : stages_[s]).run(scratch[s], inputs, mine.outputs(at), exit);
            for (std::size_t i = 0; i < static_cast<std::size_t>(batch.samples); ++i)
                comparisons[s].add(std::span(exact_[s]).subspan((first + i) * classes, classes),
                                   std::span(exit).subspan(i * classes, classes));
        }
        first += static_cast<std::size_t>(batch.samples);
    }
    std::vector<ExitChange> changes(runs.size());
    for (std::size_t s = 0; s < runs.size(); ++s)
        if (runs[s])
            changes[s] = comparisons[s].change();
    return changes;
}

}  // namespace exitscope::calibrate
