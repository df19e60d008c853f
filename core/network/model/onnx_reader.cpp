// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/onnx_reader.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <limits>
#include <queue>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <onnx/onnx_pb.h>

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/network/model/branches.h"
#include "core/network/model/external_data.h"
#include "core/network/model/file_kinds.h"
#include "core/network/model/functions.h"
#include "core/network/model/onnx_tensor.h"

namespace exitscope::model {
namespace {

constexpr std::uint64_t max_file_bytes = std::numeric_limits<int>::max();

/// Copies one parsed message into a Graph.
class Converter {
public:
    /// `files` = null for a model in memory.
    Converter(const onnx::ModelProto& model, std::string_view where, ExternalData* files)
        : model_(model), where_(where), files_(files)
    {
    }

    Expected<Graph> convert()
    {
        if (Expected<void> done = header(); !done)
            return forward(done);
        if (Expected<void> done = constants(); !done)
            return forward(done);
        if (Expected<void> done = inputs(); !done)
            return forward(done);
        if (Expected<void> done = node_outputs(); !done)
            return forward(done);
        const Expected<std::vector<int>> order = sort();
        if (!order)
            return tl::unexpected<Error>(order.error());
        for (const int position : *order)
            if (Expected<void> done = node(position); !done)
                return forward(done);
        if (Expected<void> done = outputs(); !done)
            return forward(done);
        return std::move(graph_);
    }

private:
    tl::unexpected<Error> bad(std::string detail) const { return bad_input(where_, std::move(detail)); }
    const onnx::GraphProto& proto() const { return model_.graph(); }

    Expected<void> header()
    {
        graph_.name = proto().name();
        graph_.producer = model_.producer_name();
        if (!model_.producer_version().empty())
            graph_.producer += (graph_.producer.empty() ? "" : " ") + model_.producer_version();
        for (const auto& entry : model_.metadata_props())
            graph_.metadata[entry.key()] = entry.value();
        for (const auto& set : model_.opset_import())
            if (set.domain().empty() || set.domain() == "ai.onnx")
                graph_.opset = set.version();
        const bool needs_opset = std::any_of(proto().node().begin(), proto().node().end(), [](const auto& node) {
            return node.domain().empty() || node.domain() == "ai.onnx";
        });
        if (graph_.opset <= 0 && needs_opset)
            return bad("does not say which opset of the ONNX operators it uses");
        if (proto().sparse_initializer_size() > 0)
            return unsupported(where_, "holds sparse initializers, which are not supported");
        return {};
    }

    /// Enters a new value; nullopt when the name is taken.
    std::optional<ValueIndex> enter(const std::string& name)
    {
        const ValueIndex index(graph_.values.size());
        if (!name.empty() && !names_.emplace(name, index).second)
            return std::nullopt;
        graph_.values.emplace_back().name = name;
        return index;
    }
    Value& at(ValueIndex index) { return graph_.values[index.at()]; }

    Expected<void> constants()
    {
        for (const onnx::TensorProto& initializer : proto().initializer()) {
            if (initializer.name().empty())
                return bad("has an initializer without a name");
            const std::optional<ValueIndex> index = enter(initializer.name());
            if (!index)
                return bad("has two initializers called '" + initializer.name() + "'");
            Expected<Tensor> tensor =
                convert_tensor(initializer, where_, "the initializer '" + initializer.name() + "'", files_);
            if (!tensor)
                return forward(tensor);
            at(*index).shape = tensor->shape;
            at(*index).is_int = tensor->is_int;
            at(*index).element = tensor->element;
            at(*index).constant = std::make_shared<const Tensor>(std::move(*tensor));
        }
        return {};
    }

    /// Up to IR version 3 initializers are listed among the inputs, with the value as default: they stay constants.
    Expected<void> inputs()
    {
        for (const onnx::ValueInfoProto& input : proto().input()) {
            const auto known = names_.find(input.name());
            if (known != names_.end() && graph_.value(known->second).constant)
                continue;
            const std::optional<ValueIndex> index = enter(input.name());
            if (!index || input.name().empty())
                return bad("has two inputs called '" + input.name() + "'");
            if (!input.type().has_tensor_type())
                return unsupported(where_, "the input '" + input.name() + "' is not a tensor");
            const onnx::TypeProto::Tensor& type = input.type().tensor_type();
            const std::optional<ValueType> kept = value_type(type.elem_type());
            if (!kept)
                return unsupported(where_,
                                   "the input '" + input.name() + "' has an element type that is not supported");
            at(*index).is_int = kept->is_int;
            at(*index).element = kept->element;
            if (!type.has_shape())
                return bad("the input '" + input.name() + "' has no shape");
            for (const auto& dimension : type.shape().dim())
                at(*index).shape.push_back(
                    dimension.has_dim_value() && dimension.dim_value() > 0 ? dimension.dim_value() : -1);
            graph_.inputs.push_back(*index);
        }
        return {};
    }

    std::string name_of(const onnx::NodeProto& node, int position) const
    {
        return node.name().empty() ? node.op_type() + "_" + std::to_string(position) : node.name();
    }

    /// Remembers which node makes each name; the values are entered in sorted order by node().
    Expected<void> node_outputs()
    {
        for (int n = 0; n < proto().node_size(); ++n)
            for (const std::string& output : proto().node(n).output()) {
                if (output.empty())
                    continue;
                if (names_.contains(output) || !makers_.emplace(output, n).second)
                    return bad("the value '" + output + "' is made twice, the second time by the node '" +
                               name_of(proto().node(n), n) + "'");
            }
        return {};
    }

    /// Kahn's algorithm, taking the earliest node of the file first: a sorted file keeps its order.
    Expected<std::vector<int>> sort() const
    {
        const auto count = static_cast<std::size_t>(proto().node_size());
        std::vector<std::vector<int>> readers(count);
        std::vector<std::size_t> waiting(count);
        for (int n = 0; n < proto().node_size(); ++n)
            for (const std::string& input : proto().node(n).input()) {
                if (input.empty() || names_.contains(input))
                    continue;
                const auto maker = makers_.find(input);
                if (maker == makers_.end())
                    return bad("the node '" + name_of(proto().node(n), n) + "' reads '" + input +
                               "', which no node computes");
                readers[static_cast<std::size_t>(maker->second)].push_back(n);
                ++waiting[static_cast<std::size_t>(n)];
            }
        std::priority_queue<int, std::vector<int>, std::greater<>> ready;
        for (std::size_t n = 0; n < count; ++n)
            if (waiting[n] == 0)
                ready.push(static_cast<int>(n));
        std::vector<int> order;
        while (!ready.empty()) {
            const int n = ready.top();
            ready.pop();
            order.push_back(n);
            for (const int reader : readers[static_cast<std::size_t>(n)])
                if (--waiting[static_cast<std::size_t>(reader)] == 0)
                    ready.push(reader);
        }
        for (std::size_t n = 0; n < count; ++n)
            if (waiting[n] != 0)
                return bad("the node '" + name_of(proto().node(static_cast<int>(n)), static_cast<int>(n)) +
                           "' depends on its own output (the graph has a cycle)");
        return order;
    }

    Expected<void> node(int position)
    {
        const onnx::NodeProto& from = proto().node(position);
        Node to;
        to.name = name_of(from, position);
        to.op = from.op_type();
        if (!from.domain().empty() && from.domain() != "ai.onnx")
            to.op = from.domain() + "." + to.op;
        for (const std::string& input : from.input())
            to.inputs.push_back(input.empty() ? std::nullopt : std::optional(names_.at(input)));
        while (!to.inputs.empty() && !to.inputs.back())
            to.inputs.pop_back();
        int outputs = from.output_size();
        while (outputs > 0 && from.output(outputs - 1).empty())
            --outputs;
        for (int o = 0; o < outputs; ++o) {
            to.outputs.push_back(*enter(from.output(o)));
            at(to.outputs.back()).producer = NodeIndex(graph_.nodes.size());
        }
        for (const onnx::AttributeProto& attribute : from.attribute())
            if (Expected<void> done = add_attribute(attribute, to); !done)
                return done;
        graph_.nodes.push_back(std::move(to));
        return {};
    }

    /// Attributes of other types (sub-graphs, lists of strings or tensors) belong to no operator that is supported.
    Expected<void> add_attribute(const onnx::AttributeProto& from, Node& to) const
    {
        Attribute value;
        switch (from.type()) {
        case onnx::AttributeProto::FLOAT: value = from.f(); break;
        case onnx::AttributeProto::INT: value = static_cast<std::int64_t>(from.i()); break;
        case onnx::AttributeProto::STRING: value = from.s(); break;
        case onnx::AttributeProto::FLOATS:
            value = std::vector<float>(from.floats().begin(), from.floats().end());
            break;
        case onnx::AttributeProto::INTS:
            value = std::vector<std::int64_t>(from.ints().begin(), from.ints().end());
            break;
        case onnx::AttributeProto::TENSOR: {
            Expected<Tensor> tensor = convert_tensor(
                from.t(), where_, "the attribute '" + from.name() + "' of the node '" + to.name + "'", files_);
            if (!tensor)
                return forward(tensor);
            value = std::move(*tensor);
            break;
        }
        default: return {};
        }
        if (!to.attributes.emplace(from.name(), std::move(value)).second)
            return bad("the node '" + to.name + "' has two attributes called '" + from.name() + "'");
        return {};
    }

    Expected<void> outputs()
    {
        for (const onnx::ValueInfoProto& output : proto().output()) {
            const auto known = names_.find(output.name());
            if (output.name().empty() || known == names_.end())
                return bad("no node computes the output '" + output.name() + "'");
            graph_.outputs.push_back(known->second);
            graph_.output_names.push_back(output.name());
        }
        if (graph_.outputs.empty())
            return bad("has no outputs");
        return {};
    }

    const onnx::ModelProto& model_;
    std::string_view where_;
    ExternalData* files_;
    Graph graph_;
    std::unordered_map<std::string, ValueIndex> names_;
    std::unordered_map<std::string, int> makers_;
};

/// False when the bytes are not exactly one message.
template <class Message>
bool parse(std::span<const std::byte> bytes, Message& message)
{
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                  static_cast<int>(bytes.size()));
    stream.SetTotalBytesLimit(static_cast<int>(max_file_bytes));
    return message.ParseFromCodedStream(&stream) && stream.ConsumedEntireMessage();
}

/// Errors: more than 2 GiB; not an ONNX model, with what it is instead.
Expected<onnx::ModelProto> parse_model(std::span<const std::byte> bytes, std::string_view where)
{
    if (bytes.size() > max_file_bytes)
        return bad_input(where, "is larger than 2 GiB, the limit of the format");
    onnx::ModelProto model;
    const bool message = parse(bytes, model);
    if (message && model.has_graph())
        return model;
    const std::string instead = what_it_is_instead(bytes, std::filesystem::path(where));
    if (!instead.empty())
        return bad_input(where, instead);
    return bad_input(where, message ? "is not an ONNX model (it holds no graph)"
                                    : "is not an ONNX model (not a protobuf message), or it is damaged or was not "
                                      "fetched completely");
}

/// Whether a node came out of a function that imports another version of the operators.
bool has_own_opset(const onnx::NodeProto& node)
{
    return std::any_of(node.attribute().begin(), node.attribute().end(),
                       [](const onnx::AttributeProto& attribute) { return attribute.name() == opset_attribute; });
}

/// The bytes of a model file. Errors: those of read_file(); a directory, with what it holds.
Expected<std::vector<std::byte>> read_model_file(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        if (const std::string instead = what_it_is_instead(path); !instead.empty())
            return bad_input(path.string(), instead);
    return read_file(path, max_file_bytes);
}

Expected<Graph> parse(std::span<const std::byte> bytes, std::string_view where, ExternalData* files)
try {
    Expected<onnx::ModelProto> model = parse_model(bytes, where);
    if (!model)
        return forward(model);
    if (Expected<void> done = inline_functions(*model, where); !done)
        return forward(done);
    if (Expected<void> done = inline_branches(*model->mutable_graph(), where); !done)
        return forward(done);
    return Converter(*model, where, files).convert();
} catch (const std::exception& exception) {
    return bad_input(where, std::string("cannot be read as an ONNX model: ") + exception.what());
}

}  // namespace

Expected<Graph> parse_onnx(std::span<const std::byte> bytes, std::string_view where)
{
    return parse(bytes, where, nullptr);
}

Expected<OnnxFile> read_onnx_file(const std::filesystem::path& path)
{
    const Expected<std::vector<std::byte>> bytes = read_model_file(path);
    if (!bytes)
        return tl::unexpected<Error>(bytes.error());
    ExternalData files(path);
    Expected<Graph> graph = parse(*bytes, path.string(), &files);
    if (!graph)
        return forward(graph);
    ContentHash hash;
    hash.add(*bytes);
    if (Expected<void> done = files.add_to(hash); !done)
        return forward(done);
    return OnnxFile{std::move(*graph), hash.hex()};
}

Expected<Graph> read_onnx(const std::filesystem::path& path)
{
    Expected<OnnxFile> file = read_onnx_file(path);
    if (!file)
        return forward(file);
    return std::move(file->graph);
}

Expected<std::vector<std::byte>> read_whole_onnx(const std::filesystem::path& path)
try {
    Expected<std::vector<std::byte>> bytes = read_model_file(path);
    if (!bytes)
        return bytes;
    Expected<onnx::ModelProto> model = parse_model(*bytes, path.string());
    if (!model)
        return forward(model);
    const Expected<bool> changed = embed_external_data(*model, path);
    if (!changed)
        return tl::unexpected<Error>(changed.error());
    if (!*changed && model->functions().empty())
        return bytes;
    if (Expected<void> done = inline_functions(*model, path.string()); !done)
        return forward(done);
    model->clear_functions();
    const auto& nodes = model->graph().node();
    if (std::any_of(nodes.begin(), nodes.end(), [](const onnx::NodeProto& node) { return has_own_opset(node); }))
        return unsupported(path.string(), "its functions use another version of the operators than the model, which a "
                                          "file without functions cannot say; export it without functions");
    std::vector<std::byte> whole(model->ByteSizeLong());
    if (whole.size() > max_file_bytes || !model->SerializeToArray(whole.data(), static_cast<int>(whole.size())))
        return unsupported(path.string(), "takes more than 2 GiB with its weights inside, the limit of the format");
    return whole;
} catch (const std::exception& exception) {
    return bad_input(path.string(), std::string("cannot be read as an ONNX model: ") + exception.what());
}

Expected<Tensor> read_onnx_tensor(const std::filesystem::path& path)
{
    const std::string where = path.string();
    Expected<std::vector<std::byte>> bytes = read_file(path, max_file_bytes);
    if (!bytes)
        return forward(bytes);
    try {
        onnx::TensorProto proto;
        if (!parse(*bytes, proto))
            return bad_input(where, "is not an ONNX tensor (not a protobuf message, or damaged)");
        return convert_tensor(proto, where, "the tensor", nullptr);
    } catch (const std::exception& exception) {
        return bad_input(where, std::string("cannot be read as an ONNX tensor: ") + exception.what());
    }
}

}  // namespace exitscope::model
