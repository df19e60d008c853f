// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/neighbours.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace exitscope::analyse {
namespace {

constexpr float leastProbability = 1e-7F;

/// ln p less its mean over the classes: the centred logits.
void centred_logits(std::span<const float> probabilities, std::span<float> logits)
{
    float sum = 0;
    for (std::size_t c = 0; c < logits.size(); ++c) {
        logits[c] = std::log(std::max(probabilities[c], leastProbability));
        sum += logits[c];
    }
    for (float& logit : logits)
        logit -= sum / static_cast<float>(logits.size());
}

}  // namespace

std::vector<Neighbour> nearest_answers(const run::Run& run, StateIndex state, SampleIndex sample, std::size_t count)
{
    const auto& stored = run.test.probabilities;
    if (stored.size() != run.states.size() || run.classes == 0 || sample.at() >= run.test.samples || count == 0)
        return {};
    const auto row = [&](std::size_t i) { return std::span(stored[state.at()]).subspan(i * run.classes, run.classes); };
    std::vector<float> wanted(run.classes);
    std::vector<float> here(run.classes);
    centred_logits(row(sample.at()), wanted);
    const auto nearer = [](const Neighbour& a, const Neighbour& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.sample.value < b.sample.value;
    };
    std::vector<Neighbour> nearest;  // a heap, the farthest on top
    for (std::size_t i = 0; i < run.test.samples; ++i) {
        if (i == sample.at())
            continue;
        centred_logits(row(i), here);
        double square = 0;
        for (std::size_t c = 0; c < run.classes; ++c)
            square += double(here[c] - wanted[c]) * double(here[c] - wanted[c]);
        const Neighbour found{SampleIndex(i), std::sqrt(square)};
        if (nearest.size() == count && !nearer(found, nearest.front()))
            continue;
        if (nearest.size() == count) {
            std::pop_heap(nearest.begin(), nearest.end(), nearer);
            nearest.pop_back();
        }
        nearest.push_back(found);
        std::push_heap(nearest.begin(), nearest.end(), nearer);
    }
    std::sort_heap(nearest.begin(), nearest.end(), nearer);
    return nearest;
}

}  // namespace exitscope::analyse
