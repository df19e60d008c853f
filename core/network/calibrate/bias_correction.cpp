// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/bias_correction.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "core/network/calibrate/weights.h"
#include "core/network/engine/program.h"

namespace exitscope::calibrate {

Expected<void> correct_biases(const model::MultiExitModel& model, StageIndex stage, const Scheme& scheme,
                              const FloatStatistics& statistics, plan::StagePlan& plan)
{
    auto program = engine::Program::compile_correctable(model, stage, plan);
    if (!program)
        return forward(program);
    std::vector<engine::Program::Scratch> scratches;
    std::vector<engine::Program::LayerBatch> batches;
    scratches.reserve(statistics.batches.size());
    for (const KeptBatch& batch : statistics.batches) {
        scratches.push_back(program->scratch());
        batches.push_back({&scratches.back(), batch.values.inputs(stage), batch.samples});
    }
    program->run_layers(batches, [&](NodeIndex node, std::span<const double> mean, std::span<std::int32_t> bias) {
        plan::QuantizedWeights& weights = *plan.weights[node.at()];
        const std::vector<double>& wanted = statistics.channel_mean[node.at()];
        const double input_scale = double(plan.operand[scheme.layers[node.at()]->input.at()]->scale);
        for (std::size_t c = 0; c < bias.size(); ++c) {
            const double shift = std::nearbyint((wanted[c] - mean[c]) / (input_scale * double(weights.scales[c])));
            if (std::isfinite(shift))
                bias[c] =
                    static_cast<std::int32_t>(std::clamp(double(bias[c]) + shift, -plan::bias_limit, plan::bias_limit));
        }
        weights.bias.assign(bias.begin(), bias.end());
    });
    return {};
}

}  // namespace exitscope::calibrate
