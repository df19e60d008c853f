// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/reduce.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "core/network/engine/kernels/clones.h"
#include "core/network/engine/kernels/exponential.h"
#include "core/network/engine/kernels/rows.h"

namespace exitscope::engine::kernels {
namespace {

/// Calls visit(offset) for every position of `axes`, the last one fastest.
template <class Axes, class Visit>
void walk(const Axes& axes, Visit visit)
{
    std::size_t total = 1;
    for (const auto& axis : axes)
        total *= axis.extent;
    for (std::size_t i = 0; i < total; ++i) {
        std::size_t rest = i;
        std::size_t offset = 0;
        for (std::size_t d = axes.size(); d-- > 0;) {
            offset += rest % axes[d].extent * axes[d].stride;
            rest /= axes[d].extent;
        }
        visit(offset);
    }
}

/// Sum of e^x as e^high times sum of e^(x - high).
struct ScaledSum {
    double high = -std::numeric_limits<double>::infinity();
    double sum = 0;

    void add(double x)
    {
        if (x == -std::numeric_limits<double>::infinity())
            return;
        if (!(x <= high)) {
            sum = sum == 0 ? 1 : sum * exponential(high - x) + 1;
            high = x;
        } else {
            sum += x == high ? 1 : exponential(x - high);  // also where both are infinite
        }
    }
    [[nodiscard]] double logarithm() const { return high + std::log(sum); }
};

EXITSCOPE_CLONES void add_scaled(const float* row, float factor, float* out, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] += factor * row[i];
}

}  // namespace

Reduce::Reduce(Reduction reduction, const Shape& shape, const std::vector<std::int64_t>& axes) : reduction_(reduction)
{
    std::size_t stride = 1;
    bool last_reduced = false;
    for (std::size_t d = shape.size(); d-- > 0;) {
        const auto extent = static_cast<std::size_t>(shape[d]);
        const bool reduced = std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(d)) != axes.end();
        std::vector<Axis>& group = reduced ? reduced_ : kept_;
        if (!group.empty() && reduced == last_reduced)
            group.front().extent *= extent;
        else
            group.insert(group.begin(), {extent, stride});
        last_reduced = reduced;
        stride *= extent;
        if (reduced)
            count_ *= static_cast<double>(extent);
    }
    if (!kept_.empty() && kept_.back().stride == 1) {
        row_ = kept_.back().extent;
        kept_.pop_back();
    }
}

template <class T, class Accumulator, class Step, class Finish>
void Reduce::run(const T* in, T* out, Accumulator start, Step step, Finish finish) const
{
    constexpr std::size_t block = 64;
    std::array<Accumulator, block> sums;
    const Axis inner = reduced_.empty() ? Axis{1, 1} : reduced_.back();
    const std::span<const Axis> outer(reduced_.data(), reduced_.empty() ? 0 : reduced_.size() - 1);
    walk(kept_, [&](std::size_t base) {
        for (std::size_t first = 0; first < row_; first += block) {
            const std::size_t width = std::min(block, row_ - first);
            std::fill_n(sums.begin(), width, start);
            walk(outer, [&](std::size_t at) {
                const T* from = in + base + first + at;
                if (width == 1) {
                    for (std::size_t i = 0; i < inner.extent; ++i)
                        step(sums[0], from[i * inner.stride]);
                    return;
                }
                for (std::size_t i = 0; i < inner.extent; ++i, from += inner.stride)
                    for (std::size_t c = 0; c < width; ++c)
                        step(sums[c], from[c]);
            });
            for (std::size_t c = 0; c < width; ++c)
                *out++ = finish(sums[c]);
        }
    });
}

void Reduce::operator()(const float* in, float* out) const
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const auto add = [](double& sum, float x) { sum += x; };
    const auto add_square = [](double& sum, float x) { sum += double(x) * double(x); };
    const auto as_is = [](double sum) { return static_cast<float>(sum); };
    switch (reduction_) {
    case Reduction::mean:
        return run(in, out, 0.0, add, [n = count_](double sum) { return static_cast<float>(sum / n); });
    case Reduction::sum: return run(in, out, 0.0, add, as_is);
    case Reduction::max:
        return run(
            in, out, -infinity, [](float& best, float x) { best = x > best || x != x ? x : best; },
            [](float best) { return best; });
    case Reduction::min:
        return run(
            in, out, infinity, [](float& best, float x) { best = x < best || x != x ? x : best; },
            [](float best) { return best; });
    case Reduction::product:
        return run(
            in, out, 1.0, [](double& all, float x) { all *= x; }, as_is);
    case Reduction::l1:
        return run(
            in, out, 0.0, [](double& sum, float x) { sum += std::fabs(x); }, as_is);
    case Reduction::l2:
        return run(in, out, 0.0, add_square, [](double sum) { return static_cast<float>(std::sqrt(sum)); });
    case Reduction::sum_square: return run(in, out, 0.0, add_square, as_is);
    case Reduction::log_sum:
        return run(in, out, 0.0, add, [](double sum) { return static_cast<float>(std::log(sum)); });
    case Reduction::log_sum_exp:
        return run(
            in, out, ScaledSum{}, [](ScaledSum& sum, float x) { sum.add(x); },
            [](const ScaledSum& sum) { return static_cast<float>(sum.logarithm()); });
    }
}

void Reduce::operator()(const std::int64_t* in, std::int64_t* out) const
{
    using Integer = std::int64_t;
    using Unsigned = std::uint64_t;
    const auto add = [](Unsigned& sum, Integer x) { sum += static_cast<Unsigned>(x); };
    const auto add_square = [](Unsigned& sum, Integer x) {
        sum += static_cast<Unsigned>(x) * static_cast<Unsigned>(x);
    };
    const auto as_is = [](auto result) { return static_cast<Integer>(result); };
    switch (reduction_) {
    case Reduction::mean:
        return run(in, out, Unsigned{0}, add, [n = static_cast<Integer>(count_)](Unsigned sum) {
            return n == 0 ? 0 : static_cast<Integer>(sum) / n;
        });
    case Reduction::max:
        return run(
            in, out, std::numeric_limits<Integer>::min(), [](Integer& best, Integer x) { best = std::max(best, x); },
            as_is);
    case Reduction::min:
        return run(
            in, out, std::numeric_limits<Integer>::max(), [](Integer& best, Integer x) { best = std::min(best, x); },
            as_is);
    case Reduction::product:
        return run(
            in, out, Unsigned{1}, [](Unsigned& all, Integer x) { all *= static_cast<Unsigned>(x); }, as_is);
    case Reduction::l1:
        return run(
            in, out, Unsigned{0},
            [](Unsigned& sum, Integer x) { sum += x < 0 ? 0 - static_cast<Unsigned>(x) : static_cast<Unsigned>(x); },
            as_is);
    case Reduction::l2:
        return run(in, out, Unsigned{0}, add_square,
                   [](Unsigned sum) { return static_cast<Integer>(std::sqrt(static_cast<double>(sum))); });
    case Reduction::sum_square: return run(in, out, Unsigned{0}, add_square, as_is);
    case Reduction::sum:
    case Reduction::log_sum:
    case Reduction::log_sum_exp: return run(in, out, Unsigned{0}, add, as_is);  // logarithms take floats only
    }
}

void softmax(const float* in, float* out, std::size_t outer, std::size_t count, std::size_t inner, bool logarithm)
{
    if (inner == 1 && !logarithm) {
        for (std::size_t o = 0; o < outer; ++o)
            softmax_row(in + o * count, out + o * count, count);
        return;
    }
    for (std::size_t o = 0; o < outer; ++o)
        for (std::size_t i = 0; i < inner; ++i) {
            const float* x = in + o * count * inner + i;
            float* y = out + o * count * inner + i;
            float highest = x[0];
            for (std::size_t c = 1; c < count; ++c)
                highest = std::max(highest, x[c * inner]);
            double sum = 0;
            for (std::size_t c = 0; c < count; ++c)
                sum += exponential(double(x[c * inner]) - double(highest));
            if (logarithm) {
                const double shift = double(highest) + std::log(sum);
                for (std::size_t c = 0; c < count; ++c)
                    y[c * inner] = static_cast<float>(double(x[c * inner]) - shift);
            } else {
                for (std::size_t c = 0; c < count; ++c)
                    y[c * inner] = static_cast<float>(exponential(double(x[c * inner]) - double(highest)) / sum);
            }
        }
}

void MatrixProduct::operator()(const float* left, const float* right, float* out) const
{
    if (!left_transposed && !right_transposed) {
        multiply(left, right, out, rows, columns, depth, alpha);
        return;
    }
    for (std::size_t m = 0; m < rows; ++m) {
        float* row = out + m * columns;
        std::fill_n(row, columns, 0.0F);
        for (std::size_t k = 0; k < depth; ++k) {
            const float factor = alpha * (left_transposed ? left[k * rows + m] : left[m * depth + k]);
            if (!right_transposed)
                add_scaled(right + k * columns, factor, row, columns);
            else
                for (std::size_t n = 0; n < columns; ++n)
                    row[n] += factor * right[n * depth + k];
        }
    }
}

}  // namespace exitscope::engine::kernels
