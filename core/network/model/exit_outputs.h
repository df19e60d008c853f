// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/output_kind.h"
#include "core/network/model/graph.h"
#include "core/network/model/multi_exit.h"

/// Which outputs of a file are exits.
namespace exitscope::model {

/// Classes of an output [batch, classes] with axes of one element anywhere after the batch; nullopt for other shapes.
[[nodiscard]] std::optional<std::int64_t> classes_of(const Shape& shape, std::int64_t batch);

/// What each output of a specialised graph is taken for, in the order of Graph::outputs. Without `exits`, outputs are
/// left out that hold integers, do not depend on the input, give fewer than two numbers an image, are features that a
/// later output is computed from, or are computed from another exit's scores alone (its softmax); the most common
/// number of classes wins, unless the metadata name the classes. [exits, batch, classes] and [batch, exits, classes]
/// are stacks. Errors: no exit; outputs of different kinds between which nothing decides; a name in `exits` that is no
/// output or cannot be an exit.
[[nodiscard]] Expected<std::vector<FileOutput>> choose_exits(const Graph& graph, std::int64_t batch,
                                                             const std::vector<std::string>& exits);

/// Whether the shapes of the outputs do not tell which axis is the batch, so that choose_exits() needs the graph for
/// another batch size.
[[nodiscard]] bool batch_is_ambiguous(const Graph& graph, std::int64_t batch);

/// Makes the chosen exits the outputs of the graph, for any batch size. A part of a stack becomes the value that was
/// stacked, where the graph shows it, so that it costs no more than its own exit.
void keep_exits(Graph& graph, const std::vector<FileOutput>& chosen);

/// Removes outputs that give none of `exits` ("name", or "name.k" for a part; "name" also stands for all outputs
/// "name.k"), and returns their descriptions.
/// Error: a name that fits no output.
[[nodiscard]] Expected<std::vector<FileOutput>> drop_other_outputs(Graph& graph, const std::vector<std::string>& exits);

/// What an output of a specialised graph holds as far as its last operators tell: probabilities after a Softmax over
/// the classes, logits after LogSoftmax or a layer. nullopt: only its values can tell.
[[nodiscard]] std::optional<OutputKind> output_kind(const Graph& graph, ValueIndex output);

}  // namespace exitscope::model
