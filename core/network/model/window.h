// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Sliding window of a convolution or pooling, one entry per spatial axis, vertical axis first.
struct Window {
    std::vector<std::int64_t> kernel, strides, dilations, pads_begin, pads_end;
};

/// Strides, dilations and pads of a Conv or pooling node in the normal form of specialise().
[[nodiscard]] Window window_of(const Node& node, std::vector<std::int64_t> kernel);

}  // namespace exitscope::model
