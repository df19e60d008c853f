// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/engine/kernels/convolution.h"
#include "core/network/model/linear_layer.h"

namespace exitscope::engine {

/// Geometry of a convolution of images [N, C, H, W] with these shapes.
[[nodiscard]] kernels::ConvolutionShape convolution_shape(const model::LinearLayer& layer, const model::Shape& in,
                                                          const model::Shape& out);

}  // namespace exitscope::engine
