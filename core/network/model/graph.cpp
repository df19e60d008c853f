// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace exitscope::model {
namespace {

template <class T>
const T* find(const Node& node, std::string_view key)
{
    const auto found = node.attributes.find(std::string(key));
    return found == node.attributes.end() ? nullptr : std::get_if<T>(&found->second);
}

const Shape& input_shape(const Graph& graph, const Node& node, std::size_t position)
{
    return graph.value(*node.inputs[position]).shape;
}

/// Product of `shape` from position `first` on.
std::int64_t count_from(const Shape& shape, std::size_t first)
{
    return element_count(
        Shape(shape.begin() + static_cast<std::ptrdiff_t>(std::min(first, shape.size())), shape.end()));
}

}  // namespace

std::string type_name(ValueType type)
{
    switch (type.element) {
    case ElementType::as_kept: return type.is_int ? "int64" : "float";
    case ElementType::float16: return "float16";
    case ElementType::bfloat16: return "bfloat16";
    case ElementType::float64: return "double";
    case ElementType::boolean: return "bool";
    case ElementType::int2: return "int2";
    case ElementType::int4: return "int4";
    case ElementType::int8: return "int8";
    case ElementType::int16: return "int16";
    case ElementType::int32: return "int32";
    case ElementType::uint2: return "uint2";
    case ElementType::uint4: return "uint4";
    case ElementType::uint8: return "uint8";
    case ElementType::uint16: return "uint16";
    case ElementType::uint32: return "uint32";
    case ElementType::uint64: return "uint64";
    }
    return {};
}

std::int64_t narrowed(std::int64_t value, ElementType type)
{
    switch (type) {
    case ElementType::boolean: return value != 0;
    case ElementType::int2: return ((value & 3) ^ 2) - 2;
    case ElementType::int4: return ((value & 15) ^ 8) - 8;
    case ElementType::int8: return static_cast<std::int8_t>(value);
    case ElementType::int16: return static_cast<std::int16_t>(value);
    case ElementType::int32: return static_cast<std::int32_t>(value);
    case ElementType::uint2: return value & 3;
    case ElementType::uint4: return value & 15;
    case ElementType::uint8: return static_cast<std::uint8_t>(value);
    case ElementType::uint16: return static_cast<std::uint16_t>(value);
    case ElementType::uint32: return static_cast<std::uint32_t>(value);
    default: return value;
    }
}

float narrowed(float value, ElementType type)
{
    if ((type != ElementType::float16 && type != ElementType::bfloat16) || !std::isfinite(value) || value == 0.0F)
        return value;
    const bool half = type == ElementType::float16;
    const int exponent = std::max(std::ilogb(value), half ? -14 : -126);
    const int last_bit = exponent - (half ? 10 : 7);
    const double rounded = std::ldexp(std::nearbyint(std::ldexp(double(value), -last_bit)), last_bit);
    const double largest = half ? 65504.0 : 0x1.FEp127;
    return std::fabs(rounded) > largest ? std::copysign(std::numeric_limits<float>::infinity(), value)
                                        : static_cast<float>(rounded);
}

std::int64_t element_count(const Shape& shape)
{
    std::int64_t count = 1;
    for (const std::int64_t extent : shape)
        count *= extent;
    return count;
}

std::optional<std::int64_t> checked_element_count(const Shape& shape, std::int64_t limit)
{
    std::int64_t count = 1;
    bool empty = false;
    for (const std::int64_t extent : shape) {
        if (extent < 0 || extent > limit / count)
            return std::nullopt;
        empty = empty || extent == 0;
        count *= std::max<std::int64_t>(extent, 1);
    }
    return empty ? 0 : count;
}

std::string to_text(const Shape& shape)
{
    std::string text = "[";
    for (const std::int64_t extent : shape)
        text += (text.size() > 1 ? "," : "") + (extent == -1 ? std::string("?") : std::to_string(extent));
    return text + "]";
}

std::int64_t Node::integer(std::string_view key, std::int64_t otherwise) const
{
    const auto* found = find<std::int64_t>(*this, key);
    return found ? *found : otherwise;
}

float Node::number(std::string_view key, float otherwise) const
{
    const auto* found = find<float>(*this, key);
    return found ? *found : otherwise;
}

std::string Node::text(std::string_view key, std::string_view otherwise) const
{
    const auto* found = find<std::string>(*this, key);
    return found ? *found : std::string(otherwise);
}

std::vector<std::int64_t> Node::integers(std::string_view key, const std::vector<std::int64_t>& otherwise) const
{
    const auto* found = find<std::vector<std::int64_t>>(*this, key);
    return found ? *found : otherwise;
}

std::vector<std::vector<NodeIndex>> Graph::consumers() const
{
    std::vector<std::vector<NodeIndex>> readers(values.size());
    for (std::size_t n = 0; n < nodes.size(); ++n)
        for (const std::optional<ValueIndex>& input : nodes[n].inputs) {
            if (!input)
                continue;
            std::vector<NodeIndex>& of_input = readers[input->at()];
            if (of_input.empty() || of_input.back() != NodeIndex(n))
                of_input.emplace_back(n);
        }
    return readers;
}

std::int64_t macs(const Graph& graph, const Node& node)
{
    if (node.outputs.empty())
        return 0;
    const std::int64_t results = element_count(graph.value(node.outputs.front()).shape);
    if (node.op == "Conv")
        return results * count_from(input_shape(graph, node, 1), 1);
    if (node.op == "Gemm") {
        const Shape& left = input_shape(graph, node, 0);
        return results * left[node.integer("transA", 0) == 0 ? 1 : 0];
    }
    if (node.op == "MatMul")
        return results * input_shape(graph, node, 0).back();
    return 0;
}

std::int64_t parameters(const Graph& graph, const Node& node)
{
    std::int64_t count = 0;
    for (const std::optional<ValueIndex>& input : node.inputs)
        if (input && graph.value(*input).constant)
            count += element_count(graph.value(*input).shape);
    return count;
}

}  // namespace exitscope::model
