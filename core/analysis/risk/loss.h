// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/run/run.h"
#include "core/base/error.h"

namespace exitscope::risk {

/// Losses of an early answer against the full model's (methods.md#risk-control), p the probabilities of each:
///   performance gap    err_exit - err_full                                  in {-1, 0, 1}
///   consistency        1[yhat_exit != yhat_full]                            in {0, 1}
///   Brier gap          BS(p_exit, y) - BS(p_full, y), BS = |p - onehot|^2   in [-2, 2]
///   Brier consistency  the Brier gap with yhat_full for the label           in [-2, 2]
///   Hellinger          distance of p_exit and p_full                        in [0, 1]
enum class Loss { performance_gap, consistency, brier_gap, brier_consistency, hellinger };

struct LossInfo {
    Loss loss;
    std::string_view name;   ///< "performance-gap"
    std::string_view title;  ///< as shown to users: "Performance gap"
    double least;
    double bound;  ///< B, the largest value
    bool zero_one;
    bool needs_labels;
    bool needs_probabilities;
};
[[nodiscard]] std::span<const LossInfo> losses();
[[nodiscard]] const LossInfo& info(Loss loss);
/// The loss with this name; null if unknown. Case, "-", "_" and spaces do not matter; the synonyms "gap", "brier" and
/// "performance-gap-01" are accepted.
[[nodiscard]] const LossInfo* find_loss(std::string_view name);
/// The names as a list, for messages.
[[nodiscard]] std::string loss_names();

/// Samples of `split` on which the loss is defined: those with a label where it needs one.
[[nodiscard]] std::vector<std::uint32_t> usable_samples(const run::Split& split, Loss loss);

/// The full model's own answers on one split, the reference of every loss. Spans point into a measured run.
struct FullAnswers {
    std::span<const std::uint16_t> prediction;  ///< [samples]
    std::span<const float> probabilities;       ///< [samples * classes], empty where the run does not hold them
    std::size_t classes = 0;
};
[[nodiscard]] FullAnswers full_answers(const run::Run& measured, const run::Split& split);

/// Loss of answering at each state of a split, [states][samples]; 0 where it is not defined. The split may be that of a
/// run derived from the one that `full` is from. Errors: no labels, or no stored probabilities, where the loss needs
/// them.
[[nodiscard]] Expected<std::vector<std::vector<float>>> state_losses(const run::Split& split, const FullAnswers& full,
                                                                     Loss loss);

}  // namespace exitscope::risk
