// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/roc.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace exitscope::predict {

Roc roc(std::span<const float> predicted, std::span<const std::uint8_t> wrong)
{
    Roc result;
    const std::size_t samples = std::min(predicted.size(), wrong.size());
    std::vector<std::uint32_t> order(samples);
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [predicted](std::uint32_t a, std::uint32_t b) {
        return predicted[a] != predicted[b] ? predicted[a] > predicted[b] : a < b;
    });
    for (const std::uint32_t i : order)
        ++(wrong[i] != 0 ? result.wrong : result.right);
    const auto wrongs = double(result.wrong);
    const auto rights = double(result.right);
    const auto share = [](double part, double of) { return of > 0 ? part / of : 0.0; };
    result.points.push_back({INFINITY, 0, 0});
    double beaten = 0;  // pairs of a wrong and a right answer in which the wrong one has the larger error; ties half
    double caught = 0;
    double alarms = 0;
    for (std::size_t begin = 0; begin < samples;) {
        std::size_t end = begin;
        double tied_wrong = 0;
        for (; end < samples && predicted[order[end]] == predicted[order[begin]]; ++end)
            tied_wrong += wrong[order[end]] != 0;
        const double tied_right = double(end - begin) - tied_wrong;
        beaten += tied_wrong * (rights - alarms - tied_right / 2);
        caught += tied_wrong;
        alarms += tied_right;
        result.points.push_back({double(predicted[order[begin]]), share(caught, wrongs), share(alarms, rights)});
        begin = end;
    }
    if (result.wrong > 0 && result.right > 0)
        result.auroc = beaten / (wrongs * rights);
    return result;
}

std::vector<RocPoint> thinned(const std::vector<RocPoint>& points, std::size_t count)
{
    if (points.size() <= count)
        return points;
    std::vector<RocPoint> kept;
    const double step = 2.0 / double(count - 1);  // the curve is at most 2 long, along its sides
    double next = 0;
    for (const RocPoint& point : points) {
        if (point.caught + point.alarms < next)
            continue;
        kept.push_back(point);
        next = step * (std::floor((point.caught + point.alarms) / step) + 1);
    }
    if (kept.back().threshold != points.back().threshold)
        kept.push_back(points.back());
    return kept;
}

ScoreHistogram score_histogram(std::span<const float> predicted, std::span<const std::uint8_t> wrong, std::size_t bins)
{
    ScoreHistogram histogram{0, std::vector<std::size_t>(bins, 0), std::vector<std::size_t>(bins, 0)};
    for (const float p : predicted)
        histogram.highest = std::max(histogram.highest, double(p));
    if (!(histogram.highest > 0))
        histogram.highest = 1;
    for (std::size_t i = 0; i < std::min(predicted.size(), wrong.size()); ++i) {
        const auto bin = static_cast<std::size_t>(double(bins) * double(predicted[i]) / histogram.highest);
        ++(wrong[i] != 0 ? histogram.wrong : histogram.right)[std::min(bin, bins - 1)];
    }
    return histogram;
}

}  // namespace exitscope::predict
