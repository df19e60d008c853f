// SPDX-License-Identifier: GPL-3.0-or-later
// Convolutions, matrix products and pooling in float: oneDNN, in the layouts that it prefers.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/network/engine/compiler.h"
#include "core/network/engine/convolution_shape.h"
#include "core/network/engine/kernels/convolution_float.h"
#include "core/network/engine/kernels/elementwise.h"

namespace exitscope::engine {
namespace {

using dnnl::memory;

memory::desc any_layout(const memory::dims& extents)
{
    return {extents, memory::data_type::f32, memory::format_tag::any};
}

void append_clamp(dnnl::post_ops& operations, const Clamp& clamp)
{
    if (clamp.low == 0.0F && std::isinf(clamp.high))
        operations.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    else
        operations.append_eltwise(1.0F, dnnl::algorithm::eltwise_clip, clamp.low, clamp.high);
}

}  // namespace

BufferIndex Compiler::packed(const std::vector<float>& values, const memory::desc& from, const memory::desc& to)
{
    std::vector<float> copy = values;
    memory source(from, cpu_engine(), copy.data());
    memory target(to, cpu_engine());
    dnnl::stream stream(cpu_engine());
    dnnl::reorder(source, target).execute(stream, source, target);
    stream.wait();
    return out_.constant(std::span(static_cast<const std::byte*>(target.get_data_handle()), to.get_size()));
}

void Compiler::float_layer(const model::LinearLayer& layer, const Chain& chain)
{
    if (tracing_ == Tracing::every_value) {
        reproducible_layer(layer, chain.layer_result);
        finish_chain(chain);
    } else if (layer.convolution) {
        float_convolution(layer, chain);
    } else {
        float_product(layer, chain);
    }
}

void Compiler::float_convolution(const model::LinearLayer& layer, const Chain& chain)
{
    memory::dims weight_extents(layer.weight_shape.begin(), layer.weight_shape.end());
    if (layer.groups > 1) {
        weight_extents[0] /= layer.groups;
        weight_extents.insert(weight_extents.begin(), layer.groups);
    }
    memory::dims dilations = layer.dilations;
    for (memory::dim& dilation : dilations)
        --dilation;  // oneDNN counts the gaps
    const memory::desc bias_layout = plain_layout({layer.output_channels()});
    const dnnl::convolution_forward::desc operation(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, any_layout(shape(layer.input)),
        any_layout(weight_extents), bias_layout, any_layout(shape(chain.result)), layer.strides, dilations,
        layer.pads_begin, layer.pads_end);
    const auto describe = [&](bool add, bool clamp) {
        dnnl::post_ops operations;
        if (add)
            operations.append_sum(1.0F);
        if (clamp)
            append_clamp(operations, *chain.clamp);
        dnnl::primitive_attr attributes;
        attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
        attributes.set_post_ops(operations);
        return dnnl::convolution_forward::primitive_desc(operation, attributes, cpu_engine());
    };

    // The residual is added in place: its buffer must be ours to overwrite and have the result's layout.
    bool add = chain.add && !used_later(chain.residual);
    auto description = describe(add, chain.clamp && (add || !chain.add));
    const BufferIndex input = in_layout(layer.input, description.src_desc());
    BufferIndex result;
    if (add) {
        result = in_layout(chain.residual, description.dst_desc());
        std::vector<FloatForm>& forms = floats_[chain.residual.at()];
        const auto form =
            std::find_if(forms.begin(), forms.end(), [&](const FloatForm& f) { return f.buffer == result; });
        add = form != forms.end() && !form->shared && result != input;
        if (add)
            forms.erase(form);
        else
            description = describe(false, false);
    }
    if (!add)
        result = out_.arena(description.dst_desc().get_size());
    const BufferIndex weights = packed(layer.weights, plain_layout(weight_extents), description.weights_desc());
    emit_call(dnnl::convolution_forward(description), {{DNNL_ARG_SRC, description.src_desc(), input},
                                                       {DNNL_ARG_WEIGHTS, description.weights_desc(), weights},
                                                       {DNNL_ARG_BIAS, bias_layout, out_.constant(layer.bias)},
                                                       {DNNL_ARG_DST, description.dst_desc(), result},
                                                       {DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(),
                                                        out_.arena(description.scratchpad_desc().get_size())}});
    const bool complete = add || !chain.add;
    set_float(complete ? chain.result : chain.layer_result, description.dst_desc(), result);
    if (!complete)
        finish_chain(chain);
}

void Compiler::float_product(const model::LinearLayer& layer, const Chain& chain)
{
    // A flattened image is read as it lies: the weights' columns are split into the image's axes instead.
    const std::optional<ValueIndex> image = reshape_of_[layer.input.at()];
    const bool flattened = image && floats_[layer.input.at()].empty() && !floats_[image->at()].empty() &&
                           shape(*image).size() == 4 && shape(layer.input).size() == 2 &&
                           shape(*image)[0] == shape(layer.input)[0];
    const std::int64_t columns = layer.weight_shape[1];
    memory::dims source = {static_cast<std::int64_t>(count(layer.input)) / columns, columns};
    memory::dims weight_extents = {layer.output_channels(), columns};
    if (flattened) {
        source = shape(*image);
        weight_extents = {layer.output_channels(), source[1], source[2], source[3]};
    }
    const memory::desc bias_layout = plain_layout({layer.output_channels()});
    const memory::desc result_layout = plain_layout({source[0], layer.output_channels()});
    const memory::desc source_layout = flattened ? any_layout(source) : plain_layout(source);
    const dnnl::inner_product_forward::desc operation(dnnl::prop_kind::forward_inference, source_layout,
                                                      any_layout(weight_extents), bias_layout, result_layout);
    dnnl::post_ops operations;
    const bool complete = !chain.add;
    if (complete && chain.clamp)
        append_clamp(operations, *chain.clamp);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    attributes.set_post_ops(operations);
    const dnnl::inner_product_forward::primitive_desc description(operation, attributes, cpu_engine());
    const BufferIndex input = flattened ? in_layout(*image, description.src_desc()) : plain(layer.input);
    const BufferIndex weights = packed(layer.weights, plain_layout(weight_extents), description.weights_desc());
    const BufferIndex result = new_plain(complete ? chain.result : chain.layer_result);
    emit_call(dnnl::inner_product_forward(description), {{DNNL_ARG_SRC, description.src_desc(), input},
                                                         {DNNL_ARG_WEIGHTS, description.weights_desc(), weights},
                                                         {DNNL_ARG_BIAS, bias_layout, out_.constant(layer.bias)},
                                                         {DNNL_ARG_DST, result_layout, result},
                                                         {DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(),
                                                          out_.arena(description.scratchpad_desc().get_size())}});
    if (!complete)
        finish_chain(chain);
}

void Compiler::reproducible_layer(const model::LinearLayer& layer, ValueIndex result)
{
    kernels::FloatConvolution convolution;
    std::size_t images = static_cast<std::size_t>(shape(layer.input).front());
    if (layer.convolution) {
        static_cast<kernels::ConvolutionShape&>(convolution) =
            convolution_shape(layer, shape(layer.input), shape(result));
    } else {
        convolution.channels = static_cast<std::size_t>(layer.weight_shape[1]);
        convolution.out_channels = static_cast<std::size_t>(layer.output_channels());
        images = count(layer.input) / convolution.channels;
    }
    const BufferIndex input = plain(layer.input);
    const BufferIndex weights = out_.constant(layer.weights);
    const BufferIndex bias = out_.constant(layer.bias);
    const BufferIndex scratch = out_.arena(convolution.scratch() * sizeof(float));
    const BufferIndex output = new_plain(result);
    emit({input, scratch, output}, [=](const Context& c) {
        convolution(c.at<float>(input), c.at<float>(weights), c.at<float>(bias), c.at<float>(output),
                    c.at<float>(scratch), images);
    });
}

void Compiler::finish_chain(const Chain& chain)
{
    if (chain.add)
        binary(kernels::Binary::add, chain.layer_result, chain.residual, chain.sum);
    if (chain.clamp)
        unary({kernels::Unary::clip, chain.clamp->low, chain.clamp->high}, chain.sum, chain.result);
}

bool Compiler::float_pool(const model::Node& node)
{
    const bool global = node.op == "GlobalAveragePool" || node.op == "GlobalMaxPool";
    const bool average = node.op == "AveragePool" || node.op == "GlobalAveragePool";
    if (!global && !average && node.op != "MaxPool")
        return false;
    const ValueIndex input = *node.inputs[0];
    const ValueIndex output = node.outputs[0];
    if (plan_ || tracing_ == Tracing::every_value || shape(input).size() != 4 || node.outputs.size() > 1)
        return false;
    const model::Window window = global
                                     ? model::Window{{shape(input)[2], shape(input)[3]}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}
                                     : model::window_of(node, node.integers("kernel_shape"));
    memory::dims dilations = window.dilations;
    memory::dims pads_end = window.pads_end;
    bool hangs_over = false;  // ceil_mode: the last window reaches beyond the declared pads
    for (std::size_t a = 0; a < 2; ++a) {
        --dilations[a];
        const std::int64_t needed = (shape(output)[a + 2] - 1) * window.strides[a] +
                                    (window.kernel[a] - 1) * window.dilations[a] + 1 - shape(input)[a + 2] -
                                    window.pads_begin[a];
        hangs_over = hangs_over || needed > pads_end[a];
        pads_end[a] = std::max(pads_end[a], needed);
        if (window.pads_begin[a] >= window.kernel[a] || pads_end[a] >= window.kernel[a])
            return false;
    }
    const bool include_pads = node.integer("count_include_pad", 0) != 0;
    const bool dilated = std::any_of(dilations.begin(), dilations.end(), [](memory::dim gap) { return gap > 0; });
    if (average && ((hangs_over && include_pads) || dilated))
        return false;
    const auto algorithm = !average       ? dnnl::algorithm::pooling_max
                           : include_pads ? dnnl::algorithm::pooling_avg_include_padding
                                          : dnnl::algorithm::pooling_avg_exclude_padding;
    const FloatForm source = floating(input);
    const dnnl::pooling_v2_forward::desc operation(dnnl::prop_kind::forward_inference, algorithm, source.layout,
                                                   any_layout(shape(output)), window.strides, window.kernel, dilations,
                                                   window.pads_begin, pads_end);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::pooling_v2_forward::primitive_desc description(operation, attributes, cpu_engine());
    const BufferIndex result = out_.arena(description.dst_desc().get_size());
    emit_call(dnnl::pooling_v2_forward(description), {{DNNL_ARG_SRC, source.layout, source.buffer},
                                                      {DNNL_ARG_DST, description.dst_desc(), result},
                                                      {DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(),
                                                       out_.arena(description.scratchpad_desc().get_size())}});
    set_float(output, description.dst_desc(), result);
    return true;
}

}  // namespace exitscope::engine
