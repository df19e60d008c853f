// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/profile.h"

#include <cstdint>

namespace exitscope::engine {

StepSeconds step_seconds(const std::vector<Program>& programs)
{
    StepSeconds seconds;
    for (const Program& program : programs)
        seconds.emplace_back(program.steps().size(), 0.0);
    return seconds;
}

std::vector<ProfileRow> profile(const model::MultiExitModel& model, const std::vector<Program>& programs,
                                const StepSeconds& seconds, std::size_t samples)
{
    std::vector<ProfileRow> rows;
    std::vector<std::size_t> last(model.graph.nodes.size(), SIZE_MAX);  // a node may take several steps: padding first
    double total = 0;
    for (std::size_t stage = 0; stage < programs.size(); ++stage) {
        const std::vector<Program::StepInfo> steps = programs[stage].steps();
        for (std::size_t s = 0; s < steps.size(); ++s) {
            ProfileRow& row = rows.emplace_back();
            row.stage = StageIndex(stage);
            row.head = steps[s].head;
            row.conversion = !steps[s].conversion.empty();
            row.operators = steps[s].conversion;
            row.seconds = samples > 0 ? seconds[stage][s] / double(samples) : 0.0;
            total += row.seconds;
            if (!steps[s].nodes.empty())
                row.node = model.graph.node(steps[s].nodes.front()).name;
            if (row.conversion)
                continue;
            for (const NodeIndex index : steps[s].nodes) {
                const model::Node& node = model.graph.node(index);
                row.operators += (row.operators.empty() ? "" : "+") + node.op;
                last[index.at()] = rows.size() - 1;
            }
        }
    }
    for (std::size_t n = 0; n < last.size(); ++n)
        if (last[n] != SIZE_MAX)
            rows[last[n]].macs += double(model::macs(model.graph, model.graph.nodes[n])) / double(model.batch);
    for (ProfileRow& row : rows)
        row.share = total > 0 ? row.seconds / total : 0.0;
    return rows;
}

}  // namespace exitscope::engine
