// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/error.h"

namespace onnx {
class GraphProto;
}

namespace exitscope::model {

/// Attributes that inline_branches() sets on nodes. `If`s are numbered from 0; number k has the arms 2k (then) and
/// 2k + 1 (else). The first attribute holds the arm that a node stood in, the second the number of an `If` node.
inline constexpr std::string_view arm_attribute = "exitscope.arm";
inline constexpr std::string_view branch_attribute = "exitscope.if";

/// Moves the nodes and initializers of every `If`'s two branches, nested ones too, into the graph around it, under
/// names of their own. The `If` then reads its condition, the outputs of the branch for true and those of the branch
/// for false, and chooses: operators have no side effects, so computing both arms gives the same result.
/// Errors: branches nested too deeply; a branch that is missing or has inputs, or too few outputs.
[[nodiscard]] Expected<void> inline_branches(onnx::GraphProto& graph, std::string_view where);

}  // namespace exitscope::model
