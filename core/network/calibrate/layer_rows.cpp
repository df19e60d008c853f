// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/layer_rows.h"

#include <algorithm>

#include "core/base/random.h"

namespace exitscope::calibrate {

std::vector<std::size_t> strides_of(const model::MultiExitModel& model, ValueIndex value)
{
    const model::Graph& graph = model.graph;
    const model::Shape& shape = graph.value(value).shape;
    const auto in = [&](const std::vector<ValueIndex>& values) {
        return std::find(values.begin(), values.end(), value) != values.end();
    };
    std::vector<std::size_t> order(shape.size());
    for (std::size_t a = 0; a < order.size(); ++a)
        order[a] = a;
    if (shape.size() == 4 && !in(graph.inputs) && !in(graph.outputs))
        order = {0, 2, 3, 1};
    std::vector<std::size_t> strides(shape.size());
    std::size_t step = 1;
    for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
        strides[*axis] = step;
        step *= static_cast<std::size_t>(shape[*axis]);
    }
    return strides;
}

LayerRows::LayerRows(const model::MultiExitModel& model, const model::LinearLayer& layer, ValueIndex output)
    : layer_(layer), in_(model.graph.value(layer.input).shape), out_(model.graph.value(output).shape),
      strides_(strides_of(model, layer.input)), shape_(product_shape(layer))
{
    const auto elements = static_cast<std::size_t>(model::element_count(out_));
    positions_ = elements / static_cast<std::size_t>(std::max<std::int64_t>(layer.output_channels(), 1)) /
                 static_cast<std::size_t>(model.batch);
}

std::size_t LayerRows::offset(const model::Shape& shape, std::size_t skipped, const std::vector<std::size_t>& strides,
                              std::size_t row) const
{
    std::size_t at = 0;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        if (axis == skipped)
            continue;
        const auto extent = static_cast<std::size_t>(shape[axis]);
        at += row % extent * strides[axis];
        row /= extent;
    }
    return at;
}

void LayerRows::read_input(std::span<const float> input, std::size_t sample, std::size_t position, float* row) const
{
    if (!layer_.convolution) {
        const std::size_t last = in_.size() - 1;
        const float* from = input.data() + offset(in_, last, strides_, sample * positions_ + position);
        for (std::size_t k = 0; k < shape_.inputs; ++k)
            row[k] = from[k * strides_[last]];
        return;
    }
    const auto width = static_cast<std::size_t>(out_[3]);
    const auto y = static_cast<std::int64_t>(position / width);
    const auto x = static_cast<std::int64_t>(position % width);
    const std::int64_t high = layer_.weight_shape[2];
    const std::int64_t wide = layer_.weight_shape[3];
    const auto taps = static_cast<std::size_t>(high * wide);
    const auto channels = static_cast<std::size_t>(in_[1]);
    for (std::int64_t ky = 0; ky < high; ++ky)
        for (std::int64_t kx = 0; kx < wide; ++kx) {
            const std::int64_t from_y = y * layer_.strides[0] + ky * layer_.dilations[0] - layer_.pads_begin[0];
            const std::int64_t from_x = x * layer_.strides[1] + kx * layer_.dilations[1] - layer_.pads_begin[1];
            float* to = row + ky * wide + kx;
            if (from_y < 0 || from_y >= in_[2] || from_x < 0 || from_x >= in_[3]) {
                for (std::size_t c = 0; c < channels; ++c)
                    to[c * taps] = 0.0F;
                continue;
            }
            const float* from = input.data() + sample * strides_[0] + static_cast<std::size_t>(from_y) * strides_[2] +
                                static_cast<std::size_t>(from_x) * strides_[3];
            for (std::size_t c = 0; c < channels; ++c)
                to[c * taps] = from[c * strides_[1]];
        }
}

void LayerRows::read_output(std::span<const float> value, const std::vector<std::size_t>& strides, std::size_t sample,
                            std::size_t position, float* row) const
{
    const std::size_t axis = layer_.convolution ? 1 : out_.size() - 1;
    const float* from = value.data() + offset(out_, axis, strides, sample * positions_ + position);
    const auto count = static_cast<std::size_t>(layer_.output_channels());
    for (std::size_t o = 0; o < count; ++o)
        row[o] = from[o * strides[axis]];
}

std::vector<std::size_t> LayerRows::row_major() const
{
    std::vector<std::size_t> strides(out_.size());
    std::size_t step = 1;
    for (std::size_t axis = out_.size(); axis-- > 0;) {
        strides[axis] = step;
        step *= static_cast<std::size_t>(out_[axis]);
    }
    return strides;
}

std::vector<std::size_t> sampled_positions(std::size_t positions, std::size_t count, std::uint64_t seed)
{
    count = std::clamp<std::size_t>(count, 1, positions);
    std::vector<std::size_t> chosen;
    for (std::size_t part = 0; part < count; ++part) {
        const std::size_t begin = part * positions / count;
        const std::size_t end = std::max((part + 1) * positions / count, begin + 1);
        chosen.push_back(begin + std::min(static_cast<std::size_t>(hash_uniform(seed, part) * double(end - begin)),
                                          end - begin - 1));
    }
    return chosen;
}

}  // namespace exitscope::calibrate
