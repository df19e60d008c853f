// SPDX-License-Identifier: GPL-3.0-or-later
// Integer Conv, Gemm and MatMul; arithmetic: integer_semantics.h.
#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "core/network/engine/convolution_shape.h"
#include "core/network/engine/compiler.h"
#include "core/network/engine/integer_layer.h"
#include "core/network/engine/kernels/integer_semantics.h"
#include "core/network/engine/kernels/rearrange.h"
#include "core/network/engine/program.h"

namespace exitscope::engine {
namespace {

using dnnl::memory;

/// Accumulators of one slice of the batch should stay in the second-level cache.
constexpr std::size_t slice_bytes = 256 * 1024;

std::size_t slice_of(std::size_t images, std::size_t image_bytes)
{
    for (std::size_t slice = images; slice > 1; --slice)
        if (images % slice == 0 && slice * image_bytes <= slice_bytes)
            return slice;
    return 1;
}

/// The columns of [oc, channels * positions] weights moved from row-major to channels-last order.
std::vector<std::int8_t> columns_last(const std::vector<std::int8_t>& weights, std::size_t rows, std::size_t channels,
                                      std::size_t positions)
{
    std::vector<std::int8_t> moved(weights.size());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < channels; ++c)
            for (std::size_t p = 0; p < positions; ++p)
                moved[(r * positions + p) * channels + c] = weights[(r * channels + c) * positions + p];
    return moved;
}

}  // namespace

Expected<void> Compiler::integer_layer(const model::LinearLayer& layer, const Chain& chain)
{
    const plan::QuantizedWeights& quantized = *plan_->weights[chain.layer.at()];
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    const std::string& name = model_.graph.node(chain.layer).name;
    if (quantized.values.size() != layer.weights.size() || quantized.scales.size() != channels ||
        quantized.bias.size() != channels)
        return bad_input("", "node " + name + ": the quantization plan's weights do not fit");
    const std::optional<plan::Grid> operand =
        plan_->operand[layer.input.at()] ? plan_->operand[layer.input.at()] : plan_->stream[layer.input.at()];
    const std::size_t depth = layer.weights.size() / channels;
    if (!operand || depth > std::size_t{0x7fffffff} / (255 * 128)) {  // no grid, or sums that could overflow int32
        float_layer(layer, chain);
        return {};
    }

    // Operand bytes. A flattened image is read as it lies: the weights' columns move instead.
    QuantizedForm input = on_grid(layer.input, *operand);
    std::vector<std::int8_t> weights = quantized.values;
    const model::Shape& stored = input.stored;
    if (!layer.convolution && stored != shape(layer.input) && stored.size() == 4 && shape(layer.input).size() == 2 &&
        stored[0] == shape(layer.input)[0])
        weights = columns_last(weights, channels, static_cast<std::size_t>(stored[1]),
                               depth / static_cast<std::size_t>(stored[1]));
    else if (layer.convolution)
        input = in_own_order(layer.input, input);
    else
        input.buffer = row_major_bytes(input);

    kernels::ConvolutionShape geometry;
    IntegerLayer::Parts parts;
    if (layer.convolution) {
        geometry = convolution_shape(layer, shape(layer.input), shape(chain.result));
        parts.images = static_cast<std::size_t>(shape(layer.input)[0]);
    } else {
        geometry.channels = depth;
        geometry.out_channels = channels;
        parts.images = count(layer.input) / depth;
        parts.images_per_sample = parts.images / static_cast<std::size_t>(model_.batch);
    }
    geometry.zero_point = static_cast<std::uint8_t>(operand->zero_point);
    parts.node = chain.layer;
    parts.channels = channels;
    parts.pixels = geometry.out_height * geometry.out_width;
    const bool vnni = kernels::VnniConvolution::available() && kernels::VnniConvolution::suits(geometry);
    parts.slice_images = vnni ? 1 : slice_of(parts.images, parts.pixels * channels * sizeof(std::int32_t));
    parts.bias = quantized.bias;
    parts.accumulators = out_.arena(parts.slice_images * parts.pixels * channels * sizeof(std::int32_t));
    std::vector<BufferIndex> touched = {parts.accumulators};

    // What the layer ends in: bytes with the residual and the clamp, or real numbers.
    const std::optional<plan::Grid> target = target_grid(chain.result);
    std::optional<QuantizedForm> residual;
    if (chain.add && target)
        residual = own_bytes(chain.residual);
    const bool complete = !chain.add || residual;
    const ValueIndex result = complete ? chain.result : chain.layer_result;
    const bool to_bytes = complete && target;
    const Clamp clamp = complete && chain.clamp ? *chain.clamp : Clamp{-INFINITY, INFINITY};
    std::vector<float> multipliers(channels);
    for (std::size_t c = 0; c < channels; ++c) {
        const float scale = operand->scale * quantized.scales[c];
        multipliers[c] = to_bytes ? scale / target->scale : scale;
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < depth; ++k)
            sum += quantized.values[c * depth + k];
        parts.offset.push_back(-operand->zero_point * sum);
        parts.scales.push_back(double(operand->scale) * double(quantized.scales[c]));
    }
    parts.multipliers = out_.constant(multipliers);
    parts.epilogue.channels = channels;
    const std::size_t elements = parts.images * parts.pixels * channels;
    if (to_bytes) {
        const semantics::Range range = semantics::clamped_range(*target, clamp.low, clamp.high);
        parts.epilogue.low = range.low;
        parts.epilogue.high = range.high;
        parts.epilogue.zero_point = target->zero_point;
        if (residual) {
            parts.residual = residual->buffer;
            parts.epilogue.residual_zero = static_cast<float>(residual->grid.zero_point);
            parts.epilogue.residual_factor = residual->grid.scale / target->scale;
            touched.push_back(residual->buffer);
        }
        parts.bytes = out_.arena(elements);
        const model::Shape& extents = shape(result);
        set_bytes(result,
                  {*target,
                   layer.convolution ? extents
                                     : model::Shape{static_cast<std::int64_t>(parts.images), layer.output_channels()},
                   *parts.bytes});
        touched.push_back(*parts.bytes);
    } else {
        parts.epilogue.low = clamp.low;
        parts.epilogue.high = clamp.high;
        parts.floats = out_.arena(elements * sizeof(float));
        set_float(result, layer.convolution ? channels_last_layout(shape(result)) : plain_layout(shape(result)),
                  *parts.floats);
        touched.push_back(*parts.floats);
    }

    // The accumulators: our own kernel, oneDNN where that is exact, else our own loops.
    parts.input = input.buffer;
    parts.input_image_bytes = geometry.image_bytes();
    if (vnni) {
        kernels::VnniConvolution convolution(geometry, weights, parts.images);
        parts.weights = out_.constant(convolution.packed_weights());
        parts.starts = out_.constant(convolution.starts());
        parts.scratch = out_.arena(convolution.scratch_bytes());
        convolution.release();
        parts.vnni = std::move(convolution);
        touched.push_back(parts.input);
        touched.push_back(parts.scratch);
    } else if (int8_kernels_exact()) {
        const auto arguments = byte_convolution(geometry, layer, weights, input.buffer, parts);
        touched.insert(touched.end(), arguments.begin(), arguments.end());
    } else {
        const kernels::ExactConvolution convolution{geometry};
        parts.weights = out_.constant(convolution.pack(weights));
        parts.scratch = out_.arena(convolution.depth() * sizeof(std::int16_t));
        parts.exact = convolution;
        touched.push_back(parts.input);
        touched.push_back(parts.scratch);
    }
    IntegerLayer with_bias_unset(parts);
    parts.effective_bias = out_.constant(with_bias_unset.effective_bias(parts.bias));
    const auto made = std::make_shared<const IntegerLayer>(std::move(parts));
    Step step = new_step();
    step.layer = made;
    step.run = [made](const Context& c) { made->run(c); };
    out_.add(std::move(step), touched);
    if (!complete)
        finish_chain(chain);
    return {};
}

std::vector<BufferIndex> Compiler::byte_convolution(const kernels::ConvolutionShape& geometry, const model::LinearLayer& layer,
                                                    const std::vector<std::int8_t>& weights, BufferIndex input,
                                                    IntegerLayer::Parts& parts)
{
    const auto extent = [](std::size_t n) { return static_cast<memory::dim>(n); };
    memory::dims pads_begin = layer.convolution ? layer.pads_begin : memory::dims{0, 0};
    memory::dims pads_end = layer.convolution ? layer.pads_end : memory::dims{0, 0};
    memory::dims source = {extent(parts.slice_images), extent(geometry.channels), extent(geometry.height),
                           extent(geometry.width)};
    memory::dims target = {extent(parts.slice_images), extent(geometry.out_channels), extent(geometry.out_height),
                           extent(geometry.out_width)};
    if (!layer.convolution) {  // rows as the positions of one image
        std::swap(source[0], source[3]);
        std::swap(target[0], target[3]);
    }
    const bool padded = std::any_of(pads_begin.begin(), pads_begin.end(), [](auto p) { return p != 0; }) ||
                        std::any_of(pads_end.begin(), pads_end.end(), [](auto p) { return p != 0; });
    if (padded && geometry.zero_point != 0) {  // oneDNN pads with 0: pad with the zero point first
        model::Node pad;
        pad.op = "Pad";
        pad.attributes["pads"] =
            std::vector<std::int64_t>{0, 0, pads_begin[0], pads_begin[1], 0, 0, pads_end[0], pads_end[1]};
        const model::Shape from = {extent(parts.images), source[1], source[2], source[3]};
        source[2] += pads_begin[0] + pads_end[0];
        source[3] += pads_begin[1] + pads_end[1];
        const model::Shape to = {extent(parts.images), source[1], source[2], source[3]};
        pads_begin = pads_end = {0, 0};
        const BufferIndex wide = out_.arena(static_cast<std::size_t>(model::element_count(to)));
        emit({input, wide}, [=, fill = geometry.zero_point,
                             move = *kernels::rearrangement(pad, 0, from, to, kernels::channels_last(4))](
                                const Context& c) { move(c.at<std::uint8_t>(input), c.at<std::uint8_t>(wide), fill); });
        input = wide;
    }
    memory::dims weight_extents = {extent(geometry.out_channels), extent(geometry.channels / geometry.groups),
                                   extent(geometry.kernel_height), extent(geometry.kernel_width)};
    if (geometry.groups > 1) {
        weight_extents[0] /= extent(geometry.groups);
        weight_extents.insert(weight_extents.begin(), extent(geometry.groups));
    }
    const memory::desc source_layout(source, memory::data_type::u8, memory::format_tag::nhwc);
    const memory::desc target_layout(target, memory::data_type::s32, memory::format_tag::nhwc);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::convolution_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference,
         dnnl::algorithm::convolution_direct,
         source_layout,
         memory::desc(weight_extents, memory::data_type::s8, memory::format_tag::any),
         target_layout,
         {geometry.stride_y, geometry.stride_x},
         {geometry.dilation_y - 1, geometry.dilation_x - 1},
         pads_begin,
         pads_end},
        attributes, cpu_engine());

    std::vector<std::int8_t> copy = weights;
    memory row_major(memory::desc(weight_extents, memory::data_type::s8,
                                  geometry.groups > 1 ? memory::format_tag::goihw : memory::format_tag::oihw),
                     cpu_engine(), copy.data());
    memory packed_weights(description.weights_desc(), cpu_engine());
    dnnl::stream stream(cpu_engine());
    dnnl::reorder(row_major, packed_weights).execute(stream, row_major, packed_weights);
    stream.wait();
    const BufferIndex constant = out_.constant(std::span(
        static_cast<const std::byte*>(packed_weights.get_data_handle()), description.weights_desc().get_size()));
    const BufferIndex scratchpad = out_.arena(description.scratchpad_desc().get_size());
    const dnnl::convolution_forward primitive(description);
    for (std::size_t slice = 0; slice < parts.images / parts.slice_images; ++slice)
        parts.calls.push_back(
            out_.call(primitive, {{DNNL_ARG_SRC, source_layout, input, slice * source_layout.get_size()},
                                  {DNNL_ARG_WEIGHTS, description.weights_desc(), constant},
                                  {DNNL_ARG_DST, target_layout, parts.accumulators},
                                  {DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(), scratchpad}}));
    return {input, scratchpad};
}

}  // namespace exitscope::engine
