// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/network/exits/head.h"

namespace exitscope::exits {

/// Forward and backward pass of one head on mini-batches of stored features (maps or vectors, see FeatureStore).
/// Holds the activations of the last forward(); allocates nothing after construction; uses the calling thread only.
class Network {
public:
    /// `spec` is for the stored features (stored_spec()).
    Network(const HeadSpec& spec, std::size_t largest_batch);

    /// `features` is [count, input values], channel-major as the spec's input.
    /// Returns the logits, [count, classes], valid until the next call.
    std::span<const float> forward(const Head& head, std::span<const float> features, std::size_t count);

    /// Gradient of a loss with respect to all weights, given that with respect to the logits of the last forward().
    /// Overwrites `gradient`, a head of the same spec.
    void backward(const Head& head, std::span<const float> logits_gradient, Head& gradient);

private:
    void convolve(const Linear& layer, std::span<const float> features);
    void pool_input(const float* from, float* to) const;
    void unfold(const float* map, float* columns) const;
    void average_cells(const float* map, float* cells) const;
    void spread_cells(const float* cells, float* map) const;

    HeadSpec spec_;
    FeatureShape map_;                 ///< input of the grid
    FeatureShape conv_in_;             ///< input of the convolution
    std::size_t count_ = 0;            ///< of the last forward()
    std::vector<float> pooled_input_;  ///< one image
    std::vector<float> columns_;       ///< [batch, 9 input channels, positions]
    std::vector<float> activation_;    ///< [batch, conv channels, positions], after ReLU
    std::vector<float> cells_;         ///< [batch, pooled values]
    std::vector<float> hidden_;        ///< [batch, hidden], after ReLU
    std::vector<float> logits_;        ///< [batch, classes]
    std::vector<float> hidden_gradient_;
    std::vector<float> cells_gradient_;
    std::vector<float> activation_gradient_;  ///< one image
};

}  // namespace exitscope::exits
