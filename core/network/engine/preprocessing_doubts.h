// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/notice.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// What is doubtful about how `data` becomes the network's input, to be said before a run:
/// * `preprocessing-unknown`: nobody said which numbers pixels become;
/// * `preprocessing-doubtful`: on a few images the network answers clearly better with another order of channels,
///   range, mean and standard deviation. Up to 64 images spread over `data` go through the last exit at fp32 with every
///   plausible alternative; one that looks better must also be so on other images. With labels, answers that are right
///   count, and they must be more than one answer for all gives; labels of one class say nothing. Without labels, and
///   where their numbering is in doubt, an alternative is better if the network gives nearly all images the same answer
///   now and tells them apart then. Takes a few seconds at most: large networks see fewer images, the largest none.
/// * `same-images`: those looked at do not differ;
/// * `array-values`: images are floats, which are fed as they are, and options say otherwise.
/// `probe` false leaves the second and third out.
/// Errors: an image that cannot be read or preprocessed; cancelled.
[[nodiscard]] Expected<Notices> preprocessing_doubts(const model::MultiExitModel& model, const dataset::Dataset& data,
                                                     bool probe, unsigned threads, Progress& progress);

}  // namespace exitscope::engine
