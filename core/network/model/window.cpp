// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/window.h"

#include <utility>

namespace exitscope::model {

Window window_of(const Node& node, std::vector<std::int64_t> kernel)
{
    const std::size_t axes = kernel.size();
    const std::vector<std::int64_t> pads = node.integers("pads", std::vector<std::int64_t>(2 * axes, 0));
    const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(pads.size() / 2);
    Window window;
    window.kernel = std::move(kernel);
    window.strides = node.integers("strides", std::vector<std::int64_t>(axes, 1));
    window.dilations = node.integers("dilations", std::vector<std::int64_t>(axes, 1));
    window.pads_begin.assign(pads.begin(), middle);
    window.pads_end.assign(middle, pads.end());
    return window;
}

}  // namespace exitscope::model
