// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/integer_layer.h"

#include <algorithm>

namespace exitscope::engine {

std::vector<float> IntegerLayer::effective_bias(std::span<const std::int32_t> bias) const
{
    std::vector<float> result(bias.size());
    for (std::size_t c = 0; c < bias.size(); ++c) {
        const std::int64_t whole = bias[c] + parts_.offset[c];
        result[c] = parts_.bias_rest.empty() ? static_cast<float>(whole)
                                             : static_cast<float>(double(whole) + double(parts_.bias_rest[c]));
    }
    return result;
}

kernels::VnniConvolution::Memory IntegerLayer::memory(const Context& context) const
{
    return {context.at<std::uint8_t>(parts_.input), context.at<std::int8_t>(parts_.weights),
            context.at<std::int32_t>(parts_.starts), context.at<std::uint8_t>(parts_.scratch)};
}

void IntegerLayer::fill_accumulators(const Context& context, std::size_t slice) const
{
    auto* accumulators = context.at<std::int32_t>(parts_.accumulators);
    const std::size_t input_offset = slice * parts_.slice_images * parts_.input_image_bytes;
    if (parts_.vnni) {
        kernels::VnniConvolution::Memory part = memory(context);
        part.in += input_offset;
        parts_.vnni->to_sums(part, parts_.slice_images, accumulators);
    } else if (parts_.exact) {
        (*parts_.exact)(context.at<std::uint8_t>(parts_.input) + input_offset, context.at<std::int16_t>(parts_.weights),
                        context.at<std::int16_t>(parts_.scratch), accumulators, parts_.slice_images);
    } else {
        context.calls.execute(parts_.calls[slice]);
    }
}

void IntegerLayer::run(const Context& context, const float* bias) const
{
    const std::size_t positions = parts_.slice_images * parts_.pixels;
    const std::size_t elements = positions * parts_.channels;
    kernels::Epilogue epilogue = parts_.epilogue;
    epilogue.bias = bias;
    epilogue.multipliers = context.at<float>(parts_.multipliers);
    if (parts_.vnni) {
        epilogue.residual = parts_.residual ? context.at<std::uint8_t>(*parts_.residual) : nullptr;
        if (parts_.bytes)
            parts_.vnni->to_bytes(memory(context), parts_.images, epilogue, context.at<std::uint8_t>(*parts_.bytes));
        else
            parts_.vnni->to_floats(memory(context), parts_.images, epilogue, context.at<float>(*parts_.floats));
        return;
    }
    for (std::size_t slice = 0; slice < parts_.images / parts_.slice_images; ++slice) {
        fill_accumulators(context, slice);
        const std::size_t at = slice * elements;
        epilogue.residual = parts_.residual ? context.at<std::uint8_t>(*parts_.residual) + at : nullptr;
        if (parts_.bytes)
            epilogue.to_bytes(context.at<std::int32_t>(parts_.accumulators), positions,
                              context.at<std::uint8_t>(*parts_.bytes) + at);
        else
            epilogue.to_floats(context.at<std::int32_t>(parts_.accumulators), positions,
                               context.at<float>(*parts_.floats) + at);
    }
}

std::size_t IntegerLayer::accumulate(const Context& context, std::size_t samples, std::span<std::int64_t> sums) const
{
    const std::size_t wanted = std::min(samples * parts_.images_per_sample, parts_.images);
    for (std::size_t first = 0; first < wanted; first += parts_.slice_images) {
        fill_accumulators(context, first / parts_.slice_images);
        const std::size_t positions = std::min(parts_.slice_images, wanted - first) * parts_.pixels;
        const std::int32_t* accumulators = context.at<std::int32_t>(parts_.accumulators);
        for (std::size_t p = 0; p < positions; ++p)
            for (std::size_t c = 0; c < parts_.channels; ++c)
                sums[c] += accumulators[p * parts_.channels + c] + parts_.offset[c];
    }
    return wanted * parts_.pixels;
}

void LayerMeans::add(const Context& context, std::int64_t samples)
{
    positions_ += layer_.accumulate(context, static_cast<std::size_t>(std::max<std::int64_t>(0, samples)), sums_);
}

std::vector<double> LayerMeans::result() const
{
    std::vector<double> means(sums_.size());
    for (std::size_t c = 0; c < means.size(); ++c)
        means[c] = layer_.scales()[c] *
                   (static_cast<double>(sums_[c]) / static_cast<double>(std::max<std::size_t>(1, positions_)) +
                    static_cast<double>(layer_.bias()[c]));
    return means;
}

}  // namespace exitscope::engine
