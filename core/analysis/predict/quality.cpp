// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/quality.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/analysis/predict/wilson.h"
#include "core/base/radix_sort.h"

namespace exitscope::predict {
namespace {

std::vector<std::uint32_t> ascending(std::span<const float> values)
{
    std::vector<Keyed> keyed(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        keyed[i] = {sort_key(values[i]), static_cast<std::uint32_t>(i)};
    radix_sort(keyed);
    std::vector<std::uint32_t> order(values.size());
    for (std::size_t i = 0; i < keyed.size(); ++i)
        order[i] = keyed[i].value;
    return order;
}

/// End of the run of equal values that starts at `begin` of the sorted order.
std::size_t end_of_ties(std::span<const float> values, std::span<const std::uint32_t> order, std::size_t begin)
{
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]])
        ++end;
    return end;
}

/// Mann-Whitney: share of (wrong, right) pairs in which the wrong answer has the higher prediction, ties one half.
double auroc(std::span<const float> predicted, std::span<const std::uint8_t> wrong,
             std::span<const std::uint32_t> order)
{
    double pairs_won = 0;
    double rights = 0;
    double wrongs = 0;
    for (std::size_t begin = 0; begin < order.size();) {
        const std::size_t end = end_of_ties(predicted, order, begin);
        double tied_wrong = 0;
        for (std::size_t i = begin; i < end; ++i)
            tied_wrong += wrong[order[i]] != 0;
        const double tied_right = static_cast<double>(end - begin) - tied_wrong;
        pairs_won += tied_wrong * (rights + 0.5 * tied_right);
        rights += tied_right;
        wrongs += tied_wrong;
        begin = end;
    }
    return rights > 0 && wrongs > 0 ? pairs_won / (rights * wrongs) : 0.5;
}

std::vector<ReliabilityBin> quantile_bins(std::span<const float> predicted, std::span<const std::uint8_t> wrong,
                                          std::span<const std::uint32_t> order, std::size_t bins)
{
    std::vector<ReliabilityBin> result;
    std::size_t begin = 0;
    for (std::size_t b = 1; b <= bins && begin < order.size(); ++b) {
        std::size_t end = order.size() * b / bins;
        if (end <= begin)
            continue;
        end = end_of_ties(predicted, order, end - 1);
        ReliabilityBin bin;
        bin.samples = end - begin;
        bin.lower_edge = static_cast<double>(predicted[order[begin]]);
        bin.upper_edge = static_cast<double>(predicted[order[end - 1]]);
        std::size_t wrongs = 0;
        for (std::size_t i = begin; i < end; ++i) {
            bin.predicted += static_cast<double>(predicted[order[i]]);
            wrongs += wrong[order[i]] != 0;
        }
        const double count = static_cast<double>(bin.samples);
        bin.predicted /= count;
        bin.actual = static_cast<double>(wrongs) / count;
        const Interval interval = wilson(wrongs, bin.samples);
        bin.low = interval.low;
        bin.high = interval.high;
        result.push_back(bin);
        begin = end;
    }
    return result;
}

}  // namespace

std::size_t width_bin(float predicted)
{
    const float bin = predicted * static_cast<float>(calibration_bins);
    return bin > 0 ? std::min(static_cast<std::size_t>(bin), calibration_bins - 1) : 0;
}

Quality quality(std::span<const float> predicted, std::span<const std::uint8_t> wrong)
{
    Quality q;
    q.samples = std::min(predicted.size(), wrong.size());
    if (q.samples == 0)
        return q;
    predicted = predicted.first(q.samples);
    const std::vector<std::uint32_t> order = ascending(predicted);
    const double count = static_cast<double>(q.samples);
    q.auroc = auroc(predicted, wrong, order);
    for (const ReliabilityBin& bin : quantile_bins(predicted, wrong, order, calibration_bins))
        q.ece += static_cast<double>(bin.samples) / count * std::abs(bin.predicted - bin.actual);
    std::array<double, calibration_bins> excess{};
    for (std::size_t i = 0; i < q.samples; ++i) {
        const double p = static_cast<double>(predicted[i]);
        const double y = wrong[i] != 0 ? 1.0 : 0.0;
        excess[width_bin(predicted[i])] += p - y;
        q.brier += (p - y) * (p - y) / count;
        q.log_loss -= std::log(std::max(wrong[i] != 0 ? p : 1 - p, 1e-12)) / count;
    }
    for (const double e : excess)
        q.ece_width += std::abs(e) / count;
    return q;
}

std::vector<ReliabilityBin> reliability(std::span<const float> predicted, std::span<const std::uint8_t> wrong,
                                        std::size_t bins)
{
    predicted = predicted.first(std::min(predicted.size(), wrong.size()));
    return quantile_bins(predicted, wrong, ascending(predicted), bins);
}

}  // namespace exitscope::predict
