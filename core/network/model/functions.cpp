// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/functions.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <google/protobuf/unknown_field_set.h>
#include <onnx/onnx_pb.h>

namespace exitscope::model {
namespace {

// Bounds on what a small file can grow to.
constexpr std::int64_t max_nodes = 200'000;
constexpr std::uint64_t max_bytes = std::uint64_t{1} << 30;

// Fields that are newer than the library that reads the messages.
constexpr int overload_of_node = 8;
constexpr int overload_of_function = 13;
constexpr int default_attributes_of_function = 11;

/// The contents of the fields `number` of a message that the library does not know.
template <class Message>
std::vector<std::string> unknown_fields(const Message& message, int number)
{
    std::vector<std::string> contents;
    const google::protobuf::UnknownFieldSet& fields = message.unknown_fields();
    for (int i = 0; i < fields.field_count(); ++i)
        if (fields.field(i).number() == number &&
            fields.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
            contents.push_back(fields.field(i).length_delimited());
    return contents;
}

template <class Message>
std::string overload_of(const Message& message, int number)
{
    const std::vector<std::string> contents = unknown_fields(message, number);
    return contents.empty() ? std::string() : contents.back();
}

std::string normal_domain(const std::string& domain)
{
    return domain == "ai.onnx" ? std::string() : domain;
}

/// Domain, name, overload.
using Key = std::tuple<std::string, std::string, std::string>;

struct Function {
    const onnx::FunctionProto* proto = nullptr;
    std::map<std::string, onnx::AttributeProto> defaults;  ///< by name
    std::int64_t opset = 0;                                ///< of the ONNX operators; 0 = that of the model
};

using Attributes = std::map<std::string, const onnx::AttributeProto*>;
using Names = std::unordered_map<std::string, std::string>;  ///< in the function -> in the graph

/// Names of tensors that are taken, sorted.
using Taken = std::set<std::string>;

/// Adds all names that a graph and its sub-graphs make.
void add_names(const onnx::GraphProto& graph, Taken& names)
{
    for (const onnx::ValueInfoProto& input : graph.input())
        names.insert(input.name());
    for (const onnx::TensorProto& tensor : graph.initializer())
        names.insert(tensor.name());
    for (const onnx::NodeProto& node : graph.node()) {
        names.insert(node.output().begin(), node.output().end());
        for (const onnx::AttributeProto& attribute : node.attribute()) {
            if (attribute.has_g())
                add_names(attribute.g(), names);
            for (const onnx::GraphProto& inner : attribute.graphs())
                add_names(inner, names);
        }
    }
}

/// The nodes of one body under the names of the graph around the call. `bytes` counts what is copied, up to max_bytes.
class Body {
public:
    Body(const std::string& prefix, const Attributes& attributes, std::int64_t opset, Taken& taken,
         std::uint64_t& bytes)
        : prefix_(prefix), attributes_(attributes), opset_(opset), taken_(taken), bytes_(bytes)
    {
    }

    void rename(onnx::NodeProto& node, const Names& names) const
    {
        bytes_ += node.ByteSizeLong();
        if (!node.name().empty())
            node.set_name(prefix_ + node.name());
        for (std::string& input : *node.mutable_input())
            input = renamed(input, names);
        for (std::string& output : *node.mutable_output())
            output = renamed(output, names);
        resolve_attributes(node);
        for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
            if (attribute.has_g())
                rename(*attribute.mutable_g(), names);
            for (onnx::GraphProto& graph : *attribute.mutable_graphs())
                rename(graph, names);
        }
        if (opset_ > 0 && normal_domain(node.domain()).empty()) {
            onnx::AttributeProto& version = *node.add_attribute();
            version.set_name(std::string(opset_attribute));
            version.set_type(onnx::AttributeProto::INT);
            version.set_i(opset_);
        }
    }

    /// Enters a name that the body makes.
    void enter(const std::string& name, Names& names) const
    {
        if (!name.empty() && names.try_emplace(name, prefix_ + name).second)
            taken_.insert(prefix_ + name);
    }

private:
    static std::string renamed(const std::string& name, const Names& names)
    {
        const auto known = names.find(name);
        return known == names.end() ? name : known->second;
    }

    void rename(onnx::GraphProto& graph, const Names& around) const
    {
        Names names = around;
        const auto enter_own = [&](const std::string& name) {
            if (!name.empty())
                taken_.insert(names[name] = prefix_ + name);
        };
        for (const onnx::ValueInfoProto& input : graph.input())
            enter_own(input.name());
        for (const onnx::TensorProto& tensor : graph.initializer())
            enter_own(tensor.name());
        for (const onnx::NodeProto& node : graph.node())
            for (const std::string& output : node.output())
                enter_own(output);
        for (onnx::ValueInfoProto& input : *graph.mutable_input())
            input.set_name(renamed(input.name(), names));
        for (onnx::TensorProto& tensor : *graph.mutable_initializer())
            tensor.set_name(renamed(tensor.name(), names));
        for (onnx::NodeProto& node : *graph.mutable_node())
            rename(node, names);
        for (onnx::ValueInfoProto& output : *graph.mutable_output())
            output.set_name(renamed(output.name(), names));
    }

    void resolve_attributes(onnx::NodeProto& node) const
    {
        auto& attributes = *node.mutable_attribute();
        for (int i = attributes.size(); i-- > 0;) {
            onnx::AttributeProto& attribute = attributes[i];
            if (attribute.ref_attr_name().empty())
                continue;
            const auto given = attributes_.find(attribute.ref_attr_name());
            if (given != attributes_.end())
                bytes_ += given->second->ByteSizeLong();
            if (given == attributes_.end() || bytes_ > max_bytes) {
                attributes.DeleteSubrange(i, 1);
                continue;
            }
            const std::string name = attribute.name();
            attribute.CopyFrom(*given->second);
            attribute.set_name(name);
        }
    }

    const std::string& prefix_;
    const Attributes& attributes_;
    std::int64_t opset_;
    Taken& taken_;
    std::uint64_t& bytes_;
};

class Inliner {
public:
    Inliner(onnx::ModelProto& model, std::string_view where) : model_(model), where_(where) {}

    Expected<void> run()
    {
        if (Expected<void> done = read_functions(); !done)
            return done;
        add_names(model_.graph(), taken_);
        return expand(*model_.mutable_graph());
    }

private:
    tl::unexpected<Error> bad(const std::string& detail) const { return bad_input(where_, detail); }

    tl::unexpected<Error> too_large() const { return bad("the functions that it calls are too large together"); }

    static std::string name_of(const onnx::FunctionProto& function)
    {
        return "'" + (function.domain().empty() ? "" : function.domain() + ".") + function.name() + "'";
    }

    Expected<void> read_functions()
    {
        std::int64_t own = 0;
        for (const onnx::OperatorSetIdProto& set : model_.opset_import())
            if (normal_domain(set.domain()).empty())
                own = set.version();
        for (const onnx::FunctionProto& proto : model_.functions()) {
            Function function;
            function.proto = &proto;
            for (const onnx::OperatorSetIdProto& set : proto.opset_import())
                if (normal_domain(set.domain()).empty() && set.version() != own)
                    function.opset = set.version();
            for (const std::string& content : unknown_fields(proto, default_attributes_of_function)) {
                onnx::AttributeProto attribute;
                if (!attribute.ParseFromString(content))
                    return bad("the function " + name_of(proto) + " has a damaged default attribute");
                const std::string name = attribute.name();
                function.defaults.emplace(name, std::move(attribute));
            }
            const Key key{normal_domain(proto.domain()), proto.name(), overload_of(proto, overload_of_function)};
            if (!functions_.emplace(key, std::move(function)).second)
                return bad("has two functions called " + name_of(proto));
        }
        return {};
    }

    const Function* called_by(const onnx::NodeProto& node) const
    {
        const auto found =
            functions_.find({normal_domain(node.domain()), node.op_type(), overload_of(node, overload_of_node)});
        return found == functions_.end() ? nullptr : &found->second;
    }

    Expected<void> expand(onnx::GraphProto& graph)
    {
        google::protobuf::RepeatedPtrField<onnx::NodeProto> nodes;
        nodes.Swap(graph.mutable_node());
        for (onnx::NodeProto& node : nodes)
            if (Expected<void> done = expand(node, graph); !done)
                return done;
        return {};
    }

    /// Moves the node to the end of `into`, or the nodes of the function that it calls.
    Expected<void> expand(onnx::NodeProto& node, onnx::GraphProto& into)
    {
        if (const Function* function = called_by(node))
            return expand_call(node, *function, into);
        for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
            if (attribute.has_g())
                if (Expected<void> done = expand(*attribute.mutable_g()); !done)
                    return done;
            for (onnx::GraphProto& graph : *attribute.mutable_graphs())
                if (Expected<void> done = expand(graph); !done)
                    return done;
        }
        into.add_node()->Swap(&node);
        return {};
    }

    Expected<void> expand_call(const onnx::NodeProto& call, const Function& function, onnx::GraphProto& into)
    {
        const onnx::FunctionProto& proto = *function.proto;
        if (std::find(open_.begin(), open_.end(), &function) != open_.end())
            return bad("the function " + name_of(proto) + " calls itself");
        if (call.input_size() > proto.input_size() || call.output_size() > proto.output_size())
            return bad("the node '" + call.name() + "' has more inputs or outputs than the function " + name_of(proto) +
                       ", which it calls");
        nodes_ += proto.node_size();
        if (nodes_ > max_nodes)
            return too_large();
        open_.push_back(&function);
        Expected<void> done = expand_body(call, function, into);
        open_.pop_back();
        return done;
    }

    Expected<void> expand_body(const onnx::NodeProto& call, const Function& function, onnx::GraphProto& into)
    {
        const onnx::FunctionProto& proto = *function.proto;
        const std::string prefix = unused_prefix(call.name().empty() ? proto.name() : call.name());
        Attributes attributes;
        for (const auto& [name, attribute] : function.defaults)
            attributes[name] = &attribute;
        for (const onnx::AttributeProto& attribute : call.attribute())
            attributes[attribute.name()] = &attribute;
        const Body body(prefix, attributes, function.opset, taken_, bytes_);
        Names names;
        for (int i = 0; i < proto.input_size(); ++i)
            names[proto.input(i)] = i < call.input_size() ? call.input(i) : std::string();
        std::vector<std::pair<std::string, std::string>> copies;  // results that the body does not make itself
        for (int o = 0; o < call.output_size(); ++o)
            if (!call.output(o).empty() && !names.try_emplace(proto.output(o), call.output(o)).second)
                copies.emplace_back(names.at(proto.output(o)), call.output(o));
        for (const onnx::NodeProto& node : proto.node())
            for (const std::string& output : node.output())
                body.enter(output, names);
        for (const onnx::NodeProto& node : proto.node()) {
            onnx::NodeProto copy = node;
            body.rename(copy, names);
            if (bytes_ > max_bytes)
                return too_large();
            if (Expected<void> done = expand(copy, into); !done)
                return done;
        }
        for (const auto& [from, to] : copies) {
            onnx::NodeProto& copy = *into.add_node();
            copy.set_op_type("Identity");
            copy.add_input(from);
            copy.add_output(to);
        }
        return {};
    }

    /// "CALL/", or with a number where there are names that begin so.
    std::string unused_prefix(const std::string& call)
    {
        const auto is_taken = [this](const std::string& prefix) {
            const auto next = taken_.lower_bound(prefix);
            return next != taken_.end() && next->starts_with(prefix);
        };
        std::string prefix = call + "/";
        while (is_taken(prefix))
            prefix = call + "#" + std::to_string(++repeats_[call]) + "/";
        return prefix;
    }

    onnx::ModelProto& model_;
    std::string_view where_;
    std::map<Key, Function> functions_;
    std::vector<const Function*> open_;  ///< whose bodies are being expanded, outermost first
    Taken taken_;
    std::unordered_map<std::string, std::size_t> repeats_;  ///< by the name of a call
    std::int64_t nodes_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace

Expected<void> inline_functions(onnx::ModelProto& model, std::string_view where)
{
    if (model.functions().empty())
        return {};
    return Inliner(model, where).run();
}

}  // namespace exitscope::model
