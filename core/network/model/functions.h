// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/base/error.h"

namespace onnx {
class ModelProto;
}

namespace exitscope::model {

/// Attribute that inline_functions() sets on a node whose function imports another version of the ONNX operators than
/// the model: that version.
inline constexpr std::string_view opset_attribute = "exitscope.opset";

/// Replaces every call of a function that the model defines itself, also inside sub-graphs and other functions, by the
/// nodes of its body under names of their own: "CALL/NODE". References to attributes take the value that the call
/// gives, else the function's default, else they are left out; inputs that a call omits are omitted in the body.
/// Errors: a function that calls itself; more nodes than a model can have; a call with more inputs or outputs than its
/// function has.
[[nodiscard]] Expected<void> inline_functions(onnx::ModelProto& model, std::string_view where);

}  // namespace exitscope::model
