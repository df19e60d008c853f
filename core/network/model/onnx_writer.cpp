// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/onnx_writer.h"

#include <exception>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>
#include <onnx/onnx_pb.h>

#include "core/network/model/onnx_proto.h"

namespace exitscope::model {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

constexpr std::size_t max_file_bytes = std::numeric_limits<int>::max();

/// One field of a message with its bytes in the file, tag included.
struct Field {
    int number = 0;
    std::span<const std::byte> bytes;
    std::span<const std::byte> payload;  ///< of a length-delimited field
};

/// The fields of one message; nullopt when it is damaged.
std::optional<std::vector<Field>> fields_of(std::span<const std::byte> message)
{
    CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(message.data()), static_cast<int>(message.size()));
    stream.SetTotalBytesLimit(std::numeric_limits<int>::max());
    std::vector<Field> fields;
    while (true) {
        const auto begin = static_cast<std::size_t>(stream.CurrentPosition());
        const std::uint32_t tag = stream.ReadTag();
        if (tag == 0)
            return stream.ConsumedEntireMessage() ? std::optional(std::move(fields)) : std::nullopt;
        Field field;
        field.number = WireFormatLite::GetTagFieldNumber(tag);
        if (WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
            std::uint32_t length = 0;
            if (!stream.ReadVarint32(&length) || length > max_file_bytes)
                return std::nullopt;
            const auto at = static_cast<std::size_t>(stream.CurrentPosition());
            if (!stream.Skip(static_cast<int>(length)))
                return std::nullopt;
            field.payload = message.subspan(at, length);
        } else if (!WireFormatLite::SkipField(&stream, tag)) {
            return std::nullopt;
        }
        field.bytes = message.subspan(begin, static_cast<std::size_t>(stream.CurrentPosition()) - begin);
        fields.push_back(field);
    }
}

/// One extension of one file.
class Extender {
public:
    Extender(std::span<const std::byte> bytes, const Graph& addition, std::string_view where)
        : bytes_(bytes), addition_(addition), where_(where)
    {
    }

    Expected<std::vector<std::byte>> extend()
    {
        const bool readable =
            bytes_.size() <= max_file_bytes && file_.ParseFromArray(bytes_.data(), static_cast<int>(bytes_.size()));
        const std::optional<std::vector<Field>> fields = readable ? fields_of(bytes_) : std::nullopt;
        if (!fields || !file_.has_graph())
            return bad_input(where_, "is not an ONNX model (not a protobuf message, or damaged)");
        if (Expected<void> fits = check_names(); !fits)
            return forward(fits);

        onnx::GraphProto front;  // written before the graph's own fields, so that the new outputs come first
        onnx::GraphProto back;
        make_outputs(front);
        make_nodes(back);

        std::string result;
        std::size_t graphs = 0;
        for (const Field& field : *fields) {
            if (field.number == onnx::ModelProto::kGraphFieldNumber) {
                const std::string before = front.SerializeAsString();
                const std::string after = back.SerializeAsString();
                const std::size_t size = before.size() + field.payload.size() + after.size();
                if (size > max_file_bytes)
                    return too_large();
                append_tag(result, field.number, size);
                result += before;
                append(result, field.payload);
                result += after;
                ++graphs;
            } else if (!replaced(field)) {
                append(result, field.bytes);
            }
        }
        if (graphs != 1)
            return unsupported(where_, "holds its graph in " + std::to_string(graphs) + " pieces");
        onnx::ModelProto metadata;
        for (const auto& [key, value] : addition_.metadata) {
            onnx::StringStringEntryProto& entry = *metadata.add_metadata_props();
            entry.set_key(key);
            entry.set_value(value);
        }
        result += metadata.SerializeAsString();
        if (result.size() > max_file_bytes)
            return too_large();
        const auto written = std::as_bytes(std::span(result));
        return std::vector<std::byte>(written.begin(), written.end());
    }

private:
    tl::unexpected<Error> too_large() const
    {
        return unsupported(where_, "would be larger than 2 GiB with its exits, the limit of the format");
    }
    const std::string& name(ValueIndex value) const { return addition_.value(value).name; }

    static void append(std::string& to, std::span<const std::byte> bytes)
    {
        to.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    static void append_tag(std::string& to, int number, std::size_t size)
    {
        StringOutputStream stream(&to);
        CodedOutputStream coded(&stream);
        coded.WriteTag(WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
        coded.WriteVarint32(static_cast<std::uint32_t>(size));
    }

    /// Whether the field is a metadata entry that the addition has too.
    bool replaced(const Field& field) const
    {
        onnx::StringStringEntryProto entry;
        return field.number == onnx::ModelProto::kMetadataPropsFieldNumber &&
               entry.ParseFromArray(field.payload.data(), static_cast<int>(field.payload.size())) &&
               addition_.metadata.contains(entry.key());
    }

    Expected<void> check_names() const
    {
        std::set<std::string> values;
        std::set<std::string> nodes;
        for (const auto& input : file_.graph().input())
            values.insert(input.name());
        for (const auto& initializer : file_.graph().initializer())
            values.insert(initializer.name());
        for (const auto& node : file_.graph().node()) {
            nodes.insert(node.name());
            values.insert(node.output().begin(), node.output().end());
        }
        for (const ValueIndex input : addition_.inputs)
            if (!values.contains(name(input)))
                return bad_input(where_, "has no tensor called '" + name(input) + "'");
        for (const Value& value : addition_.values) {
            const bool made = value.constant || value.producer;
            if (made && !values.insert(value.name).second)
                return bad_input(where_, "already has a tensor called '" + value.name + "'");
        }
        for (const Node& node : addition_.nodes)
            if (!nodes.insert(node.name).second)
                return bad_input(where_, "already has a node called '" + node.name + "'");
        return {};
    }

    void make_outputs(onnx::GraphProto& to) const
    {
        for (const ValueIndex output : addition_.outputs) {
            const Value& value = addition_.value(output);
            *to.add_output() = to_proto(value, value.name);
            auto& shape = *to.mutable_output(to.output_size() - 1)->mutable_type()->mutable_tensor_type();
            if (!value.shape.empty() && value.shape.front() < 0)
                *shape.mutable_shape()->mutable_dim(0) = batch_dimension();
        }
    }

    onnx::TensorShapeProto::Dimension batch_dimension() const
    {
        onnx::TensorShapeProto::Dimension batch;
        const auto& outputs = file_.graph().output();
        if (!outputs.empty() && outputs[0].type().tensor_type().shape().dim_size() > 0)
            batch = outputs[0].type().tensor_type().shape().dim(0);
        return batch;
    }

    void make_nodes(onnx::GraphProto& to) const
    {
        for (const Node& node : addition_.nodes) {
            onnx::NodeProto& proto = *to.add_node();
            proto.set_op_type(node.op);
            proto.set_name(node.name);
            for (const std::optional<ValueIndex>& input : node.inputs)
                proto.add_input(input ? name(*input) : std::string());
            for (const ValueIndex output : node.outputs)
                proto.add_output(name(output));
            for (const auto& [key, attribute] : node.attributes)
                *proto.add_attribute() = to_proto(key, attribute);
        }
        constexpr int first_with_separate_initializers = 4;
        for (const Value& value : addition_.values) {
            if (!value.constant)
                continue;
            *to.add_initializer() = to_proto(*value.constant, value.name);
            if (file_.ir_version() < first_with_separate_initializers)
                *to.add_input() = to_proto(value, value.name);
        }
    }

    std::span<const std::byte> bytes_;
    const Graph& addition_;
    std::string_view where_;
    onnx::ModelProto file_;
};

}  // namespace

Expected<std::vector<std::byte>> extend_onnx(std::span<const std::byte> model, const Graph& addition,
                                             std::string_view where)
{
    try {
        return Extender(model, addition, where).extend();
    } catch (const std::exception& exception) {
        return bad_input(where, std::string("cannot be extended: ") + exception.what());
    }
}

}  // namespace exitscope::model
