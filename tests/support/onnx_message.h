// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file.h"
#include "core/network/model/onnx_proto.h"
#include "tests/support/graph_builder.h"

/// Model files as messages, which tests change before they write them; for tests that link the ONNX messages.
namespace exitscope::tests {

/// The network as text (graph_builder.h). Symbolic dimensions of the input are called d0, d1, ...
inline onnx::ModelProto onnx_model(std::string_view text, std::int64_t opset = 13)
{
    const model::Graph graph = build_graph(text, 1, opset);
    onnx::ModelProto made;
    made.set_ir_version(8);
    onnx::OperatorSetIdProto& set = *made.add_opset_import();
    set.set_domain("");
    set.set_version(opset);
    onnx::GraphProto& to = *made.mutable_graph();
    to.set_name("network");
    for (const ValueIndex input : graph.inputs) {
        onnx::ValueInfoProto info = model::to_proto(graph.value(input), graph.value(input).name);
        auto& shape = *info.mutable_type()->mutable_tensor_type()->mutable_shape();
        for (int axis = 0; axis < shape.dim_size(); ++axis)
            if (shape.dim(axis).dim_value() < 0)
                shape.mutable_dim(axis)->set_dim_param("d" + std::to_string(axis));
        *to.add_input() = info;
    }
    for (const model::Value& value : graph.values)
        if (value.constant)
            *to.add_initializer() = model::to_proto(*value.constant, value.name);
    for (const model::Node& node : graph.nodes) {
        onnx::NodeProto& copy = *to.add_node();
        const std::size_t dot = node.op.rfind('.');
        copy.set_op_type(dot == std::string::npos ? node.op : node.op.substr(dot + 1));
        copy.set_domain(dot == std::string::npos ? std::string() : node.op.substr(0, dot));
        copy.set_name(node.name);
        for (const auto& input : node.inputs)
            copy.add_input(input ? graph.value(*input).name : std::string());
        for (const ValueIndex output : node.outputs)
            copy.add_output(graph.value(output).name);
        for (const auto& [key, attribute] : node.attributes)
            *copy.add_attribute() = model::to_proto(key, attribute);
    }
    for (const std::string& name : graph.output_names)
        to.add_output()->set_name(name);
    return made;
}

inline std::vector<std::byte> bytes_of(const onnx::ModelProto& model)
{
    const std::string text = model.SerializeAsString();
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

inline void write_onnx(const std::filesystem::path& path, const onnx::ModelProto& model)
{
    static_cast<void>(write_file(path, model.SerializeAsString()));
}

}  // namespace exitscope::tests
