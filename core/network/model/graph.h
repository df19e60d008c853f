// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/index.h"

namespace exitscope::model {

/// Dimensions of a tensor, row-major; -1 = symbolic dimension, unknown until the batch size is set.
using Shape = std::vector<std::int64_t>;

/// Product of the dimensions; every dimension must be known.
[[nodiscard]] std::int64_t element_count(const Shape& shape);

/// element_count() for dimensions from a file: nullopt when one is unknown or when the product of those that are not
/// zero exceeds `limit`.
[[nodiscard]] std::optional<std::int64_t> checked_element_count(const Shape& shape, std::int64_t limit);

/// "[1,3,32,32]", unknown dimensions (-1) as "?"; for messages.
[[nodiscard]] std::string to_text(const Shape& shape);

/// Element type of a tensor in the file. In memory elements are float32 or int64 (float16 and double become float32,
/// smaller integers and booleans int64); `as_kept` means that the file's type is that same type. The other types are
/// remembered for arithmetic that wraps around, for casts and for tensors that are written to files. Unsigned 64-bit
/// integers keep their bits.
enum class ElementType {
    as_kept,
    float16,
    bfloat16,
    float64,
    boolean,
    int2,
    int4,
    int8,
    int16,
    int32,
    uint2,
    uint4,
    uint8,
    uint16,
    uint32,
    uint64,
};

/// Type of the elements in memory (float32 or int64) and in the file.
struct ValueType {
    bool is_int = false;
    ElementType element = ElementType::as_kept;

    friend bool operator==(const ValueType&, const ValueType&) = default;
};
inline constexpr ValueType float_type{};
inline constexpr ValueType int_type{true, ElementType::as_kept};
inline constexpr ValueType bool_type{true, ElementType::boolean};

/// "float", "int64", "uint8" ...: the names of ONNX, for messages.
[[nodiscard]] std::string type_name(ValueType type);

/// `value` as the type holds it: integers wrap around, booleans become 0 or 1, floats are rounded.
[[nodiscard]] std::int64_t narrowed(std::int64_t value, ElementType type);
[[nodiscard]] float narrowed(float value, ElementType type);

/// Constant data.
struct Tensor {
    Shape shape;
    std::vector<float> floats;  ///< exactly one of the two is used; an empty tensor has neither
    std::vector<std::int64_t> ints;
    bool is_int = false;
    ElementType element = ElementType::as_kept;

    [[nodiscard]] ValueType type() const { return {is_int, element}; }
};

using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>, Tensor>;

/// One operator application. `op` is the ONNX operator name ("Conv"), domain "" only; the reader has normalised
/// versions: optional tensor inputs that older opsets held in attributes (Clip min/max, Squeeze axes, Pad pads, Slice,
/// ReduceMean axes, Dropout, Unsqueeze ...) are attributes here wherever they are constant after folding.
struct Node {
    std::string op;
    std::string name;                               ///< as in the file; made up ("Conv_12") when the file has none
    std::vector<std::optional<ValueIndex>> inputs;  ///< nullopt = omitted optional input
    std::vector<ValueIndex> outputs;
    std::map<std::string, Attribute> attributes;

    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t otherwise) const;
    [[nodiscard]] float number(std::string_view key, float otherwise) const;
    [[nodiscard]] std::string text(std::string_view key, std::string_view otherwise) const;
    [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key,
                                                     const std::vector<std::int64_t>& otherwise = {}) const;
};

/// Grid of unsigned integers of at most a byte: real = scale * (q - zero_point), q in [0, 2^bits - 1].
struct ByteGrid {
    float scale = 1.0F;
    std::int32_t zero_point = 0;
    std::uint8_t bits = 8;

    friend bool operator==(const ByteGrid&, const ByteGrid&) = default;
};

/// Quantization of a value as stated by a quantized file (file_quantization.h).
struct StoredQuantization {
    std::optional<ByteGrid> stream;   ///< of a non-constant tensor: it is rounded to this grid for every reader
    std::optional<ByteGrid> operand;  ///< of a non-constant tensor: Conv, Gemm and MatMul read it on this grid
    std::vector<float> scales;  ///< of a constant: every element is a whole number times its scale; one scale, or one
                                ///< per index along `axis`
    std::size_t axis = 0;
    std::uint8_t bits = 8;  ///< of a constant: that its integers have in the file
};

/// A tensor of the graph: either "flowing" (an input, or computed by a node) or constant.
struct Value {
    std::string name;
    Shape shape;                             ///< after specialise(): all dimensions known
    std::shared_ptr<const Tensor> constant;  ///< null for tensors that flow; shared between copies of a graph
    std::optional<NodeIndex> producer;       ///< nullopt for graph inputs and constants
    bool is_int = false;                     ///< kept as int64, else as float32
    ElementType element = ElementType::as_kept;
    std::shared_ptr<const StoredQuantization> stored;  ///< null unless a quantized file states it

    [[nodiscard]] ValueType type() const { return {is_int, element}; }
};

/// A directed acyclic graph of operators in topological order, single assignment.
struct Graph {
    std::string name;
    std::vector<Value> values;
    std::vector<Node> nodes;
    std::vector<ValueIndex> inputs;               ///< without initializers
    std::vector<ValueIndex> outputs;              ///< in file order
    std::vector<std::string> output_names;        ///< as in the file, one per output (a value may serve several)
    std::map<std::string, std::string> metadata;  ///< metadata_props of the file
    std::string producer;                         ///< "pytorch 1.13"
    std::int64_t opset = 0;
    bool open_batch = false;  ///< after specialise(): the file leaves the first dimension of the input open

    [[nodiscard]] const Value& value(ValueIndex index) const { return values[index.at()]; }
    [[nodiscard]] const Node& node(NodeIndex index) const { return nodes[index.at()]; }
    /// By ValueIndex: the nodes that read the value, in topological order.
    [[nodiscard]] std::vector<std::vector<NodeIndex>> consumers() const;
};

/// A node that this program cannot run, as listed by `info` and in error messages.
struct UnsupportedNode {
    std::string node;
    std::string op;
    std::int64_t opset = 0;
    std::string reason;
};

/// Multiply-accumulates of one node (convolutions and matrix products; 0 for everything else) for the whole batch,
/// and its number of parameters. Shapes must be known.
[[nodiscard]] std::int64_t macs(const Graph& graph, const Node& node);
[[nodiscard]] std::int64_t parameters(const Graph& graph, const Node& node);

}  // namespace exitscope::model
