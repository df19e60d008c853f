// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace onnx {
class TensorProto;
}

namespace exitscope::model {

class ExternalData;

/// Converts one tensor message (see Tensor for the types kept). `where` is the file, `what` names the tensor in errors.
/// Elements in other files are read from `files`; null = such a tensor is an error.
/// Errors: those of ExternalData::read(); strings, complex numbers, floats of 8 bits and less; negative or absurd
/// dimensions; data that does not fill the shape.
[[nodiscard]] Expected<Tensor> convert_tensor(const onnx::TensorProto& proto, std::string_view where,
                                              std::string_view what, ExternalData* files);

/// The number of bytes that the elements take as raw data. Errors: the type or the shape, as for convert_tensor().
[[nodiscard]] Expected<std::uint64_t> raw_bytes(const onnx::TensorProto& proto, std::string_view where,
                                                std::string_view what);

/// The type in memory of an ONNX element type (TensorProto.DataType); nullopt for unsupported types.
[[nodiscard]] std::optional<ValueType> value_type(std::int64_t data_type);
/// The inverse of value_type().
[[nodiscard]] std::int64_t onnx_type(ValueType type);

}  // namespace exitscope::model
