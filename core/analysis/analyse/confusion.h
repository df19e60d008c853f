// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/analysis/run/run.h"

namespace exitscope::analyse {

/// With more classes than this no matrix is computed: it would be too large to store and to read.
inline constexpr std::size_t most_confusion_classes = 2000;

/// Number of test samples by class and answer. On a split without labels the full model's answer replaces the class.
struct Confusion {
    std::size_t classes = 0;
    std::size_t samples = 0;            ///< number of samples counted: those with a class
    std::vector<std::uint32_t> counts;  ///< [classes * classes], by class and then answer

    [[nodiscard]] std::uint32_t count(std::size_t truth, std::size_t answer) const
    {
        return counts[truth * classes + answer];
    }
};

/// Selection of the samples to count, and of the model that answers.
struct ConfusionScope {
    std::optional<ExitIndex> exit;  ///< only those that leave there
    bool full_model = false;        ///< the full model's answers on these samples instead of the decided ones
};

/// `states` [test samples] are the decided states, numbered in `run`. Empty for more than most_confusion_classes.
[[nodiscard]] Confusion confusion(const run::Run& run, std::span<const StateIndex> states,
                                  const ConfusionScope& scope = {});

/// An entry of the confusion matrix off its diagonal: samples of one class answered with another.
struct ConfusedPair {
    std::uint32_t truth = 0;
    std::uint32_t answer = 0;
    std::uint32_t count = 0;
    std::uint32_t of = 0;  ///< samples of class `truth`
};
/// At most `most` pairs with errors, most errors first, then by class and answer.
[[nodiscard]] std::vector<ConfusedPair> confused_pairs(const Confusion& confusion, std::size_t most);

/// Classes with the most errors (made on them, or by answering with them) first; equal ones keep their order.
[[nodiscard]] std::vector<std::uint32_t> by_errors(const Confusion& confusion);

}  // namespace exitscope::analyse
