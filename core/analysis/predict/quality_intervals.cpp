// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/quality_intervals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "core/base/random.h"

namespace exitscope::predict {
namespace {

constexpr std::size_t draws = 200;
constexpr std::size_t groups = 1000;
constexpr std::size_t answer_limit = 500'000;

struct Answer {
    float predicted;
    std::uint16_t group;
    bool wrong;
};

/// Per group, the sum of predicted minus actual error over the answers of one bin.
struct Bin {
    std::vector<double> excess = std::vector<double>(groups, 0.0);
};

using Weights = std::vector<std::uint32_t>;  ///< [groups] number of times that a group was drawn

/// Mann-Whitney over the answers in order of their prediction, each counted as often as its group was drawn.
double auroc(const std::vector<Answer>& ascending, const Weights& weights)
{
    double won = 0;
    double rights = 0;
    double wrongs = 0;
    for (std::size_t begin = 0; begin < ascending.size();) {
        double tied_right = 0;
        double tied_wrong = 0;
        std::size_t end = begin;
        for (; end < ascending.size() && ascending[end].predicted == ascending[begin].predicted; ++end)
            (ascending[end].wrong ? tied_wrong : tied_right) += weights[ascending[end].group];
        won += tied_wrong * (rights + 0.5 * tied_right);
        rights += tied_right;
        wrongs += tied_wrong;
        begin = end;
    }
    return rights > 0 && wrongs > 0 ? won / (rights * wrongs) : 0.5;
}

double calibration_error(const std::vector<Bin>& bins, const std::vector<double>& counts, const Weights& weights)
{
    double error = 0;
    for (const Bin& bin : bins) {
        double excess = 0;
        for (std::size_t g = 0; g < groups; ++g)
            excess += weights[g] * bin.excess[g];
        error += std::abs(excess);
    }
    double count = 0;
    for (std::size_t g = 0; g < groups; ++g)
        count += weights[g] * counts[g];
    return count > 0 ? error / count : 0.0;
}

Interval interval(std::vector<double> values, double estimate, double highest)
{
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return std::clamp(values[static_cast<std::size_t>(share * double(values.size() - 1))] - mean + estimate, 0.0,
                          highest);
    };
    return {at(0.025), at(0.975)};
}

}  // namespace

QualityIntervals quality_intervals(std::span<const float> predicted, std::span<const std::uint8_t> wrong,
                                   std::span<const std::uint32_t> image, std::uint64_t seed)
{
    const std::size_t size = std::min({predicted.size(), wrong.size(), image.size()});
    if (size == 0)
        return {};
    std::vector<Answer> answers;
    const std::size_t step = 1 + size / answer_limit;
    for (std::size_t i = 0; i < size; i += step)
        answers.push_back(
            {predicted[i], static_cast<std::uint16_t>(mix64(mix64(seed) ^ image[i]) % groups), wrong[i] != 0});
    std::sort(answers.begin(), answers.end(),
              [](const Answer& a, const Answer& b) { return a.predicted < b.predicted; });

    std::vector<double> counts(groups, 0.0);
    std::array<std::vector<Bin>, 2> bins;  // of equal counts, of equal width
    bins.fill(std::vector<Bin>(calibration_bins));
    std::size_t quantile = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const Answer& answer = answers[i];
        // Ties stay together, as in reliability().
        if ((i == 0 || answers[i - 1].predicted != answer.predicted))
            quantile = std::min(i * calibration_bins / answers.size(), calibration_bins - 1);
        const double excess = static_cast<double>(answer.predicted) - (answer.wrong ? 1.0 : 0.0);
        bins[0][quantile].excess[answer.group] += excess;
        bins[1][width_bin(answer.predicted)].excess[answer.group] += excess;
        counts[answer.group] += 1;
    }

    const Weights once(groups, 1);
    std::array<std::vector<double>, 3> values;
    Random random(mix64(seed) ^ answers.size());
    Weights weights(groups);
    for (std::size_t d = 0; d < draws; ++d) {
        std::fill(weights.begin(), weights.end(), 0U);
        for (std::size_t g = 0; g < groups; ++g)
            ++weights[std::min(groups - 1, static_cast<std::size_t>(random.uniform() * double(groups)))];
        values[0].push_back(auroc(answers, weights));
        values[1].push_back(calibration_error(bins[0], counts, weights));
        values[2].push_back(calibration_error(bins[1], counts, weights));
    }
    return {interval(std::move(values[0]), auroc(answers, once), 1.0),
            interval(std::move(values[1]), calibration_error(bins[0], counts, once), 1.0),
            interval(std::move(values[2]), calibration_error(bins[1], counts, once), 1.0)};
}

}  // namespace exitscope::predict
