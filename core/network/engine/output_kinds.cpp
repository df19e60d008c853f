// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/output_kinds.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "core/network/engine/run_model.h"

namespace exitscope::engine {
namespace {

/// Images that are enough: logits that look like probabilities on every one of them do not occur.
constexpr std::size_t most_images = 64;
constexpr double sum_tolerance = 0.01;
constexpr float bound_tolerance = 1e-3F;

OutputKind kind_of(std::span<const float> rows, std::size_t classes)
{
    bool any = false;
    bool sums_to_one = true;
    for (std::size_t begin = 0; begin < rows.size(); begin += classes) {
        const std::span<const float> row = rows.subspan(begin, classes);
        double sum = 0;
        for (const float p : row)
            sum += double(p);
        if (!std::isfinite(sum))
            continue;
        const auto [low, high] = std::minmax_element(row.begin(), row.end());
        if (*low < -bound_tolerance || *high > 1.0F + bound_tolerance)
            return OutputKind::logits;
        any = true;
        sums_to_one = sums_to_one && std::fabs(sum - 1.0) <= sum_tolerance;
    }
    return !any ? OutputKind::logits : sums_to_one ? OutputKind::probabilities : OutputKind::scores;
}

}  // namespace

Expected<void> decide_output_kinds(model::MultiExitModel& model, const dataset::Dataset& data, unsigned threads,
                                   Progress& progress)
{
    if (std::all_of(model.stages.begin(), model.stages.end(), [](const auto& stage) { return stage.exit_kind_known; }))
        return {};
    const dataset::DatasetPtr images = dataset::first({dataset::DatasetPtr(), &data}, most_images);  // not owned
    const Expected<ModelRun> run = run_model(model, nullptr, fp32, *images, {16, threads, false}, progress);
    if (!run)
        return tl::unexpected<Error>(run.error());
    std::string scores;
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        model::Stage& stage = model.stages[s];
        if (stage.exit_kind_known)
            continue;
        const std::size_t length = run->samples * run->classes;
        stage.exit_kind = kind_of(std::span(run->logits).subspan(s * length, length), run->classes);
        stage.exit_kind_known = run->samples > 0;
        if (stage.exit_kind == OutputKind::scores)
            scores += (scores.empty() ? "'" : ", '") + stage.exit_name + "'";
    }
    if (!scores.empty())
        model.notices.push_back(
            {"output-scores", model.path.string() + ": the numbers of " + scores +
                                  " lie between 0 and 1 and do not sum to 1 (as after a sigmoid): they are divided by "
                                  "their sum; --outputs logits takes the softmax of them instead"});
    return {};
}

}  // namespace exitscope::engine
