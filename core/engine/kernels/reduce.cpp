// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/engine/kernels/clones.h"
#include "core/engine/kernels/exponential.h"

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

EXITSCOPE_CLONES void add_scaled(const float* row, float factor, float* out, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] += factor * row[i];
}

}  // namespace

Reduce::Reduce(Reduction reduction, const model::Shape& shape, const std::vector<std::int64_t>& axes)
    : reduction_(reduction)
{
    std::size_t stride = 1;
    for (std::size_t d = shape.size(); d-- > 0;) {
        const Axis axis{static_cast<std::size_t>(shape[d]), stride};
        stride *= axis.extent;
        const bool reduced = std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(d)) != axes.end();
        (reduced ? reduced_ : kept_).insert((reduced ? reduced_ : kept_).begin(), axis);
    }
}

void Reduce::operator()(const float* in, float* out) const
{
    double count = 1;
    for (const Axis& axis : reduced_)
        count *= static_cast<double>(axis.extent);
    walk(kept_, [&](std::size_t base) {
        if (reduction_ == Reduction::max) {
            float best = -std::numeric_limits<float>::infinity();
            walk(reduced_, [&](std::size_t at) {
                const float x = in[base + at];
                best = x > best || x != x ? x : best;
            });
            *out++ = best;
        } else {
            double sum = 0;
            walk(reduced_, [&](std::size_t at) { sum += in[base + at]; });
            *out++ = static_cast<float>(reduction_ == Reduction::mean ? sum / count : sum);
        }
    });
}

void softmax(const float* in, float* out, std::size_t outer, std::size_t count, std::size_t inner, bool logarithm)
{
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
