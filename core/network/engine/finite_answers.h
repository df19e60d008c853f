// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/notice.h"
#include "core/base/precision.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

/// Whether a network answers with numbers. NaN and infinity come from single images (a black one divided by its norm)
/// and would spoil every mean that they enter.
namespace exitscope::engine {

[[nodiscard]] bool is_finite(std::span<const float> answer);
/// The error of an answer that is not finite, by image, name of the exit and state: "fp32", or the precisions of the
/// stages so far, "w4a4-w8a8".
[[nodiscard]] Error not_finite(const dataset::Dataset& data, SampleIndex sample, std::string_view exit,
                               std::string_view state);

/// One head's answers on consecutive samples of a data set.
struct AnswerRows {
    const dataset::Dataset& data;
    std::size_t begin = 0;          ///< first sample
    std::span<const float> values;  ///< [samples, classes]
    std::size_t classes = 1;
    std::string_view exit;
    std::string_view state;
};
/// Error: not_finite() of the first such image.
[[nodiscard]] Expected<void> check_finite(const AnswerRows& rows);

/// read_padded() of images whose values are finite. Errors: reading; an image with NaN or infinity, named.
[[nodiscard]] Expected<void> read_finite(const dataset::Dataset& data, std::size_t begin, std::size_t count,
                                         const model::MultiExitModel& model, std::span<float> input);

/// Whether finite images can make numbers that are not finite: by a division, a logarithm, a root or a power. Integer
/// stages hide these, because a byte is always a number.
[[nodiscard]] bool may_lose_numbers(const model::Graph& graph);

struct FiniteOptions {
    std::int64_t batch = 16;
    unsigned threads = 1;  ///< 0 = one per core; results do not depend on it
};
/// Error: not_finite() of the first image on which some exit does not answer with finite numbers at fp32. Errors:
/// reading; cancelled.
[[nodiscard]] Expected<void> check_answers(const model::MultiExitModel& model, const dataset::Dataset& data,
                                           const FiniteOptions& options, Progress& progress);
/// check_answers() where `precisions` alone would hide such an image: none of them is fp32, and the network
/// may_lose_numbers().
[[nodiscard]] Expected<void> check_hidden_answers(const model::MultiExitModel& model,
                                                  std::span<const Precision> precisions, const dataset::Dataset& data,
                                                  const FiniteOptions& options, Progress& progress);
/// The images that can be read and on which every exit answers with finite numbers at fp32. The others are in
/// Info::skipped, and a notice (code "left-out") names up to ten of them; `data` itself when there are no others. Sizes
/// are to be checked before (dataset::check_sizes()): an image that cannot be preprocessed counts as unreadable.
/// Errors: none is left; cancelled.
[[nodiscard]] Expected<dataset::DatasetPtr> finite_part(const model::MultiExitModel& model, dataset::DatasetPtr data,
                                                        const FiniteOptions& options, Progress& progress);

}  // namespace exitscope::engine
