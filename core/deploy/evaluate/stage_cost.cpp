// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/evaluate/stage_cost.h"

#include <algorithm>
#include <chrono>

#include "core/base/processor_time.h"
#include "core/network/engine/hand_over.h"

namespace exitscope::evaluate {
namespace {

using Clock = std::chrono::steady_clock;

/// All measurements together, in seconds.
constexpr double time_budget = 2.5;
constexpr std::size_t fewest_rounds = 5;
constexpr std::size_t most_rounds = 100;

double median(std::vector<double>& values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double macs_per_image(const model::MultiExitModel& model, const std::vector<NodeIndex>& nodes,
                      const std::vector<bool>& counted)
{
    double total = 0;
    for (const NodeIndex node : nodes)
        if (counted[node.at()])
            total += double(model::macs(model.graph, model.graph.node(node)));
    return total / double(model.batch);
}

}  // namespace

std::vector<run::StageCost> stage_costs(const model::MultiExitModel& model,
                                        const calibrate::CalibrationOptions& options)
{
    const std::vector<bool> pinned = calibrate::pinned_layers(model, options);
    std::vector<run::StageCost> costs;
    for (const model::Stage& stage : model.stages) {
        run::StageCost& cost = costs.emplace_back();
        cost.trunk_macs = double(stage.trunk_macs);
        cost.head_macs = double(stage.head_macs);
        cost.trunk_parameters = double(stage.trunk_parameters);
        cost.head_parameters = double(stage.head_parameters);
        cost.trunk_pinned_macs = macs_per_image(model, stage.trunk, pinned);
        cost.head_pinned_macs = macs_per_image(model, stage.head, pinned);
    }
    return costs;
}

Expected<void> measure_latency(const model::MultiExitModel& model, const StagePrograms& programs,
                               const dataset::Dataset& data, std::vector<run::StageCost>& costs, Progress& progress)
{
    engine::HandOver values(model);
    const auto batch = static_cast<std::size_t>(model.batch);
    if (auto read = engine::read_padded(data, 0, std::min(batch, data.size()), model, values.input()); !read)
        return read;
    std::vector<float> exit(batch * static_cast<std::size_t>(model.classes));
    struct Timed {
        StageIndex stage;
        const engine::Program* program;
        engine::Program::Scratch scratch;
        std::vector<double> whole;
        std::vector<double> trunk;
    };
    std::vector<Timed> all;
    for (std::size_t s = 0; s < programs.size(); ++s)
        for (const engine::Program& program : programs[s])
            all.push_back({StageIndex(s), &program, program.scratch(), {}, {}});
    const auto seconds = [&](Timed& timed, bool head) {
        const double start = processor_seconds();
        timed.program->run(timed.scratch, values.inputs(timed.stage), values.outputs(timed.stage), exit, head);
        return processor_seconds() - start;
    };

    progress.begin("Measuring latency", most_rounds);
    for (Timed& timed : all)
        seconds(timed, true);
    // Rounds over all stages and precisions, so that a change of the processor's clock affects all of them alike.
    const auto start = Clock::now();
    for (std::size_t round = 0;
         round < fewest_rounds ||
         (round < most_rounds && std::chrono::duration<double>(Clock::now() - start).count() < time_budget);
         ++round) {
        if (progress.cancelled())
            return cancelled();
        for (Timed& timed : all) {
            timed.whole.push_back(seconds(timed, true));
            timed.trunk.push_back(seconds(timed, false));
        }
        progress.advance();
    }
    const double per_image = 1e3 / double(batch);
    for (Timed& timed : all) {
        run::StageCost& cost = costs[timed.stage.at()];
        const double trunk = median(timed.trunk);
        cost.trunk_ms.push_back(trunk * per_image);
        cost.head_ms.push_back(std::max(0.0, median(timed.whole) - trunk) * per_image);
    }
    return {};
}

}  // namespace exitscope::evaluate
