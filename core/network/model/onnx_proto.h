// SPDX-License-Identifier: GPL-3.0-or-later
// Conversion of values to the protobuf messages of ONNX files; the only header that includes protobuf.
#pragma once

#include <string>

#include <onnx/onnx_pb.h>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// The ONNX type with which a value is written: float, int64, or bool for booleans.
[[nodiscard]] onnx::TensorProto::DataType data_type(ValueType type);
[[nodiscard]] onnx::TensorProto to_proto(const Tensor& tensor, const std::string& name);
[[nodiscard]] onnx::AttributeProto to_proto(const std::string& name, const Attribute& attribute);
/// The description of an input or output: name, type and shape.
[[nodiscard]] onnx::ValueInfoProto to_proto(const Value& value, const std::string& name);

}  // namespace exitscope::model
