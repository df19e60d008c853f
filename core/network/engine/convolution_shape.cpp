// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/convolution_shape.h"

namespace exitscope::engine {

kernels::ConvolutionShape convolution_shape(const model::LinearLayer& layer, const model::Shape& in,
                                            const model::Shape& out)
{
    kernels::ConvolutionShape shape;
    shape.channels = static_cast<std::size_t>(in[1]);
    shape.height = static_cast<std::size_t>(in[2]);
    shape.width = static_cast<std::size_t>(in[3]);
    shape.out_channels = static_cast<std::size_t>(out[1]);
    shape.out_height = static_cast<std::size_t>(out[2]);
    shape.out_width = static_cast<std::size_t>(out[3]);
    shape.kernel_height = static_cast<std::size_t>(layer.weight_shape[2]);
    shape.kernel_width = static_cast<std::size_t>(layer.weight_shape[3]);
    shape.groups = static_cast<std::size_t>(layer.groups);
    shape.stride_y = layer.strides[0];
    shape.stride_x = layer.strides[1];
    shape.dilation_y = layer.dilations[0];
    shape.dilation_x = layer.dilations[1];
    shape.pad_y = layer.pads_begin[0];
    shape.pad_x = layer.pads_begin[1];
    return shape;
}

}  // namespace exitscope::engine
