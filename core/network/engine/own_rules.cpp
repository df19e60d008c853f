// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/own_rules.h"

#include <algorithm>
#include <cmath>

#include "core/base/softmax.h"

namespace exitscope::engine {
namespace {

/// Probabilities from an exit's output, logits by the file's own softmax in single precision.
std::vector<float> probabilities(std::span<const float> output, OutputKind kind)
{
    std::vector<float> p(output.begin(), output.end());
    if (kind != OutputKind::logits) {
        const std::span<const float> row = probabilities_of(output, kind, p);
        return {row.begin(), row.end()};
    }
    const float largest = *std::max_element(p.begin(), p.end());
    float sum = 0;
    for (float& x : p)
        sum += x = std::exp(x - largest);
    for (float& x : p)
        x /= sum;
    return p;
}

bool leaves(const model::Stage& stage, std::span<const float> output)
{
    if (!stage.rule)
        return false;
    const std::vector<float> p = probabilities(output, stage.exit_kind);
    const model::ExitRule& rule = *stage.rule;
    if (rule.measure == model::ExitRule::Measure::confidence) {
        const float confidence = *std::max_element(p.begin(), p.end());
        return confidence > rule.threshold || (rule.or_equal && confidence == rule.threshold);
    }
    float entropy = 0;
    for (const float x : p)
        entropy -= x > 0 ? x * std::log(x) : 0.0F;
    return entropy < rule.threshold || (rule.or_equal && entropy == rule.threshold);
}

}  // namespace

std::optional<RuledRun> apply_own_rules(const model::MultiExitModel& model, const ModelRun& run,
                                        std::span<const std::int32_t> labels)
{
    if (run.samples == 0 || std::none_of(model.stages.begin(), model.stages.end(),
                                         [](const model::Stage& stage) { return stage.rule.has_value(); }))
        return std::nullopt;
    RuledRun ruled;
    ruled.shares.assign(run.exits, 0.0);
    std::size_t right = 0;
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < run.samples; ++i) {
        std::size_t exit = 0;
        std::span<const float> output;
        for (;; ++exit) {
            output = std::span(run.logits).subspan((exit * run.samples + i) * run.classes, run.classes);
            if (exit + 1 == run.exits || leaves(model.stages[exit], output))
                break;
        }
        ruled.exit.push_back(static_cast<std::uint32_t>(exit));
        ruled.shares[exit] += 1.0;
        if (i >= labels.size() || labels[i] < 0)
            continue;
        ++labelled;
        right += std::max_element(output.begin(), output.end()) - output.begin() == labels[i];
    }
    for (double& share : ruled.shares)
        share /= double(run.samples);
    if (labelled > 0)
        ruled.accuracy = double(right) / double(labelled);
    return ruled;
}

}  // namespace exitscope::engine
