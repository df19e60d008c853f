// SPDX-License-Identifier: GPL-3.0-or-later
// Integer Conv, Gemm and MatMul; arithmetic: integer_semantics.h.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "core/network/engine/compiler.h"
#include "core/network/engine/convolution_shape.h"
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

/// An integer layer while its parts are put together.
struct Compiler::LayerDraft {
    const model::LinearLayer& layer;
    const Chain& chain;
    const plan::QuantizedWeights& quantized;
    plan::Grid operand;
    kernels::ConvolutionShape geometry{};
    std::vector<std::int8_t> weights{};  ///< columns in the order of the operand's bytes
    IntegerLayer::Parts parts{};
    std::vector<BufferIndex> touched{};  ///< buffers that the layer's step reads or writes

    [[nodiscard]] std::size_t channels() const { return quantized.scales.size(); }
    [[nodiscard]] std::size_t depth() const { return quantized.values.size() / channels(); }
};

Expected<void> Compiler::integer_layer(const model::LinearLayer& layer, const Chain& chain)
{
    const plan::QuantizedWeights& quantized = *plan_->weights[chain.layer.at()];
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    const std::string& name = model_.graph.node(chain.layer).name;
    if (quantized.values.size() != layer.weights.size() || quantized.scales.size() != channels ||
        quantized.bias.size() != channels || (!quantized.bias_rest.empty() && quantized.bias_rest.size() != channels))
        return bad_input("", "node " + name + ": the quantization plan's weights do not fit");
    const std::optional<plan::Grid> operand =
        plan_->operand[layer.input.at()] ? plan_->operand[layer.input.at()] : plan_->stream[layer.input.at()];
    const std::size_t depth = layer.weights.size() / channels;
    if (!operand || depth > std::size_t{0x7fffffff} / (255 * 128)) {  // no grid, or sums that could overflow int32
        float_layer(layer, chain);
        return {};
    }
    LayerDraft draft{layer, chain, quantized, *operand};
    read_operand(draft);
    const bool complete = write_result(draft);
    sum_products(draft);

    IntegerLayer::Parts& parts = draft.parts;
    parts.effective_bias = out_.constant(IntegerLayer(parts).effective_bias(parts.bias));
    const auto made = std::make_shared<const IntegerLayer>(std::move(parts));
    ProgramStep step = new_step();
    step.layer = made;
    step.run = [made](const Context& c) { made->run(c); };
    out_.add(std::move(step), draft.touched);
    if (!complete)
        finish_chain(chain);
    return {};
}

void Compiler::read_operand(LayerDraft& draft)
{
    const model::LinearLayer& layer = draft.layer;
    const std::size_t channels = draft.channels();
    const std::size_t depth = draft.depth();
    // A flattened image is read as it lies: the weights' columns move instead.
    QuantizedForm input = on_grid(layer.input, draft.operand);
    draft.weights = draft.quantized.values;
    const model::Shape& stored = input.stored;
    if (!layer.convolution && stored != shape(layer.input) && stored.size() == 4 && shape(layer.input).size() == 2 &&
        stored[0] == shape(layer.input)[0])
        draft.weights = columns_last(draft.weights, channels, static_cast<std::size_t>(stored[1]),
                                     depth / static_cast<std::size_t>(stored[1]));
    else if (layer.convolution)
        input = in_own_order(layer.input, input);
    else
        input.buffer = row_major_bytes(input);

    kernels::ConvolutionShape& geometry = draft.geometry;
    IntegerLayer::Parts& parts = draft.parts;
    if (layer.convolution) {
        geometry = convolution_shape(layer, shape(layer.input), shape(draft.chain.result));
        parts.images = static_cast<std::size_t>(shape(layer.input)[0]);
    } else {
        geometry.channels = depth;
        geometry.out_channels = channels;
        parts.images = count(layer.input) / depth;
        parts.images_per_sample = parts.images / static_cast<std::size_t>(model_.batch);
    }
    geometry.zero_point = static_cast<std::uint8_t>(draft.operand.zero_point);
    parts.node = draft.chain.layer;
    parts.channels = channels;
    parts.pixels = geometry.out_height * geometry.out_width;
    parts.input = input.buffer;
    parts.input_image_bytes = geometry.image_bytes();
}

bool Compiler::write_result(LayerDraft& draft)
{
    const Chain& chain = draft.chain;
    IntegerLayer::Parts& parts = draft.parts;
    const std::optional<plan::Grid> target = target_grid(chain.result);
    std::optional<QuantizedForm> residual;
    if (chain.add && target)
        residual = own_bytes(chain.residual);
    const bool complete = !chain.add || residual;
    const ValueIndex result = complete ? chain.result : chain.layer_result;
    const Clamp clamp = complete && chain.clamp ? *chain.clamp : Clamp{-INFINITY, INFINITY};
    const std::size_t elements = parts.images * parts.pixels * parts.channels;
    parts.epilogue.channels = parts.channels;
    set_factors(draft, complete ? target : std::nullopt);
    if (complete && target) {
        const semantics::Range range = semantics::clamped_range(*target, clamp.low, clamp.high);
        parts.epilogue.low = range.low;
        parts.epilogue.high = range.high;
        parts.epilogue.zero_point = target->zero_point;
        if (residual) {
            parts.residual = residual->buffer;
            parts.epilogue.residual_zero = static_cast<float>(residual->grid.zero_point);
            parts.epilogue.residual_factor = residual->grid.scale / target->scale;
            draft.touched.push_back(residual->buffer);
        }
        parts.bytes = out_.arena(elements);
        const model::Shape rows = {static_cast<std::int64_t>(parts.images), draft.layer.output_channels()};
        set_bytes(result, {*target, draft.layer.convolution ? shape(result) : rows, *parts.bytes});
        draft.touched.push_back(*parts.bytes);
    } else {
        parts.epilogue.low = clamp.low;
        parts.epilogue.high = clamp.high;
        parts.floats = out_.arena(elements * sizeof(float));
        set_float(result, draft.layer.convolution ? channels_last_layout(shape(result)) : plain_layout(shape(result)),
                  *parts.floats);
        draft.touched.push_back(*parts.floats);
    }
    return complete;
}

void Compiler::set_factors(LayerDraft& draft, const std::optional<plan::Grid>& target)
{
    const plan::QuantizedWeights& quantized = draft.quantized;
    const std::size_t depth = draft.depth();
    IntegerLayer::Parts& parts = draft.parts;
    parts.bias = quantized.bias;
    parts.bias_rest = quantized.bias_rest;
    std::vector<float> multipliers(parts.channels);
    for (std::size_t c = 0; c < parts.channels; ++c) {
        const float scale = draft.operand.scale * quantized.scales[c];
        multipliers[c] = target ? scale / target->scale : scale;
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < depth; ++k)
            sum += quantized.values[c * depth + k];
        parts.offset.push_back(-draft.operand.zero_point * sum);
        parts.scales.push_back(double(draft.operand.scale) * double(quantized.scales[c]));
    }
    parts.multipliers = out_.constant(multipliers);
}

void Compiler::sum_products(LayerDraft& draft)
{
    const kernels::ConvolutionShape& geometry = draft.geometry;
    IntegerLayer::Parts& parts = draft.parts;
    const bool vnni = kernels::VnniConvolution::available() && kernels::VnniConvolution::suits(geometry);
    const std::size_t image_bytes = parts.pixels * parts.channels * sizeof(std::int32_t);
    parts.slice_images = vnni ? 1 : slice_of(parts.images, image_bytes);
    parts.accumulators = out_.arena(parts.slice_images * image_bytes);
    draft.touched.push_back(parts.accumulators);
    if (!vnni && int8_kernels_exact())
        return byte_convolution(draft);
    if (vnni) {
        kernels::VnniConvolution convolution(geometry, draft.weights, parts.images);
        parts.weights = out_.constant(convolution.packed_weights());
        parts.starts = out_.constant(convolution.starts());
        parts.scratch = out_.arena(convolution.scratch_bytes());
        convolution.release();
        parts.vnni = std::move(convolution);
    } else {
        const kernels::ExactConvolution convolution{geometry};
        parts.weights = out_.constant(convolution.pack(draft.weights));
        parts.scratch = out_.arena(convolution.depth() * sizeof(std::int16_t));
        parts.exact = convolution;
    }
    draft.touched.push_back(parts.input);
    draft.touched.push_back(parts.scratch);
}

/// The geometry of a layer as oneDNN takes it.
struct Compiler::ByteConvolution {
    memory::dims source, weights, target;  ///< [images of a slice, channels, y, x], [(groups,) oc, ic, y, x]
    memory::dims strides, dilations;
    memory::dims pads_begin, pads_end;
};

void Compiler::byte_convolution(LayerDraft& draft)
{
    const kernels::ConvolutionShape& geometry = draft.geometry;
    const model::LinearLayer& layer = draft.layer;
    IntegerLayer::Parts& parts = draft.parts;
    const auto extent = [](std::size_t n) { return static_cast<memory::dim>(n); };
    ByteConvolution convolution;
    convolution.source = {extent(parts.slice_images), extent(geometry.channels), extent(geometry.height),
                          extent(geometry.width)};
    convolution.target = {extent(parts.slice_images), extent(geometry.out_channels), extent(geometry.out_height),
                          extent(geometry.out_width)};
    convolution.weights = {extent(geometry.out_channels / geometry.groups), extent(geometry.channels / geometry.groups),
                           extent(geometry.kernel_height), extent(geometry.kernel_width)};
    if (geometry.groups > 1)
        convolution.weights.insert(convolution.weights.begin(), extent(geometry.groups));
    convolution.strides = {geometry.stride_y, geometry.stride_x};
    convolution.dilations = {geometry.dilation_y - 1, geometry.dilation_x - 1};
    convolution.pads_begin = layer.convolution ? layer.pads_begin : memory::dims{0, 0};
    convolution.pads_end = layer.convolution ? layer.pads_end : memory::dims{0, 0};
    if (!layer.convolution) {  // rows as the positions of one image
        std::swap(convolution.source[0], convolution.source[3]);
        std::swap(convolution.target[0], convolution.target[3]);
    }
    const memory::dims none = {0, 0};
    if (geometry.zero_point != 0 && (convolution.pads_begin != none || convolution.pads_end != none))
        pad_with_zero_point(draft, convolution);
    call_convolution(draft, convolution);
}

void Compiler::pad_with_zero_point(LayerDraft& draft, ByteConvolution& convolution)
{
    memory::dims& source = convolution.source;
    memory::dims& begin = convolution.pads_begin;
    memory::dims& end = convolution.pads_end;
    const auto images = static_cast<std::int64_t>(draft.parts.images);
    const kernels::Rearrangement move =
        kernels::padding(kernels::Padding::constant, {images, source[1], source[2], source[3]},
                         {0, 0, begin[0], begin[1]}, {0, 0, end[0], end[1]}, kernels::channels_last(4));
    source[2] += begin[0] + end[0];
    source[3] += begin[1] + end[1];
    begin = end = {0, 0};
    const BufferIndex input = draft.parts.input;
    const BufferIndex wide = out_.arena(static_cast<std::size_t>(images * source[1] * source[2] * source[3]));
    emit({input, wide}, [=, fill = draft.geometry.zero_point](const Context& c) {
        move(c.at<std::uint8_t>(input), c.at<std::uint8_t>(wide), fill);
    });
    draft.parts.input = wide;
}

void Compiler::call_convolution(LayerDraft& draft, const ByteConvolution& convolution)
{
    IntegerLayer::Parts& parts = draft.parts;
    const memory::desc source_layout(convolution.source, memory::data_type::u8, memory::format_tag::nhwc);
    const memory::desc target_layout(convolution.target, memory::data_type::s32, memory::format_tag::nhwc);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::convolution_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source_layout,
         memory::desc(convolution.weights, memory::data_type::s8, memory::format_tag::any), target_layout,
         convolution.strides, convolution.dilations, convolution.pads_begin, convolution.pads_end},
        attributes, cpu_engine());

    memory row_major(memory::desc(convolution.weights, memory::data_type::s8,
                                  draft.geometry.groups > 1 ? memory::format_tag::goihw : memory::format_tag::oihw),
                     cpu_engine(), draft.weights.data());
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
            out_.call(primitive, {{DNNL_ARG_SRC, source_layout, parts.input, slice * source_layout.get_size()},
                                  {DNNL_ARG_WEIGHTS, description.weights_desc(), constant},
                                  {DNNL_ARG_DST, target_layout, parts.accumulators},
                                  {DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(), scratchpad}}));
    draft.touched.push_back(parts.input);
    draft.touched.push_back(scratchpad);
}

}  // namespace exitscope::engine
