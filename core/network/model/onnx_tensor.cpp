// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/onnx_tensor.h"

#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include <onnx/onnx_pb.h>

namespace exitscope::model {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

using Proto = onnx::TensorProto;

/// Largest number of elements of one tensor of a file (protobuf files end at 2 GiB).
constexpr std::int64_t max_elements = std::int64_t{1} << 31;

struct Half {
    std::uint16_t bits;
};
struct Brain {
    std::uint16_t bits;
};

float widen(Half half)
{
    const auto sign = static_cast<std::uint32_t>(half.bits & 0x8000U) << 16;
    const std::uint32_t exponent = (half.bits >> 10) & 0x1FU;
    const std::uint32_t fraction = half.bits & 0x3FFU;
    if (exponent == 0) {
        const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
        return sign ? -magnitude : magnitude;
    }
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7F800000U | (fraction << 13));
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

float widen(Brain brain)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(brain.bits) << 16);
}

/// Converts `raw`, elements of type T, appending to `out`.
template <class T, class Out>
void convert_raw(const std::string& raw, std::vector<Out>& out)
{
    for (std::size_t at = 0; at < raw.size(); at += sizeof(T)) {
        T element;
        std::memcpy(&element, raw.data() + at, sizeof(T));
        if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, Brain>)
            out.push_back(widen(element));
        else
            out.push_back(static_cast<Out>(element));
    }
}

/// Converts the typed field of a message; 16-bit floats are stored as their bits in int32_data.
template <class T, class Field, class Out>
void convert_field(const Field& field, std::vector<Out>& out)
{
    for (const auto element : field) {
        if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, Brain>)
            out.push_back(widen(T{static_cast<std::uint16_t>(element)}));
        else
            out.push_back(static_cast<Out>(element));
    }
}

/// Fills `out` from raw_data or `field`; false when the number of elements is not `count`.
template <class T, class Field, class Out>
bool fill(const Proto& proto, const Field& field, std::size_t count, std::vector<Out>& out)
{
    if (proto.has_raw_data()) {
        if (proto.raw_data().size() != count * sizeof(T))
            return false;
        out.reserve(count);
        convert_raw<T>(proto.raw_data(), out);
        return true;
    }
    if (static_cast<std::size_t>(field.size()) != count)
        return false;
    out.reserve(count);
    convert_field<T>(field, out);
    return true;
}

bool fill_values(const Proto& proto, std::size_t count, Tensor& tensor)
{
    switch (proto.data_type()) {
    case Proto::FLOAT: return fill<float>(proto, proto.float_data(), count, tensor.floats);
    case Proto::DOUBLE: return fill<double>(proto, proto.double_data(), count, tensor.floats);
    case Proto::FLOAT16: return fill<Half>(proto, proto.int32_data(), count, tensor.floats);
    case Proto::BFLOAT16: return fill<Brain>(proto, proto.int32_data(), count, tensor.floats);
    case Proto::INT64: return fill<std::int64_t>(proto, proto.int64_data(), count, tensor.ints);
    case Proto::INT32: return fill<std::int32_t>(proto, proto.int32_data(), count, tensor.ints);
    case Proto::INT16: return fill<std::int16_t>(proto, proto.int32_data(), count, tensor.ints);
    case Proto::INT8: return fill<std::int8_t>(proto, proto.int32_data(), count, tensor.ints);
    case Proto::UINT16: return fill<std::uint16_t>(proto, proto.int32_data(), count, tensor.ints);
    case Proto::UINT8:
    case Proto::BOOL: return fill<std::uint8_t>(proto, proto.int32_data(), count, tensor.ints);
    case Proto::UINT32: return fill<std::uint32_t>(proto, proto.uint64_data(), count, tensor.ints);
    case Proto::UINT64: return fill<std::uint64_t>(proto, proto.uint64_data(), count, tensor.ints);
    default: return false;
    }
}

}  // namespace

std::optional<ValueType> value_type(std::int64_t data_type)
{
    switch (data_type) {
    case Proto::FLOAT: return float_type;
    case Proto::DOUBLE: return ValueType{false, ElementType::float64};
    case Proto::FLOAT16: return ValueType{false, ElementType::float16};
    case Proto::BFLOAT16: return ValueType{false, ElementType::bfloat16};
    case Proto::INT64: return int_type;
    case Proto::INT32: return ValueType{true, ElementType::int32};
    case Proto::INT16: return ValueType{true, ElementType::int16};
    case Proto::INT8: return ValueType{true, ElementType::int8};
    case Proto::UINT16: return ValueType{true, ElementType::uint16};
    case Proto::UINT8: return ValueType{true, ElementType::uint8};
    case Proto::UINT32: return ValueType{true, ElementType::uint32};
    case Proto::UINT64: return ValueType{true, ElementType::uint64};
    case Proto::BOOL: return bool_type;
    default: return std::nullopt;
    }
}

std::int64_t onnx_type(ValueType type)
{
    for (int data_type = Proto::DataType_MIN; data_type <= Proto::DataType_MAX; ++data_type)
        if (value_type(data_type) == type)
            return data_type;
    return Proto::UNDEFINED;
}

Expected<Tensor> convert_tensor(const Proto& proto, std::string_view where, std::string_view what)
{
    const std::string name(what);
    if (proto.data_location() == Proto::EXTERNAL || proto.external_data_size() > 0)
        return unsupported(where, name + " keeps its data in another file; save the model with its weights inside");
    if (proto.has_segment())
        return unsupported(where, name + " is stored in segments");
    const std::optional<ValueType> kept = value_type(proto.data_type());
    if (!kept) {
        const std::string type = Proto::DataType_IsValid(proto.data_type())
                                     ? Proto::DataType_Name(static_cast<Proto::DataType>(proto.data_type()))
                                     : std::to_string(proto.data_type());
        return unsupported(where, name + " has the element type " + type + ", which is not supported");
    }
    Tensor tensor;
    tensor.is_int = kept->is_int;
    tensor.element = kept->element;
    tensor.shape.assign(proto.dims().begin(), proto.dims().end());
    const std::optional<std::int64_t> count = checked_element_count(tensor.shape, max_elements);
    if (!count)
        return bad_input(where, name + " has the impossible shape " + to_text(tensor.shape));
    if (!fill_values(proto, static_cast<std::size_t>(*count), tensor))
        return bad_input(where, name + " does not hold the " + std::to_string(*count) + " elements that its shape " +
                                    to_text(tensor.shape) + " says");
    return tensor;
}

}  // namespace exitscope::model
