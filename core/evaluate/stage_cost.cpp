// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/stage_cost.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "core/engine/hand_over.h"

namespace exitscope::evaluate {
namespace {

using Clock = std::chrono::steady_clock;

/// All measurements together, in seconds.
constexpr double time_budget = 2.5;
constexpr std::size_t fewest_runs = 5;
constexpr std::size_t most_runs = 100;

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

std::vector<run::StageCost> stage_costs(const model::MultiExitModel& model, const quant::CalibrationOptions& options)
{
    const std::vector<bool> pinned = quant::pinned_layers(model, options);
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
    std::size_t measurements = 0;
    for (const auto& stage : programs)
        measurements += stage.size();
    progress.begin("Measuring latency", measurements);

    engine::HandOver values(model);
    const auto batch = static_cast<std::size_t>(model.batch);
    if (auto read = engine::read_padded(data, 0, std::min(batch, data.size()), model, values.input()); !read)
        return read;
    std::vector<float> exit(batch * static_cast<std::size_t>(model.classes));
    const double budget = time_budget / double(std::max<std::size_t>(measurements, 1));
    for (std::size_t s = 0; s < programs.size(); ++s) {
        const StageIndex stage(s);
        for (const engine::Program& program : programs[s]) {
            if (progress.cancelled())
                return cancelled();
            engine::Program::Scratch scratch = program.scratch();
            const auto seconds = [&](bool head) {
                const auto start = Clock::now();
                program.run(scratch, values.inputs(stage), values.outputs(stage), exit, head);
                return std::chrono::duration<double>(Clock::now() - start).count();
            };
            seconds(true);
            seconds(false);
            std::vector<double> whole;
            std::vector<double> trunk;
            const auto start = Clock::now();
            while (whole.size() < fewest_runs ||
                   (whole.size() < most_runs && std::chrono::duration<double>(Clock::now() - start).count() < budget)) {
                whole.push_back(seconds(true));
                trunk.push_back(seconds(false));
            }
            const double per_image = 1e3 / double(batch);
            const double trunk_seconds = median(trunk);
            costs[s].trunk_ms.push_back(trunk_seconds * per_image);
            costs[s].head_ms.push_back(std::max(0.0, median(whole) - trunk_seconds) * per_image);
            progress.advance();
        }
    }
    return {};
}

std::string machine_description()
{
    std::string name = "unknown processor";
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            name = line.substr(colon + 2);
            break;
        }
    }
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    return name + ", " + std::to_string(cores) + (cores == 1 ? " core" : " cores");
}

}  // namespace exitscope::evaluate
