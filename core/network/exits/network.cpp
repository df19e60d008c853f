// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/network.h"

#include <algorithm>

#include <oneapi/dnnl/dnnl.hpp>

namespace exitscope::exits {
namespace {

enum class Transpose : char { no = 'N', yes = 'T' };

/// C[m,n] = op(A) op(B) + beta C, all dense and row-major: op(A) is [m,k], op(B) is [k,n].
void multiply(Transpose a_as, Transpose b_as, std::size_t m, std::size_t n, std::size_t k, const float* a,
              const float* b, float beta, float* c)
{
    const auto extent = [](std::size_t value) { return static_cast<dnnl_dim_t>(value); };
    const std::size_t a_row = a_as == Transpose::no ? k : m;
    const std::size_t b_row = b_as == Transpose::no ? n : k;
    dnnl::sgemm(static_cast<char>(a_as), static_cast<char>(b_as), extent(m), extent(n), extent(k), 1.0F, a,
                extent(a_row), b, extent(b_row), beta, c, extent(n));
}

/// to[count, rows] = from[count, columns] * weights^T + bias
void apply(const Linear& layer, const float* from, std::size_t count, float* to)
{
    for (std::size_t i = 0; i < count; ++i)
        std::copy(layer.bias.begin(), layer.bias.end(), to + i * layer.rows);
    multiply(Transpose::no, Transpose::yes, count, layer.rows, layer.columns, from, layer.weights.data(), 1.0F, to);
}

/// Gradients of apply() with respect to weights and bias.
void backward_weights(const float* from, const float* delta, std::size_t count, Linear& gradient)
{
    multiply(Transpose::yes, Transpose::no, gradient.rows, gradient.columns, count, delta, from, 0.0F,
             gradient.weights.data());
    std::fill(gradient.bias.begin(), gradient.bias.end(), 0.0F);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t r = 0; r < gradient.rows; ++r)
            gradient.bias[r] += delta[i * gradient.rows + r];
}

/// Gradient of apply() with respect to its input.
void backward_input(const Linear& layer, const float* delta, std::size_t count, float* to)
{
    multiply(Transpose::no, Transpose::no, count, layer.columns, layer.rows, delta, layer.weights.data(), 0.0F, to);
}

void rectify(std::span<float> values)
{
    for (float& value : values)
        value = std::max(value, 0.0F);
}

/// Gradient of rectify(), given its result.
void backward_rectify(std::span<const float> result, std::span<float> gradient)
{
    for (std::size_t i = 0; i < gradient.size(); ++i)
        gradient[i] = result[i] > 0.0F ? gradient[i] : 0.0F;
}

}  // namespace

Network::Network(const HeadSpec& spec, std::size_t largest_batch)
    : spec_(spec), map_(spec.gridded()), conv_in_(spec.input)
{
    conv_in_.height /= spec.pool;
    conv_in_.width /= spec.pool;
    const std::size_t pooled = spec.pooled_values();
    if (spec.pool > 1)
        pooled_input_.resize(conv_in_.values());
    if (spec.conv_channels > 0) {
        const std::size_t positions = map_.height * map_.width;
        columns_.resize(largest_batch * conv_in_.channels * 9 * positions);
        activation_.resize(largest_batch * map_.values());
        cells_gradient_.resize(largest_batch * pooled);
        activation_gradient_.resize(map_.values());
    }
    cells_.resize(largest_batch * pooled);
    hidden_.resize(largest_batch * spec.hidden);
    hidden_gradient_.resize(largest_batch * spec.hidden);
    logits_.resize(largest_batch * spec.classes);
}

std::span<const float> Network::forward(const Head& head, std::span<const float> features, std::size_t count)
{
    count_ = count;
    const std::size_t pooled = spec_.pooled_values();
    if (head.convolution) {
        convolve(*head.convolution, features);
        for (std::size_t i = 0; i < count; ++i)
            average_cells(activation_.data() + i * map_.values(), cells_.data() + i * pooled);
    } else {
        for (std::size_t i = 0; i < count; ++i)
            average_cells(features.data() + i * spec_.input.values(), cells_.data() + i * pooled);
    }
    const float* last = cells_.data();
    if (head.hidden) {
        apply(*head.hidden, cells_.data(), count, hidden_.data());
        rectify({hidden_.data(), count * spec_.hidden});
        last = hidden_.data();
    }
    apply(head.output, last, count, logits_.data());
    return {logits_.data(), count * spec_.classes};
}

void Network::backward(const Head& head, std::span<const float> logits_gradient, Head& gradient)
{
    const float* last = head.hidden ? hidden_.data() : cells_.data();
    backward_weights(last, logits_gradient.data(), count_, gradient.output);
    const float* delta = logits_gradient.data();
    const Linear* reader = &head.output;
    if (head.hidden) {
        const std::span<float> hidden(hidden_gradient_.data(), count_ * spec_.hidden);
        backward_input(head.output, delta, count_, hidden.data());
        backward_rectify(hidden_, hidden);
        backward_weights(cells_.data(), hidden.data(), count_, *gradient.hidden);
        delta = hidden.data();
        reader = &*head.hidden;
    }
    if (!head.convolution)
        return;
    backward_input(*reader, delta, count_, cells_gradient_.data());
    Linear& convolution = *gradient.convolution;
    std::fill(convolution.weights.begin(), convolution.weights.end(), 0.0F);
    std::fill(convolution.bias.begin(), convolution.bias.end(), 0.0F);
    const std::size_t positions = map_.height * map_.width;
    for (std::size_t i = 0; i < count_; ++i) {
        spread_cells(cells_gradient_.data() + i * spec_.pooled_values(), activation_gradient_.data());
        backward_rectify({activation_.data() + i * map_.values(), map_.values()}, activation_gradient_);
        multiply(Transpose::no, Transpose::yes, convolution.rows, convolution.columns, positions,
                 activation_gradient_.data(), columns_.data() + i * convolution.columns * positions, 1.0F,
                 convolution.weights.data());
        for (std::size_t r = 0; r < convolution.rows; ++r)
            for (std::size_t p = 0; p < positions; ++p)
                convolution.bias[r] += activation_gradient_[r * positions + p];
    }
}

void Network::convolve(const Linear& layer, std::span<const float> features)
{
    const std::size_t positions = map_.height * map_.width;
    for (std::size_t i = 0; i < count_; ++i) {
        const float* from = features.data() + i * spec_.input.values();
        if (spec_.pool > 1) {
            pool_input(from, pooled_input_.data());
            from = pooled_input_.data();
        }
        float* columns = columns_.data() + i * layer.columns * positions;
        unfold(from, columns);
        float* to = activation_.data() + i * map_.values();
        for (std::size_t r = 0; r < layer.rows; ++r)
            std::fill_n(to + r * positions, positions, layer.bias[r]);
        multiply(Transpose::no, Transpose::no, layer.rows, positions, layer.columns, layer.weights.data(), columns,
                 1.0F, to);
        rectify({to, map_.values()});
    }
}

void Network::pool_input(const float* from, float* to) const
{
    const std::size_t pool = spec_.pool;
    const float share = 1.0F / static_cast<float>(pool * pool);
    for (std::size_t c = 0; c < conv_in_.channels; ++c)
        for (std::size_t y = 0; y < conv_in_.height; ++y)
            for (std::size_t x = 0; x < conv_in_.width; ++x) {
                float sum = 0;
                for (std::size_t dy = 0; dy < pool; ++dy)
                    for (std::size_t dx = 0; dx < pool; ++dx)
                        sum += from[(c * spec_.input.height + y * pool + dy) * spec_.input.width + x * pool + dx];
                *to++ = sum * share;
            }
}

/// Rows are (channel, kernel row, kernel column), columns are output positions; zero beyond the edges.
void Network::unfold(const float* map, float* columns) const
{
    const std::size_t height = conv_in_.height;
    const std::size_t width = conv_in_.width;
    const std::size_t stride = spec_.conv_stride;
    for (std::size_t c = 0; c < conv_in_.channels; ++c)
        for (std::size_t ky = 0; ky < 3; ++ky)
            for (std::size_t kx = 0; kx < 3; ++kx)
                for (std::size_t y = 0; y < map_.height; ++y) {
                    const std::size_t row = y * stride + ky;  // one more than in the map: padding
                    for (std::size_t x = 0; x < map_.width; ++x) {
                        const std::size_t column = x * stride + kx;
                        const bool inside = row >= 1 && row <= height && column >= 1 && column <= width;
                        *columns++ = inside ? map[(c * height + row - 1) * width + column - 1] : 0.0F;
                    }
                }
}

void Network::average_cells(const float* map, float* cells) const
{
    const Cells rows = cells_over(map_.height, spec_.grid);
    const Cells columns = cells_over(map_.width, spec_.grid);
    const float share = 1.0F / static_cast<float>(rows.kernel * columns.kernel);
    for (std::size_t c = 0; c < map_.channels; ++c)
        for (std::size_t gy = 0; gy < spec_.grid; ++gy)
            for (std::size_t gx = 0; gx < spec_.grid; ++gx) {
                float sum = 0;
                for (std::size_t y = gy * rows.stride; y < gy * rows.stride + rows.kernel; ++y)
                    for (std::size_t x = gx * columns.stride; x < gx * columns.stride + columns.kernel; ++x)
                        sum += map[(c * map_.height + y) * map_.width + x];
                *cells++ = sum * share;
            }
}

/// Transpose of average_cells(): every position receives its share of the gradients of its cells.
void Network::spread_cells(const float* cells, float* map) const
{
    const Cells rows = cells_over(map_.height, spec_.grid);
    const Cells columns = cells_over(map_.width, spec_.grid);
    const float share = 1.0F / static_cast<float>(rows.kernel * columns.kernel);
    std::fill_n(map, map_.values(), 0.0F);
    for (std::size_t c = 0; c < map_.channels; ++c)
        for (std::size_t gy = 0; gy < spec_.grid; ++gy)
            for (std::size_t gx = 0; gx < spec_.grid; ++gx) {
                const float each = *cells++ * share;
                for (std::size_t y = gy * rows.stride; y < gy * rows.stride + rows.kernel; ++y)
                    for (std::size_t x = gx * columns.stride; x < gx * columns.stride + columns.kernel; ++x)
                        map[(c * map_.height + y) * map_.width + x] += each;
            }
}

}  // namespace exitscope::exits
