// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/network/calibrate/moments.h"
#include "core/network/model/linear_layer.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// How the elements of a value lie in the buffers between segments: distance of neighbours along every axis.
[[nodiscard]] std::vector<std::size_t> strides_of(const model::MultiExitModel& model, ValueIndex value);

/// Rows of a layer's product: for a sample and a position of its output, the numbers that are multiplied and those
/// that result. Positions of one sample are counted from 0.
class LayerRows {
public:
    LayerRows(const model::MultiExitModel& model, const model::LinearLayer& layer, ValueIndex output);

    [[nodiscard]] std::size_t positions() const { return positions_; }
    [[nodiscard]] const ProductShape& shape() const { return shape_; }

    /// `input` lies as strides_of() says; `row` is [groups * inputs]; positions in the padding read 0.
    void read_input(std::span<const float> input, std::size_t sample, std::size_t position, float* row) const;
    /// The outputs at a position, [groups * outputs], of a value with the shape of the layer's output. Row-major, or in
    /// the order of `strides`.
    void read_output(std::span<const float> value, const std::vector<std::size_t>& strides, std::size_t sample,
                     std::size_t position, float* row) const;
    /// Strides of a row-major value with the shape of the layer's output.
    [[nodiscard]] std::vector<std::size_t> row_major() const;

private:
    /// Coordinates of a row in a shape whose axis `skipped` holds the row's elements.
    [[nodiscard]] std::size_t offset(const model::Shape& shape, std::size_t skipped,
                                     const std::vector<std::size_t>& strides, std::size_t row) const;

    const model::LinearLayer& layer_;
    model::Shape in_;
    model::Shape out_;
    std::vector<std::size_t> strides_;  ///< of the input
    ProductShape shape_;
    std::size_t positions_ = 1;
};

/// `count` of the positions [0, positions) of one sample, one at random in each of `count` equal parts.
[[nodiscard]] std::vector<std::size_t> sampled_positions(std::size_t positions, std::size_t count, std::uint64_t seed);

}  // namespace exitscope::calibrate
