// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/bundle/node_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "core/network/engine/node_kernels.h"
#include "core/network/model/onnx_proto.h"

namespace exitscope::bundle {
namespace {

using Attributes = std::map<std::string, model::Attribute>;

constexpr std::int64_t ir_version = 8;

/// Operators whose normal form is that of the standard.
constexpr auto plain_operators = std::to_array<std::string_view>({
    "Abs",
    "Add",
    "And",
    "ArgMax",
    "ArgMin",
    "AveragePool",
    "Concat",
    "Conv",
    "Cos",
    "Div",
    "Elu",
    "Equal",
    "Erf",
    "Exp",
    "Gelu",
    "Floor",
    "Gemm",
    "Greater",
    "GreaterOrEqual",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "HardSigmoid",
    "HardSwish",
    "LRN",
    "LeakyRelu",
    "Less",
    "LessOrEqual",
    "Log",
    "LogSoftmax",
    "MatMul",
    "Max",
    "MaxPool",
    "Min",
    "Mul",
    "Neg",
    "Not",
    "Or",
    "PRelu",
    "Pow",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Sigmoid",
    "Sign",
    "Sin",
    "Softmax",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Sub",
    "Sum",
    "Tanh",
    "ThresholdedRelu",
    "Transpose",
    "Where",
});

bool is_plain(std::string_view op)
{
    return std::find(plain_operators.begin(), plain_operators.end(), op) != plain_operators.end();
}

bool is_reduction(std::string_view op)
{
    return op.starts_with("Reduce");
}

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values)
{
    return std::as_bytes(std::span(values));
}

/// [rows, columns] to [columns, rows].
std::vector<std::int8_t> transposed(const std::vector<std::int8_t>& values, std::size_t rows)
{
    const std::size_t columns = values.size() / rows;
    std::vector<std::int8_t> moved(values.size());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c)
            moved[c * rows + r] = values[r * columns + c];
    return moved;
}

}  // namespace

struct NodeWriter::File {
    onnx::ModelProto model;
    std::set<std::string> constants;
};

NodeWriter::NodeWriter(const model::Graph& graph, const std::vector<std::string>& names, std::int64_t opset)
    : graph_(graph), names_(names), opset_(opset), file_(std::make_unique<File>())
{
}

NodeWriter::~NodeWriter() = default;

void NodeWriter::add_input(ValueIndex value, const std::string& tensor)
{
    *file_->model.mutable_graph()->add_input() = model::to_proto(graph_.value(value), tensor);
}

void NodeWriter::add_output(ValueIndex value)
{
    *file_->model.mutable_graph()->add_output() = model::to_proto(graph_.value(value), name(value));
}

std::string NodeWriter::emit(const std::string& op, const std::vector<std::string>& inputs, const std::string& output,
                             const Attributes& attributes)
{
    onnx::NodeProto& proto = *file_->model.mutable_graph()->add_node();
    proto.set_op_type(op);
    proto.set_name(output + ":" + op);
    for (const std::string& input : inputs)
        proto.add_input(input);
    proto.add_output(output);
    for (const auto& [key, value] : attributes)
        *proto.add_attribute() = model::to_proto(key, value);
    return output;
}

std::string NodeWriter::constant(const std::string& name, const model::Tensor& tensor)
{
    if (file_->constants.insert(name).second)
        *file_->model.mutable_graph()->add_initializer() = model::to_proto(tensor, name);
    return name;
}

std::string NodeWriter::integers(const std::string& name, std::vector<std::int64_t> values)
{
    model::Tensor tensor;
    tensor.shape = {static_cast<std::int64_t>(values.size())};
    tensor.ints = std::move(values);
    tensor.is_int = true;
    return constant(name, tensor);
}

std::string NodeWriter::number(const std::string& name, float value)
{
    model::Tensor tensor;
    tensor.floats = {value};
    return constant(name, tensor);
}

std::string NodeWriter::bytes(const std::string& name, int type, const model::Shape& shape,
                              std::span<const std::byte> values)
{
    if (file_->constants.insert(name).second) {
        onnx::TensorProto& proto = *file_->model.mutable_graph()->add_initializer();
        proto.set_name(name);
        proto.set_data_type(type);
        for (const std::int64_t extent : shape)
            proto.add_dims(extent);
        proto.set_raw_data(values.data(), values.size());
    }
    return name;
}

std::vector<std::string> NodeWriter::inputs_of(const model::Node& node)
{
    std::vector<std::string> inputs;
    for (const auto& input : node.inputs) {
        if (!input)
            inputs.emplace_back();
        else if (const model::Tensor* tensor = graph_.value(*input).constant.get())
            inputs.push_back(constant(name(*input), *tensor));
        else
            inputs.push_back(name(*input));
    }
    return inputs;
}

Expected<void> NodeWriter::check_types(const model::Node& node) const
{
    const auto writable = [&](ValueIndex value) {
        const model::ValueType type = graph_.value(value).type();
        return type.element == model::ElementType::as_kept || type == model::bool_type;
    };
    const auto refuse = [&](ValueIndex value) {
        return unsupported({}, "node " + node.name + " works on " + model::type_name(graph_.value(value).type()) +
                                   ", which a bundle cannot hold");
    };
    for (const auto& input : node.inputs)
        if (input && !writable(*input))
            return refuse(*input);
    for (const ValueIndex output : node.outputs)
        if (!writable(output))
            return refuse(output);
    return {};
}

Expected<void> NodeWriter::check_operator(const model::Node& node) const
{
    constexpr std::array reworded{
        "Clip", "Gather", "LayerNormalization", "Pad", "QuantizeDequantize", "Reshape", "Slice", "Split", "Tile"};
    if (!is_plain(node.op) && !is_reduction(node.op) &&
        std::find(reworded.begin(), reworded.end(), node.op) == reworded.end())
        return unsupported({}, "node " + node.name + ": a bundle cannot hold the operator " + node.op);
    if (node.op == "Gather" && node.inputs.size() != 1)
        return unsupported({}, "node " + node.name + ": a bundle cannot hold the operator " + node.op);
    const std::vector<std::int64_t> dilations = node.integers("dilations");
    if (node.op == "AveragePool" &&
        std::any_of(dilations.begin(), dilations.end(), [](std::int64_t dilation) { return dilation != 1; }))
        return unsupported({}, "node " + node.name + ": a bundle cannot hold averages over dilated windows");
    return {};
}

Expected<void> NodeWriter::add_tile(const model::Node& node, const std::string& input, const std::string& out)
{
    const model::Shape& shape = graph_.value(node.outputs.front()).shape;
    const model::Shape& from = graph_.value(*node.inputs[0]).shape;
    for (std::size_t d = 0; d < from.size(); ++d)
        if (from[d] != 1 && from[d] != shape[d + shape.size() - from.size()])
            return unsupported({}, "node " + node.name + " repeats elements, which a bundle cannot hold");
    emit("Expand", {input, integers(out + "/shape", shape)}, out);
    return {};
}

void NodeWriter::add_fake_quantization(const model::Node& node, const std::string& input, const std::string& out)
{
    const engine::kernels::FakeQuantization grid = engine::fake_quantization(node);
    const std::string scale = number(out + "/scale", grid.scale);
    emit("Div", {input, scale}, out + "/steps");
    emit("Round", {out + "/steps"}, out + "/whole");
    emit("Clip", {out + "/whole", number(out + "/low", grid.low), number(out + "/high", grid.high)}, out + "/clipped");
    emit("Mul", {out + "/clipped", scale}, out);
}

void NodeWriter::add_slice_inputs(const model::Node& node, const std::string& out, std::vector<std::string>& inputs)
{
    std::vector<std::int64_t> ends = node.integers("ends");
    const std::vector<std::int64_t> steps = node.integers("steps");
    for (std::size_t i = 0; i < ends.size(); ++i)
        if (i < steps.size() && steps[i] < 0 && ends[i] < 0)
            ends[i] = std::numeric_limits<std::int64_t>::min();
    inputs.push_back(integers(out + "/starts", node.integers("starts")));
    inputs.push_back(integers(out + "/ends", std::move(ends)));
    inputs.push_back(integers(out + "/axes", node.integers("axes")));
    inputs.push_back(integers(out + "/steps", steps));
}

std::string NodeWriter::ones(const model::Node& node, const std::string& name)
{
    const model::Shape& from = graph_.value(*node.inputs[0]).shape;
    model::Tensor tensor;
    tensor.shape.assign(from.begin() + static_cast<std::ptrdiff_t>(node.integer("axis", 0)), from.end());
    tensor.floats.assign(static_cast<std::size_t>(model::element_count(tensor.shape)), 1.0F);
    return constant(name, tensor);
}

void NodeWriter::move_attributes(const model::Node& node, const std::string& out, std::vector<std::string>& inputs,
                                 Attributes& attributes)
{
    constexpr std::int64_t first_with_axes_as_input = 18;
    const auto to_input = [&](const char* key) {
        inputs.push_back(integers(out + "/" + key, node.integers(key)));
        attributes.erase(key);
    };
    if (node.op == "Clip") {
        inputs.push_back(number(out + "/min", node.number("min", std::numeric_limits<float>::lowest())));
        inputs.push_back(number(out + "/max", node.number("max", std::numeric_limits<float>::max())));
        attributes.clear();
    } else if (node.op == "Reshape") {
        inputs.push_back(integers(out + "/shape", graph_.value(node.outputs.front()).shape));
        attributes.clear();
    } else if (node.op == "Slice") {
        add_slice_inputs(node, out, inputs);
        attributes.clear();
    } else if (node.op == "Pad") {
        to_input("pads");
        if (!graph_.value(*node.inputs[0]).is_int)
            inputs.push_back(number(out + "/value", node.number("value", 0.0F)));
        attributes.erase("value");
    } else if (node.op == "Split") {
        to_input("split");
    } else if (node.op == "Gather") {
        to_input("indices");
    } else if (is_reduction(node.op)) {
        if (node.op == "ReduceSum" || opset_ >= first_with_axes_as_input)
            to_input("axes");
    } else if (node.op == "LayerNormalization" && (inputs.size() < 2 || inputs[1].empty())) {
        inputs.resize(std::max<std::size_t>(inputs.size(), 2));
        inputs[1] = ones(node, out + "/ones");
    } else if (node.op == "AveragePool") {
        attributes.erase("dilations");
    }
}

Expected<void> NodeWriter::add_node(const model::Node& node, const std::vector<std::string>& outputs)
{
    if (Expected<void> fits = check_types(node); !fits)
        return fits;
    if (Expected<void> known = check_operator(node); !known)
        return known;
    std::vector<std::string> inputs = inputs_of(node);
    const std::string& out = outputs.front();
    if (node.op == "Tile")
        return add_tile(node, inputs[0], out);
    if (node.op == "QuantizeDequantize") {
        add_fake_quantization(node, inputs[0], out);
        return {};
    }
    Attributes attributes = node.attributes;
    move_attributes(node, out, inputs, attributes);
    emit(node.op, inputs, out, attributes);
    onnx::NodeProto& made = *file_->model.mutable_graph()->mutable_node(file_->model.graph().node_size() - 1);
    for (std::size_t o = 1; o < outputs.size(); ++o)
        made.add_output(outputs[o]);
    return {};
}

std::string NodeWriter::zero_point_of(const std::string& name, const plan::Grid& grid)
{
    const auto zero = static_cast<std::uint8_t>(grid.zero_point);
    return bytes(name + "/zero_point", onnx::TensorProto::UINT8, {}, std::as_bytes(std::span(&zero, 1)));
}

std::string NodeWriter::add_rounding(const std::string& input, const std::string& output, const plan::Grid& grid)
{
    const std::string scale = number(output + "/scale", grid.scale);
    const std::string zero_point = zero_point_of(output, grid);
    std::string real = input;
    if (grid.bits < 8) {
        const auto bound = [&](std::int32_t q) { return grid.scale * static_cast<float>(q - grid.zero_point); };
        real = emit("Clip", {input, number(output + "/low", bound(0)), number(output + "/high", bound(grid.maximum()))},
                    output + "/clipped");
    }
    emit("QuantizeLinear", {real, scale, zero_point}, output + "/bytes");
    return emit("DequantizeLinear", {output + "/bytes", scale, zero_point}, output);
}

void NodeWriter::add_integer_layer(const model::Node& node, const model::LinearLayer& layer,
                                   const plan::QuantizedWeights& weights, float input_scale, const std::string& input,
                                   const std::string& output)
{
    const std::int64_t channels = layer.output_channels();
    const bool rows_of_images = !layer.convolution && graph_.value(layer.input).shape.size() != 2;
    std::vector<float> bias_scales;
    for (const float scale : weights.scales)
        bias_scales.push_back(input_scale * scale);
    const auto floats = [&](const std::string& key, const std::vector<float>& values) {
        return bytes(output + key, onnx::TensorProto::FLOAT, {channels}, bytes_of(values));
    };

    model::Shape shape = layer.weight_shape;
    std::vector<std::int8_t> values = weights.values;
    if (rows_of_images) {
        values = transposed(values, static_cast<std::size_t>(channels));
        std::swap(shape[0], shape[1]);
    }
    emit("DequantizeLinear",
         {bytes(output + "/weights_q", onnx::TensorProto::INT8, shape, bytes_of(values)),
          floats("/weights_scale", weights.scales),
          bytes(output + "/weights_zero", onnx::TensorProto::INT8, {channels},
                bytes_of(std::vector<std::int8_t>(weights.scales.size(), 0)))},
         output + "/weights", {{"axis", std::int64_t{rows_of_images ? 1 : 0}}});
    if (weights.bias_rest.empty()) {
        emit("DequantizeLinear",
             {bytes(output + "/bias_q", onnx::TensorProto::INT32, {channels}, bytes_of(weights.bias)),
              floats("/bias_scale", bias_scales)},
             output + "/bias", {{"axis", std::int64_t{0}}});
    } else {
        std::vector<float> real;
        for (std::size_t c = 0; c < weights.bias.size(); ++c)
            real.push_back(
                static_cast<float>((double(weights.bias[c]) + double(weights.bias_rest[c])) * double(bias_scales[c])));
        floats("/bias", real);
    }
    if (layer.convolution) {
        emit("Conv", {input, output + "/weights", output + "/bias"}, output, node.attributes);
    } else if (rows_of_images) {
        emit("MatMul", {input, output + "/weights"}, output + "/product");
        emit("Add", {output + "/product", output + "/bias"}, output);
    } else {
        emit("Gemm", {input, output + "/weights", output + "/bias"}, output, {{"transB", std::int64_t{1}}});
    }
}

std::string NodeWriter::whole(const std::string& tensor)
{
    if (whole_.insert(tensor).second)
        emit("DequantizeLinear", {tensor + "/bytes", number("one", 1.0F), tensor + "/zero_point"}, tensor + "/whole");
    return tensor + "/whole";
}

void NodeWriter::add_sums(const model::Node& node, const model::LinearLayer& layer,
                          const plan::QuantizedWeights& weights, const std::string& input, const std::string& output)
{
    plan::QuantizedWeights unscaled = weights;
    std::fill(unscaled.scales.begin(), unscaled.scales.end(), 1.0F);
    add_integer_layer(node, layer, unscaled, 1.0F, whole(input), output);
}

void NodeWriter::add_factors(const std::string& input, const std::string& output, const std::vector<float>& factors,
                             bool convolution, std::size_t rank)
{
    model::Tensor tensor;
    tensor.shape = {static_cast<std::int64_t>(factors.size())};
    if (convolution)
        tensor.shape.resize(rank - 1, 1);  // [channels, 1, 1]
    tensor.floats = factors;
    emit("Mul", {input, constant(output + "/factors", tensor)}, output);
}

void NodeWriter::add_residual(const std::string& input, const std::string& output, const std::string& residual,
                              float ratio)
{
    const model::Attribute wide = std::int64_t{onnx::TensorProto::DOUBLE};
    const double exact = ratio;
    const std::string factor =
        bytes(output + "/ratio", onnx::TensorProto::DOUBLE, {}, std::as_bytes(std::span(&exact, 1)));
    emit("Cast", {input}, output + "/own", {{"to", wide}});
    emit("Cast", {whole(residual)}, output + "/other", {{"to", wide}});
    emit("Mul", {output + "/other", factor}, output + "/scaled");
    emit("Add", {output + "/own", output + "/scaled"}, output + "/wide");
    emit("Cast", {output + "/wide"}, output, {{"to", std::int64_t{onnx::TensorProto::FLOAT}}});
}

void NodeWriter::add_whole_rounding(const std::string& input, const std::string& output, const plan::Grid& grid,
                                    float low, float high)
{
    const std::string zero_point = zero_point_of(output, grid);
    const std::string inside =
        emit("Clip", {input, number(output + "/low", low), number(output + "/high", high)}, output + "/clipped");
    emit("QuantizeLinear", {inside, number("one", 1.0F), zero_point}, output + "/bytes");
    emit("DequantizeLinear", {output + "/bytes", number(output + "/scale", grid.scale), zero_point}, output);
}

Expected<std::vector<std::byte>> NodeWriter::finish(const std::string& name)
{
    onnx::ModelProto& model = file_->model;
    model.set_ir_version(ir_version);
    model.set_producer_name("exitscope");
    model.set_producer_version(EXITSCOPE_VERSION);
    model.mutable_graph()->set_name(name);
    onnx::OperatorSetIdProto& opset = *model.add_opset_import();
    opset.set_domain("");
    opset.set_version(opset_);
    std::string text;
    if (!model.SerializeToString(&text))
        return unsupported(name, "would be larger than 2 GiB, the limit of the format");
    const auto written = std::as_bytes(std::span(text));
    return std::vector<std::byte>(written.begin(), written.end());
}

}  // namespace exitscope::bundle
