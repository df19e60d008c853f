// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/network/engine/assembly.h"
#include "core/network/engine/kernels/convolution_exact.h"
#include "core/network/engine/kernels/convolution_vnni.h"
#include "core/network/engine/kernels/epilogue.h"

namespace exitscope::engine {

/// One integer Conv, Gemm or MatMul with its residual and clamp. Accumulators that go through memory do so in slices of
/// the batch, which stay in the cache. Arithmetic: integer_semantics.h.
class IntegerLayer {
public:
    struct Parts {
        NodeIndex node;
        std::size_t channels = 0;           ///< output channels
        std::size_t pixels = 0;             ///< positions of one image (1 for products)
        std::size_t images = 0;             ///< in the batch; rows for products
        std::size_t images_per_sample = 1;  ///< rows per sample, for products
        std::size_t slice_images = 0;       ///< divides `images`
        std::vector<double> scales;         ///< [channels] s_x * s_w
        std::vector<std::int32_t> bias;     ///< [channels] from the plan
        std::vector<float> bias_rest;       ///< [channels] from the plan, or empty
        std::vector<std::int64_t> offset;   ///< [channels] -z_x * sum w

        // One of three: results straight from the sums, oneDNN's convolution of each slice, or our own loops.
        std::optional<kernels::VnniConvolution> vnni;
        std::vector<CallIndex> calls;
        std::optional<kernels::ExactConvolution> exact;
        BufferIndex input;    ///< bytes, for `vnni` and `exact`
        BufferIndex weights;  ///< packed, for `vnni` and `exact`
        BufferIndex starts;   ///< initial values of the sums, for `vnni`
        BufferIndex scratch;  ///< for `vnni` and `exact`
        std::size_t input_image_bytes = 0;

        BufferIndex accumulators;    ///< int32 [slice_images * pixels, channels]
        BufferIndex effective_bias;  ///< float [channels]
        BufferIndex multipliers;     ///< float [channels]
        kernels::Epilogue epilogue;
        std::optional<BufferIndex> residual;  ///< bytes to be added, if any
        // One of the two is set:
        std::optional<BufferIndex> bytes;   ///< result on a grid
        std::optional<BufferIndex> floats;  ///< real result, channels last
    };
    explicit IntegerLayer(Parts parts) : parts_(std::move(parts)) {}

    [[nodiscard]] NodeIndex node() const { return parts_.node; }
    [[nodiscard]] const std::vector<std::int32_t>& bias() const { return parts_.bias; }
    [[nodiscard]] const std::vector<double>& scales() const { return parts_.scales; }
    /// [channels]: float(bias - z_x * sum w + rest), for int32 biases [channels]
    [[nodiscard]] std::vector<float> effective_bias(std::span<const std::int32_t> bias) const;

    void run(const Context& context) const { run(context, context.at<float>(parts_.effective_bias)); }
    /// Runs the layer with another effective bias, [channels].
    void run(const Context& context, const float* bias) const;
    /// Adds the accumulators (A + b without the bias) of the first `samples` samples to `sums` [channels]; returns the
    /// number of positions added per channel.
    std::size_t accumulate(const Context& context, std::size_t samples, std::span<std::int64_t> sums) const;

private:
    [[nodiscard]] kernels::VnniConvolution::Memory memory(const Context& context) const;
    void fill_accumulators(const Context& context, std::size_t slice) const;

    Parts parts_;
};

/// Accumulates the mean real output of a layer per channel over several batches; result() is [channels].
class LayerMeans {
public:
    explicit LayerMeans(const IntegerLayer& layer) : layer_(layer), sums_(layer.bias().size()) {}
    void add(const Context& context, std::int64_t samples);
    [[nodiscard]] std::vector<double> result() const;

private:
    const IntegerLayer& layer_;
    std::vector<std::int64_t> sums_;
    std::size_t positions_ = 0;
};

}  // namespace exitscope::engine
