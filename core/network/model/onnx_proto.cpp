// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/onnx_proto.h"

#include <bit>
#include <span>

namespace exitscope::model {

static_assert(std::endian::native == std::endian::little, "raw_data of ONNX tensors is little-endian");

onnx::TensorProto::DataType data_type(ValueType type)
{
    if (type == bool_type)
        return onnx::TensorProto::BOOL;
    return type.is_int ? onnx::TensorProto::INT64 : onnx::TensorProto::FLOAT;
}

onnx::TensorProto to_proto(const Tensor& tensor, const std::string& name)
{
    onnx::TensorProto proto;
    proto.set_name(name);
    for (const std::int64_t extent : tensor.shape)
        proto.add_dims(extent);
    proto.set_data_type(data_type(tensor.type()));
    if (tensor.type() == bool_type) {
        for (const std::int64_t element : tensor.ints)
            proto.add_int32_data(static_cast<std::int32_t>(element));
        return proto;
    }
    const auto bytes = tensor.is_int ? std::as_bytes(std::span(tensor.ints)) : std::as_bytes(std::span(tensor.floats));
    proto.set_raw_data(bytes.data(), bytes.size());
    return proto;
}

onnx::AttributeProto to_proto(const std::string& name, const Attribute& attribute)
{
    onnx::AttributeProto proto;
    proto.set_name(name);
    struct Writer {
        onnx::AttributeProto& to;

        void operator()(std::int64_t value) const
        {
            to.set_type(onnx::AttributeProto::INT);
            to.set_i(value);
        }
        void operator()(float value) const
        {
            to.set_type(onnx::AttributeProto::FLOAT);
            to.set_f(value);
        }
        void operator()(const std::string& value) const
        {
            to.set_type(onnx::AttributeProto::STRING);
            to.set_s(value);
        }
        void operator()(const std::vector<std::int64_t>& values) const
        {
            to.set_type(onnx::AttributeProto::INTS);
            for (const std::int64_t value : values)
                to.add_ints(value);
        }
        void operator()(const std::vector<float>& values) const
        {
            to.set_type(onnx::AttributeProto::FLOATS);
            for (const float value : values)
                to.add_floats(value);
        }
        void operator()(const Tensor& value) const
        {
            to.set_type(onnx::AttributeProto::TENSOR);
            *to.mutable_t() = to_proto(value, {});
        }
    };
    std::visit(Writer{proto}, attribute);
    return proto;
}

onnx::ValueInfoProto to_proto(const Value& value, const std::string& name)
{
    onnx::ValueInfoProto proto;
    proto.set_name(name);
    auto& type = *proto.mutable_type()->mutable_tensor_type();
    type.set_elem_type(data_type(value.type()));
    for (const std::int64_t extent : value.shape)
        type.mutable_shape()->add_dim()->set_dim_value(extent);
    return proto;
}

}  // namespace exitscope::model
