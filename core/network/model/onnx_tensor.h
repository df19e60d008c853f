// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace onnx {
class TensorProto;
}

namespace exitscope::model {

/// Converts one tensor message (see Tensor for the types kept). `where` is the file, `what` names the tensor in errors.
/// Errors: external data; strings, complex numbers; negative or absurd dimensions; data that does not fill the shape.
[[nodiscard]] Expected<Tensor> convert_tensor(const onnx::TensorProto& proto, std::string_view where,
                                              std::string_view what);

/// The type in memory of an ONNX element type (TensorProto.DataType); nullopt for unsupported types.
[[nodiscard]] std::optional<ValueType> value_type(std::int64_t data_type);
/// The inverse of value_type().
[[nodiscard]] std::int64_t onnx_type(ValueType type);

}  // namespace exitscope::model
