// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/confusion.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace exitscope::analyse {

Confusion confusion(const run::Run& run, std::span<const StateIndex> states, const ConfusionScope& scope)
{
    Confusion confusion;
    if (run.classes > most_confusion_classes)
        return confusion;
    confusion.classes = run.classes;
    confusion.counts.assign(run.classes * run.classes, 0);
    const run::Split& test = run.test;
    const std::vector<std::uint16_t>& full = run.full_prediction(test);
    for (std::size_t i = 0; i < states.size(); ++i) {
        const StateIndex state = states[i];
        if (scope.exit && run.states[state.at()].exit != *scope.exit)
            continue;
        if (test.labelled() && test.labels[i] < 0)
            continue;
        const std::size_t truth = test.labelled() ? static_cast<std::size_t>(test.labels[i]) : full[i];
        const std::size_t answer = scope.full_model ? full[i] : test.prediction[state.at()][i];
        if (truth >= run.classes || answer >= run.classes)
            continue;
        ++confusion.counts[truth * run.classes + answer];
        ++confusion.samples;
    }
    return confusion;
}

std::vector<ConfusedPair> confused_pairs(const Confusion& confusion, std::size_t most)
{
    std::vector<ConfusedPair> pairs;
    for (std::size_t truth = 0; truth < confusion.classes; ++truth) {
        const auto row = std::span(confusion.counts).subspan(truth * confusion.classes, confusion.classes);
        const std::uint32_t of = std::accumulate(row.begin(), row.end(), std::uint32_t{0});
        for (std::size_t answer = 0; answer < row.size(); ++answer)
            if (answer != truth && row[answer] > 0)
                pairs.push_back(
                    {static_cast<std::uint32_t>(truth), static_cast<std::uint32_t>(answer), row[answer], of});
    }
    const auto kept = pairs.begin() + static_cast<std::ptrdiff_t>(std::min(most, pairs.size()));
    std::partial_sort(pairs.begin(), kept, pairs.end(), [](const ConfusedPair& a, const ConfusedPair& b) {
        return std::tuple(b.count, a.truth, a.answer) < std::tuple(a.count, b.truth, b.answer);
    });
    pairs.erase(kept, pairs.end());
    return pairs;
}

std::vector<std::uint32_t> by_errors(const Confusion& confusion)
{
    std::vector<std::uint64_t> errors(confusion.classes, 0);
    for (std::size_t truth = 0; truth < confusion.classes; ++truth) {
        for (std::size_t answer = 0; answer < confusion.classes; ++answer) {
            if (answer == truth)
                continue;
            errors[truth] += confusion.count(truth, answer);
            errors[answer] += confusion.count(truth, answer);
        }
    }
    std::vector<std::uint32_t> order(confusion.classes);
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return errors[a] > errors[b]; });
    return order;
}

}  // namespace exitscope::analyse
