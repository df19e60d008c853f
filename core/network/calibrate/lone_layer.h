// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/network/calibrate/layer_study.h"
#include "core/network/calibrate/observe.h"
#include "core/network/calibrate/scheme.h"
#include "core/network/engine/program.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// Exit outputs of the float network on all kept images, [exits][images * classes].
using ExitOutputs = std::vector<std::vector<float>>;

/// Accumulates the differences between one exit's outputs and those of the float network, image by image.
class ExitComparison {
public:
    /// One image's outputs.
    void add(std::span<const float> exact, std::span<const float> quantized);
    ExitComparison& operator+=(const ExitComparison& other);
    [[nodiscard]] ExitChange change() const { return {true, distortion_.sqnr(), changed_}; }

private:
    Distortion distortion_;
    std::size_t changed_ = 0;
};

/// Runs the network with one layer quantized and all others in float, over kept float batches. Only the layer's stage
/// and the stages that depend on it run again. run() is safe to call from several threads.
class LoneLayers {
public:
    /// Keeps references: all three must outlive the object.
    LoneLayers(const model::MultiExitModel& model, const FloatStatistics& statistics, const ExitOutputs& exact)
        : model_(model), statistics_(statistics), exact_(exact), scheme_(scheme(model, {}))
    {
    }
    /// Compiles the float stages. Errors: those of Program::compile().
    [[nodiscard]] Expected<void> compile();
    /// Change of every exit, [exits], when `layer` is quantized as in `plan`, the plan of its stage at one precision.
    [[nodiscard]] Expected<std::vector<ExitChange>> run(NodeIndex layer, StageIndex stage, bool head,
                                                        const plan::StagePlan& plan) const;

private:
    [[nodiscard]] Expected<plan::StagePlan> lone_plan(NodeIndex layer, StageIndex stage,
                                                      const plan::StagePlan& plan) const;
    [[nodiscard]] std::vector<bool> depending(StageIndex stage, bool head) const;

    const model::MultiExitModel& model_;
    const FloatStatistics& statistics_;
    const ExitOutputs& exact_;
    Scheme scheme_;
    std::vector<engine::Program> stages_;
};

/// The int32 biases of a layer by plain rounding, without bias correction.
[[nodiscard]] std::vector<std::int32_t> rounded_biases(const model::LinearLayer& layer, float input_scale,
                                                       std::span<const float> weight_scales);

}  // namespace exitscope::calibrate
