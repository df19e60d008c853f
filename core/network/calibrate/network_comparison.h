// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/calibrate/layer_study.h"
#include "core/network/calibrate/lone_layer.h"
#include "core/network/calibrate/observe.h"
#include "core/network/model/linear_layer.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// A layer of the study with the facts that the comparison needs.
struct Subject {
    model::LinearLayer layer;
    std::vector<const plan::StagePlan*> plans;    ///< [precisions]; null where the layer stays in float
    std::vector<std::optional<ValueIndex>> ends;  ///< [precisions]: the value in which the layer's operation ends
};

/// The grid on which the layer reads its input.
[[nodiscard]] inline const std::optional<plan::Grid>& input_grid(const Subject& subject, std::size_t precision)
{
    const plan::StagePlan& plan = *subject.plans[precision];
    const std::size_t input = subject.layer.input.at();
    return plan.operand[input] ? plan.operand[input] : plan.stream[input];
}

/// The results of one batch, added up afterwards in the order of the batches.
struct Sums {
    std::vector<std::vector<Distortion>> input;       ///< [precisions][layers]
    std::vector<std::vector<Distortion>> output;      ///< [precisions][layers]
    std::vector<std::vector<std::uint64_t>> clipped;  ///< [precisions][layers]
    std::vector<Observation> inputs;                  ///< [layers]: the layers' inputs; ranges are set at the start
    std::vector<std::vector<ExitComparison>> exits;   ///< [precisions][exits]

    Sums(std::size_t precisions, std::vector<Observation> ranges, std::size_t exit_count)
        : input(precisions, std::vector<Distortion>(ranges.size())), output(input),
          clipped(precisions, std::vector<std::uint64_t>(ranges.size(), 0)), inputs(std::move(ranges)),
          exits(precisions, std::vector<ExitComparison>(exit_count))
    {
    }
    void add(const Sums& other)
    {
        for (std::size_t p = 0; p < input.size(); ++p) {
            for (std::size_t l = 0; l < inputs.size(); ++l) {
                input[p][l] += other.input[p][l];
                output[p][l] += other.output[p][l];
                clipped[p][l] += other.clipped[p][l];
            }
            for (std::size_t e = 0; e < exits[p].size(); ++e)
                exits[p][e] += other.exits[p][e];
        }
        for (std::size_t l = 0; l < inputs.size(); ++l)
            for (std::size_t bin = 0; bin < inputs[l].histogram.size(); ++bin)
                inputs[l].histogram[bin] += other.inputs[l].histogram[bin];
    }
};

/// Runs the float network and the network at every precision of `quantization` side by side over all kept batches, and
/// writes the float network's exit outputs, a buffer that already has its final size. `ranges` are those of the layers'
/// inputs. Errors: those of Program::compile_observable(); cancelled.
[[nodiscard]] Expected<Sums> compare_networks(const model::MultiExitModel& model,
                                              const plan::Quantization& quantization,
                                              const std::vector<Subject>& subjects,
                                              const std::vector<Observation>& ranges, std::vector<KeptBatch>& kept,
                                              ExitOutputs& exact, unsigned threads, Progress& progress);

}  // namespace exitscope::calibrate
