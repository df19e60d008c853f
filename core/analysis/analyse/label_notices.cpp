// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/label_notices.h"

#include <algorithm>
#include <utility>

#include "core/analysis/predict/mean_errors.h"

namespace exitscope::analyse {
namespace {

constexpr std::size_t few_for_an_accuracy = 30;  ///< its 95 % interval is then wider than 18 points at any value

std::string labels_on(const LabelCount& split)
{
    return split.split + " has labels on " + std::to_string(split.labelled) + " of " + std::to_string(split.images) +
           (split.images == 1 ? " image" : " images");
}

}  // namespace

LabelCount count_labels(std::string split, std::span<const std::int32_t> labels, std::size_t images)
{
    const auto given = std::count_if(labels.begin(), labels.end(), [](std::int32_t label) { return label >= 0; });
    return {std::move(split), static_cast<std::size_t>(given), images};
}

Notices partly_labelled(const LabelCount& split)
{
    if (split.labelled == 0 || split.labelled == split.images)
        return {};
    return {{"partly-labelled", labels_on(split) + ", and accuracies are those of these alone"}};
}

Notices label_notices(const LabelCount& fit, const LabelCount& test)
{
    Notices notices;
    if (fit.labelled < predict::least_samples)
        notices.push_back({"few-labels", labels_on(fit) + ", too few to predict errors image by image: every image "
                                                          "gets the mean error of its state"});
    else if (fit.labelled < fit.images)
        notices.push_back(
            {"partly-labelled", labels_on(fit) + ", and what learns from errors learns from these alone"});
    if (test.labelled > 0 && test.labelled < few_for_an_accuracy)
        notices.push_back({"few-labels", labels_on(test) + ", so that accuracies on it say little"});
    else
        add_notices(notices, partly_labelled(test));
    return notices;
}

}  // namespace exitscope::analyse
