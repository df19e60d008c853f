// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/onnx_tensor.h"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include <onnx/onnx_pb.h>

#include "core/network/model/external_data.h"

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
void convert_raw(std::string_view raw, std::vector<Out>& out)
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

/// Element types of less than a byte; the library that reads the messages does not know them.
constexpr int uint4_type = 21;
constexpr int int4_type = 22;
constexpr int uint2_type = 25;
constexpr int int2_type = 26;

/// Bits of an element of less than a byte; 8 for all others.
std::size_t packed_bits(std::int64_t data_type)
{
    return data_type == uint4_type || data_type == int4_type   ? 4
           : data_type == uint2_type || data_type == int2_type ? 2
                                                               : 8;
}

/// Elements as bytes; nullopt where a message holds them in a field of their type.
using Raw = std::optional<std::string_view>;

/// Fills `out` from the bytes or else from `field`; false when the number of elements is not `count`.
template <class T, class Field, class Out>
bool fill(const Raw& raw, const Field& field, std::size_t count, std::vector<Out>& out)
{
    if (raw) {
        if (raw->size() != count * sizeof(T))
            return false;
        out.reserve(count);
        convert_raw<T>(*raw, out);
        return true;
    }
    if (static_cast<std::size_t>(field.size()) != count)
        return false;
    out.reserve(count);
    convert_field<T>(field, out);
    return true;
}

/// Elements of `bits` bits, the lowest of every byte first. Fields of the message hold one byte per number.
bool fill_packed(const Proto& proto, const Raw& raw, std::size_t count, std::size_t bits, Tensor& tensor)
{
    const std::size_t per_byte = 8 / bits;
    const std::size_t bytes = (count + per_byte - 1) / per_byte;
    if ((raw ? raw->size() : static_cast<std::size_t>(proto.int32_data_size())) != bytes)
        return false;
    tensor.ints.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = i / per_byte;
        const auto byte = static_cast<std::uint8_t>(raw ? (*raw)[at] : proto.int32_data(static_cast<int>(at)));
        tensor.ints.push_back(narrowed(std::int64_t{byte} >> (i % per_byte * bits), tensor.element));
    }
    return true;
}

bool fill_values(const Proto& proto, const Raw& raw, std::size_t count, Tensor& tensor)
{
    if (const std::size_t bits = packed_bits(proto.data_type()); bits < 8)
        return fill_packed(proto, raw, count, bits, tensor);
    switch (proto.data_type()) {
    case Proto::FLOAT: return fill<float>(raw, proto.float_data(), count, tensor.floats);
    case Proto::DOUBLE: return fill<double>(raw, proto.double_data(), count, tensor.floats);
    case Proto::FLOAT16: return fill<Half>(raw, proto.int32_data(), count, tensor.floats);
    case Proto::BFLOAT16: return fill<Brain>(raw, proto.int32_data(), count, tensor.floats);
    case Proto::INT64: return fill<std::int64_t>(raw, proto.int64_data(), count, tensor.ints);
    case Proto::INT32: return fill<std::int32_t>(raw, proto.int32_data(), count, tensor.ints);
    case Proto::INT16: return fill<std::int16_t>(raw, proto.int32_data(), count, tensor.ints);
    case Proto::INT8: return fill<std::int8_t>(raw, proto.int32_data(), count, tensor.ints);
    case Proto::UINT16: return fill<std::uint16_t>(raw, proto.int32_data(), count, tensor.ints);
    case Proto::UINT8:
    case Proto::BOOL: return fill<std::uint8_t>(raw, proto.int32_data(), count, tensor.ints);
    case Proto::UINT32: return fill<std::uint32_t>(raw, proto.uint64_data(), count, tensor.ints);
    case Proto::UINT64: return fill<std::uint64_t>(raw, proto.uint64_data(), count, tensor.ints);
    default: return false;
    }
}

/// Bytes of the elements as raw data, of a type that value_type() knows.
std::uint64_t bytes_of(std::int64_t data_type, std::int64_t elements)
{
    const auto count = static_cast<std::uint64_t>(elements);
    switch (data_type) {
    case Proto::DOUBLE:
    case Proto::INT64:
    case Proto::UINT64: return 8 * count;
    case Proto::FLOAT:
    case Proto::INT32:
    case Proto::UINT32: return 4 * count;
    case Proto::FLOAT16:
    case Proto::BFLOAT16:
    case Proto::INT16:
    case Proto::UINT16: return 2 * count;
    default: return (count * packed_bits(data_type) + 7) / 8;
    }
}

/// Names of the element types that are newer than the library that reads the messages.
std::string data_type_name(std::int64_t data_type)
{
    constexpr int first = 17;
    constexpr std::array names = {"FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4",
                                  "INT4",         "FLOAT4E2M1",     "FLOAT8E8M0", "UINT2",          "INT2"};
    if (data_type >= first && data_type < first + static_cast<std::int64_t>(names.size()))
        return names[static_cast<std::size_t>(data_type - first)];
    if (data_type >= 0 && data_type <= Proto::DataType_MAX)
        return Proto::DataType_Name(static_cast<Proto::DataType>(data_type));
    return std::to_string(data_type);
}

/// Errors: a type that is not supported; an impossible shape.
Expected<std::int64_t> count_elements(const Proto& proto, std::string_view where, std::string_view what)
{
    if (!value_type(proto.data_type()))
        return unsupported(where, std::string(what) + " has the element type " + data_type_name(proto.data_type()) +
                                      ", which is not supported");
    const Shape shape(proto.dims().begin(), proto.dims().end());
    const std::optional<std::int64_t> count = checked_element_count(shape, max_elements);
    if (!count)
        return bad_input(where, std::string(what) + " has the impossible shape " + to_text(shape));
    return *count;
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
    case uint4_type: return ValueType{true, ElementType::uint4};
    case int4_type: return ValueType{true, ElementType::int4};
    case uint2_type: return ValueType{true, ElementType::uint2};
    case int2_type: return ValueType{true, ElementType::int2};
    default: return std::nullopt;
    }
}

std::int64_t onnx_type(ValueType type)
{
    for (int data_type = Proto::DataType_MIN; data_type <= int2_type; ++data_type)
        if (value_type(data_type) == type)
            return data_type;
    return Proto::UNDEFINED;
}

Expected<std::uint64_t> raw_bytes(const Proto& proto, std::string_view where, std::string_view what)
{
    const Expected<std::int64_t> count = count_elements(proto, where, what);
    if (!count)
        return tl::unexpected<Error>(count.error());
    return bytes_of(proto.data_type(), *count);
}

Expected<Tensor> convert_tensor(const Proto& proto, std::string_view where, std::string_view what, ExternalData* files)
{
    const std::string name(what);
    if (proto.has_segment())
        return unsupported(where, name + " is stored in segments");
    const Expected<std::int64_t> count = count_elements(proto, where, what);
    if (!count)
        return tl::unexpected<Error>(count.error());
    Expected<std::string> elsewhere;
    Raw raw;
    if (is_external(proto)) {
        if (!files)
            return unsupported(where, name + " keeps its data in another file, which cannot be found for a model in "
                                             "memory; open the model from its own file, or save it with its weights "
                                             "inside");
        elsewhere = files->read(proto, bytes_of(proto.data_type(), *count), what);
        if (!elsewhere)
            return forward(elsewhere);
        raw = *elsewhere;
    } else if (proto.has_raw_data()) {
        raw = proto.raw_data();
    }
    const ValueType kept = *value_type(proto.data_type());
    Tensor tensor;
    tensor.is_int = kept.is_int;
    tensor.element = kept.element;
    tensor.shape.assign(proto.dims().begin(), proto.dims().end());
    if (!fill_values(proto, raw, static_cast<std::size_t>(*count), tensor))
        return bad_input(where, name + " does not hold the " + std::to_string(*count) + " elements that its shape " +
                                    to_text(tensor.shape) + " says");
    return tensor;
}

}  // namespace exitscope::model
