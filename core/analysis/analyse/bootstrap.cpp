// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/bootstrap.h"

#include <algorithm>
#include <numeric>

#include <Eigen/Core>

#include "core/analysis/analyse/proportion.h"
#include "core/base/random.h"

namespace exitscope::analyse {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr std::size_t group_limit = 1000;
/// Keeps these draws apart from the other uses of the seed.
constexpr std::uint64_t group_key = 0x67726f7570ULL;
constexpr std::uint64_t draw_key = 0x626f6f74ULL;

/// The first value with the 2.5 % and 97.5 % percentiles of the others.
Estimate estimate(std::vector<double> values)
{
    Estimate e{values.front(), values.front(), values.front()};
    if (values.size() < 2)
        return e;
    const auto begin = values.begin() + 1;
    std::sort(begin, values.end());
    const auto at = [&](double share) {
        const double rank = share * double(values.size() - 2);
        const auto below = static_cast<std::ptrdiff_t>(rank);
        const auto above = std::min<std::ptrdiff_t>(below + 1, static_cast<std::ptrdiff_t>(values.size()) - 2);
        return begin[below] + (rank - double(below)) * (begin[above] - begin[below]);
    };
    e.low = at(0.025);
    e.high = at(0.975);
    return e;
}

}  // namespace

double ResampledCurve::value(std::size_t resample, double at_cost) const
{
    const auto begin = cost_.begin() + static_cast<std::ptrdiff_t>(resample * points_);
    const auto above = static_cast<std::size_t>(
        std::upper_bound(begin, begin + static_cast<std::ptrdiff_t>(points_), at_cost) - begin);
    if (above == 0)
        return accuracy(resample, 0);
    const double left = accuracy(resample, above - 1);
    if (above == points_ || !mixes_)
        return left;
    const double from = cost(resample, above - 1);
    const double gap = cost(resample, above) - from;
    return gap > 0 ? left + (at_cost - from) / gap * (accuracy(resample, above) - left) : left;
}

std::optional<double> ResampledCurve::least_cost(std::size_t resample, double wanted) const
{
    for (std::size_t p = 0; p < points_; ++p) {
        const double here = accuracy(resample, p);
        if (here < wanted)
            continue;
        if (p == 0 || !mixes_)
            return cost(resample, p);
        const double before = accuracy(resample, p - 1);
        const double from = cost(resample, p - 1);
        return from + (wanted - before) / (here - before) * (cost(resample, p) - from);
    }
    return std::nullopt;
}

double ResampledCurve::mean(std::size_t resample, double low) const
{
    double sum = 0;
    double from = low;
    double before = accuracy(resample, 0);
    for (std::size_t p = 0; p < points_ && from < 1; ++p) {
        const double to = std::min(cost(resample, p), 1.0);
        if (to > from) {
            sum += (to - from) * (mixes_ ? 0.5 * (before + value(resample, to)) : before);
            from = to;
        }
        before = accuracy(resample, p);
    }
    sum += std::max(0.0, 1 - from) * accuracy(resample, points_ - 1);
    return low < 1 ? sum / (1 - low) : before;
}

std::optional<Estimate> ResampledCurve::accuracy_at(double at_cost) const
{
    if (cost(0, 0) > at_cost)
        return std::nullopt;
    std::vector<double> values;
    for (std::size_t r = 0; r < resamples(); ++r)
        values.push_back(value(r, at_cost));
    if (values.front() != 0 && values.front() != 1)
        return estimate(std::move(values));
    const Proportion share = proportion(values.front() == 1 ? samples_ : 0, samples_);
    return Estimate{values.front(), share.low, share.high};
}

std::optional<Estimate> ResampledCurve::cost_at_drop(double drop) const
{
    std::vector<double> values;
    for (std::size_t r = 0; r < resamples(); ++r) {
        const std::optional<double> least = least_cost(r, full_[r] - drop);
        if (r == 0 && !least)
            return std::nullopt;
        values.push_back(least.value_or(1.0));
    }
    return estimate(std::move(values));
}

Estimate ResampledCurve::area(double low) const
{
    std::vector<double> values;
    for (std::size_t r = 0; r < resamples(); ++r)
        values.push_back(mean(r, low));
    return estimate(std::move(values));
}

std::optional<Estimate> difference_at(const ResampledCurve& a, const ResampledCurve& b, double cost)
{
    if (a.cost(0, 0) > cost || b.cost(0, 0) > cost)
        return std::nullopt;
    std::vector<double> values;
    for (std::size_t r = 0; r < std::min(a.resamples(), b.resamples()); ++r)
        values.push_back(a.value(r, cost) - b.value(r, cost));
    return estimate(std::move(values));
}

Expected<Bootstrap> Bootstrap::make(const run::Run& run, std::uint64_t seed, std::size_t resamples,
                                    std::span<const char> used)
{
    // Dealt in a random order, so that all groups are as large as each other within one image.
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t i = 0; i < run.test.labels.size(); ++i)
        if (run.test.labels[i] >= 0 && (used.empty() || used[i] != 0))
            order.emplace_back(mix64(mix64(seed ^ group_key) ^ i), i);
    if (order.empty())
        return bad_input("test split", "intervals need labels, and the test split has none");
    std::sort(order.begin(), order.end());

    Bootstrap bootstrap;
    const std::size_t groups = std::min(order.size(), group_limit);
    bootstrap.groups_ = groups;
    bootstrap.group_.assign(run.test.samples, -1);
    std::vector<double> size(groups, 0.0);
    std::vector<double> hits(groups, 0.0);
    const std::vector<std::uint16_t>& full = run.full_prediction(run.test);
    for (std::size_t k = 0; k < order.size(); ++k) {
        const std::size_t i = order[k].second;
        bootstrap.group_[i] = static_cast<std::int32_t>(k % groups);
        size[k % groups] += 1;
        hits[k % groups] += run.test.labels[i] == static_cast<std::int32_t>(full[i]);
    }

    bootstrap.weights_.assign((1 + resamples) * groups, 0.0);
    std::fill_n(bootstrap.weights_.begin(), groups, 1.0);
    Random random(mix64(seed ^ draw_key));
    for (std::size_t r = 0; r <= resamples; ++r) {
        double* weights = bootstrap.weights_.data() + r * groups;
        for (std::size_t draw = 0; draw < (r > 0 ? groups : 0); ++draw)
            weights[random.below(groups)] += 1;
        const double drawn = std::inner_product(size.begin(), size.end(), weights, 0.0);
        bootstrap.samples_.push_back(drawn);
        bootstrap.full_.push_back(std::inner_product(hits.begin(), hits.end(), weights, 0.0) / drawn);
    }
    return bootstrap;
}

ResampledCurve Bootstrap::curve(const PolicyResult& policy) const
{
    const run::Run& run = policy.analysis->run();
    const policy::Sweep& sweep = *policy.test;
    const auto points = static_cast<Index>(sweep.points());
    const auto groups = static_cast<Index>(groups_);
    const auto draws = static_cast<Index>(full_.size());
    // Changes from point to point summed over the images of a group, then cumulated over the points.
    MatrixXd cost = MatrixXd::Zero(points, groups);
    MatrixXd hits = MatrixXd::Zero(points, groups);
    for (std::size_t i = 0; i < sweep.samples(); ++i) {
        if (group_[i] < 0)
            continue;
        double cost_before = 0;
        double hit_before = 0;
        for (const policy::Sweep::Break& b : sweep.breaks(SampleIndex(i))) {
            const double cost_here = policy.costs.relative(b.state);
            const double hit_here = run.test.correct(b.state, SampleIndex(i)) ? 1 : 0;
            cost(b.point, group_[i]) += cost_here - cost_before;
            hits(b.point, group_[i]) += hit_here - hit_before;
            cost_before = cost_here;
            hit_before = hit_here;
        }
    }
    for (Index p = 1; p < points; ++p) {
        cost.row(p) += cost.row(p - 1);
        hits.row(p) += hits.row(p - 1);
    }

    ResampledCurve curve;
    curve.points_ = sweep.points();
    curve.full_ = full_;
    curve.samples_ = static_cast<std::size_t>(samples_.front());
    curve.mixes_ = policy.fitted->mixes();
    curve.cost_.resize(full_.size() * sweep.points());
    curve.accuracy_.resize(full_.size() * sweep.points());
    const Eigen::Map<const MatrixXd> weights(weights_.data(), groups, draws);
    const Eigen::Map<const Eigen::RowVectorXd> samples(samples_.data(), draws);
    Eigen::Map<MatrixXd> mean_cost(curve.cost_.data(), points, draws);
    Eigen::Map<MatrixXd> mean_hits(curve.accuracy_.data(), points, draws);
    mean_cost.noalias() = cost * weights;
    mean_hits.noalias() = hits * weights;
    mean_cost.array().rowwise() /= samples.array();
    mean_hits.array().rowwise() /= samples.array();
    for (Index p = 1; p < points; ++p)
        mean_cost.row(p) = mean_cost.row(p).cwiseMax(mean_cost.row(p - 1));
    return curve;
}

void Bootstrap::set_bands(const ResampledCurve& resampled, Curve& curve)
{
    for (CurvePoint& point : curve.points) {
        if (const auto band = resampled.accuracy_at(point.relative_cost)) {
            point.accuracy.low = std::min(band->low, point.accuracy.value);
            point.accuracy.high = std::max(band->high, point.accuracy.value);
        }
    }
}

Estimate Bootstrap::mean(std::span<const float> values) const
{
    std::vector<double> sums(groups_, 0.0);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (group_[i] >= 0)
            sums[static_cast<std::size_t>(group_[i])] += double(values[i]);
    std::vector<double> means;
    for (std::size_t r = 0; r < samples_.size(); ++r)
        means.push_back(std::inner_product(sums.begin(), sums.end(), weights_.data() + r * groups_, 0.0) / samples_[r]);
    return estimate(std::move(means));
}

}  // namespace exitscope::analyse
