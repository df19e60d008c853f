// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Whether the only input of a graph as read, of four axes, is [batch, height, width, channels] and not
/// [batch, channels, height, width]: what the first operators make of it decides (a convolution, a Transpose), else
/// which axis has one or three elements.
[[nodiscard]] bool is_channels_last(const Graph& graph);

/// Turns such an input into [batch, channels, height, width]. Where only element-wise operators with constants lie
/// between the input and the Transposes that put the channels first, these work on the new order and the Transposes
/// fall away; otherwise a Transpose behind the input restores the order of the file.
void put_channels_first(Graph& graph);

/// Puts nodes before all others; every value that they make gets its producer.
void prepend(Graph& graph, std::vector<Node> nodes);

/// A constant of a graph as read: an initializer, or the value of a Constant node; null for tensors that flow.
[[nodiscard]] const Tensor* constant_of(const Graph& graph, std::optional<ValueIndex> value);

/// Whether the node works on every element of `data` by itself, with constants as its other inputs.
[[nodiscard]] bool is_elementwise(const Graph& graph, const Node& node, ValueIndex data);

}  // namespace exitscope::model
