// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/moments.h"

#include <algorithm>
#include <array>

#include "core/base/parallel.h"
#include "core/network/calibrate/products.h"

namespace exitscope::calibrate {
namespace {

constexpr std::size_t row_block = 256;   ///< rows that are summed in single precision: exact for levels up to 255
constexpr std::size_t input_block = 64;  ///< inputs of one job

constexpr std::size_t panel = 32;  ///< inputs whose columns lie together

/// The columns of `x` [count, inputs] in panels, [panels][count][panel]; zeros beyond the last input.
std::vector<float> panels_of(const float* x, std::size_t x_row, std::size_t count, std::size_t inputs, unsigned threads)
{
    const std::size_t panels = (inputs + panel - 1) / panel;
    std::vector<float> made(panels * count * panel, 0.0F);
    for_each_job(panels, threads, [&](std::size_t p) {
        const std::size_t width = std::min(panel, inputs - p * panel);
        for (std::size_t r = 0; r < count; ++r)
            std::copy_n(x + r * x_row + p * panel, width, made.data() + (p * count + r) * panel);
    });
    return made;
}

/// sums [inputs, inputs] += x^T x for the panels from `i` on, with those after it.
void add_squares(const std::vector<float>& panels, std::size_t i, std::size_t count, std::size_t inputs, double* sums)
{
    std::array<float, panel * panel> part;
    const float* const left = panels.data() + i * count * panel;
    const std::size_t height = std::min(panel, inputs - i * panel);
    for (std::size_t j = i; j * panel < inputs; ++j) {
        const float* const right = panels.data() + j * count * panel;
        const std::size_t width = std::min(panel, inputs - j * panel);
        for (std::size_t first = 0; first < count; first += row_block) {
            part.fill(0.0F);
            add_exact_products({left + first * panel, panel}, right + first * panel, panel,
                               std::min(row_block, count - first), panel, panel, part.data(), panel);
            for (std::size_t a = 0; a < height; ++a)
                for (std::size_t b = 0; b < width; ++b)
                    sums[(i * panel + a) * inputs + j * panel + b] += double(part[a * panel + b]);
        }
    }
}

/// sums[i][j] += sum over rows of left[r][i] * right[r][j], for m x n numbers. Reads up to row_slack
/// numbers beyond the columns of `right`.
void add_block(const float* left, std::size_t left_row, const float* right, std::size_t right_row, std::size_t rows,
               std::size_t m, std::size_t n, double* sums, std::size_t sums_row)
{
    const std::size_t padded = (n + row_slack - 1) / row_slack * row_slack;
    std::vector<float> part(m * padded);
    for (std::size_t first = 0; first < rows; first += row_block) {
        std::fill(part.begin(), part.end(), 0.0F);
        add_products({left + first * left_row, left_row}, right + first * right_row, right_row,
                     std::min(row_block, rows - first), m, padded, part.data(), padded);
        for (std::size_t i = 0; i < m; ++i)
            for (std::size_t j = 0; j < n; ++j)
                sums[i * sums_row + j] += double(part[i * padded + j]);
    }
}

}  // namespace

ProductShape product_shape(const model::LinearLayer& layer)
{
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    const auto groups = static_cast<std::size_t>(std::max<std::int64_t>(layer.groups, 1));
    return {groups, channels == 0 ? 0 : layer.weights.size() / channels, channels / groups};
}

Moments::Moments(const ProductShape& of)
    : shape(of), input_input(of.groups * of.inputs * of.inputs, 0.0),
      output_input(of.groups * of.inputs * of.outputs, 0.0), input_sum(of.groups * of.inputs, 0.0),
      output_sum(of.groups * of.outputs, 0.0), output_square(of.groups * of.outputs, 0.0)
{
}

void Moments::add(const std::vector<float>& x, const std::vector<float>& y, std::size_t count, unsigned threads)
{
    const auto [groups, inputs, outputs] = shape;
    const std::size_t x_row = groups * inputs;
    const std::size_t y_row = groups * outputs;
    const std::size_t blocks = (inputs + input_block - 1) / input_block;
    for_each_job(groups * blocks, threads, [&, inputs = inputs, outputs = outputs](std::size_t job) {
        const std::size_t group = job / blocks;
        const std::size_t first = job % blocks * input_block;
        add_block(x.data() + group * inputs + first, x_row, y.data() + group * outputs, y_row, count,
                  std::min(input_block, inputs - first), outputs,
                  output_input.data() + (group * inputs + first) * outputs, outputs);
    });
    for (std::size_t group = 0; group < groups; ++group) {
        const std::vector<float> panels = panels_of(x.data() + group * inputs, x_row, count, inputs, threads);
        for_each_job((inputs + panel - 1) / panel, threads, [&, inputs = inputs](std::size_t i) {
            add_squares(panels, i, count, inputs, input_input.data() + group * inputs * inputs);
        });
    }
    for (std::size_t r = 0; r < count; ++r) {
        for (std::size_t k = 0; k < x_row; ++k)
            input_sum[k] += double(x[r * x_row + k]);
        for (std::size_t o = 0; o < y_row; ++o) {
            const auto value = double(y[r * y_row + o]);
            output_sum[o] += value;
            output_square[o] += value * value;
        }
    }
    rows += double(count);
}

Moments& Moments::operator+=(const Moments& other)
{
    const auto join = [](std::vector<double>& to, const std::vector<double>& from) {
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] += from[i];
    };
    join(input_input, other.input_input);
    join(output_input, other.output_input);
    join(input_sum, other.input_sum);
    join(output_sum, other.output_sum);
    join(output_square, other.output_square);
    rows += other.rows;
    return *this;
}

Covariance centred(const Moments& moments, std::size_t group)
{
    const auto [groups, inputs, outputs] = moments.shape;
    Covariance made{inputs, outputs, std::vector<double>(inputs * inputs), std::vector<double>(inputs * outputs),
                    std::vector<double>(outputs)};
    const double each = 1.0 / std::max(moments.rows, 1.0);
    const double* const x = moments.input_sum.data() + group * inputs;
    const double* const y = moments.output_sum.data() + group * outputs;
    const double* const xx = moments.input_input.data() + group * inputs * inputs;
    const double* const xy = moments.output_input.data() + group * inputs * outputs;
    for (std::size_t i = 0; i < inputs; ++i) {
        for (std::size_t j = i; j < inputs; ++j)
            made.input[i * inputs + j] = made.input[j * inputs + i] = (xx[i * inputs + j] - x[i] * x[j] * each) * each;
        for (std::size_t o = 0; o < outputs; ++o)
            made.cross[i * outputs + o] = (xy[i * outputs + o] - x[i] * y[o] * each) * each;
    }
    for (std::size_t o = 0; o < outputs; ++o)
        made.output[o] = (moments.output_square[group * outputs + o] - y[o] * y[o] * each) * each;
    return made;
}

}  // namespace exitscope::calibrate
