// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/sequences.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "core/network/model/compact.h"

namespace exitscope::model {
namespace {

bool speaks_of_sequences(const Node& node)
{
    return node.op.find("Sequence") != std::string::npos;
}

class Unpacker {
public:
    explicit Unpacker(Graph& graph) : graph_(graph) {}

    void run()
    {
        std::vector<Node> nodes;
        nodes.swap(graph_.nodes);
        for (Node& node : nodes)
            if (node.outputs.empty() || !rewrite(node))
                keep(std::move(node));
        unpack_outputs();
        compact(graph_);
    }

private:
    using Elements = std::vector<ValueIndex>;

    void keep(Node node)
    {
        for (const ValueIndex output : node.outputs)
            graph_.values[output.at()].producer = NodeIndex(graph_.nodes.size());
        graph_.nodes.push_back(std::move(node));
    }
    void add(std::string op, const Node& origin, std::vector<std::optional<ValueIndex>> inputs, ValueIndex output,
             std::map<std::string, Attribute> attributes = {})
    {
        Node node;
        node.op = std::move(op);
        node.name = origin.name;
        node.inputs = std::move(inputs);
        node.outputs = {output};
        node.attributes = std::move(attributes);
        keep(std::move(node));
    }
    ValueIndex integers(std::vector<std::int64_t> values)
    {
        Tensor tensor;
        tensor.shape = {static_cast<std::int64_t>(values.size())};
        tensor.ints = std::move(values);
        tensor.is_int = true;
        Value& made = graph_.values.emplace_back();
        made.shape = tensor.shape;
        made.is_int = true;
        made.constant = std::make_shared<const Tensor>(std::move(tensor));
        return ValueIndex(graph_.values.size() - 1);
    }
    ValueIndex unsqueezed(const Node& origin, ValueIndex value, std::int64_t axis)
    {
        graph_.values.emplace_back().name = graph_.value(value).name + "/part";
        const ValueIndex made(graph_.values.size() - 1);
        if (graph_.opset < 13)
            add("Unsqueeze", origin, {value}, made, {{"axes", std::vector<std::int64_t>{axis}}});
        else
            add("Unsqueeze", origin, {value, integers({axis})}, made);
        return made;
    }

    static std::optional<ValueIndex> input(const Node& node, std::size_t position)
    {
        return position < node.inputs.size() ? node.inputs[position] : std::nullopt;
    }
    const Elements* elements(const Node& node) const
    {
        const auto value = input(node, 0);
        const auto found = value ? sequences_.find(*value) : sequences_.end();
        return found == sequences_.end() ? nullptr : &found->second;
    }
    /// The single number of a constant, or of a node Constant.
    std::optional<std::int64_t> number(ValueIndex value) const
    {
        const Tensor* tensor = graph_.value(value).constant.get();
        if (const auto made = graph_.value(value).producer; made && graph_.node(*made).op == "Constant") {
            const auto& attributes = graph_.node(*made).attributes;
            if (const auto found = attributes.find("value"); found != attributes.end())
                tensor = std::get_if<Tensor>(&found->second);
            if (const auto found = attributes.find("value_int"); found != attributes.end())
                if (const auto* single = std::get_if<std::int64_t>(&found->second))
                    return *single;
        }
        return tensor && tensor->ints.size() == 1 ? std::optional(tensor->ints.front()) : std::nullopt;
    }
    /// A position among `length`, counted from the end when negative.
    std::optional<std::size_t> position(const Node& node, std::size_t at, std::size_t length) const
    {
        const auto value = input(node, at);
        std::optional<std::int64_t> index = value ? number(*value) : std::nullopt;
        if (index && *index < 0)
            *index += static_cast<std::int64_t>(length);
        if (!index || *index < 0 || *index > static_cast<std::int64_t>(length))
            return std::nullopt;
        return static_cast<std::size_t>(*index);
    }

    /// False when the node is to be kept.
    bool rewrite(const Node& node)
    {
        const ValueIndex output = node.outputs.front();
        if (node.op == "SequenceEmpty") {
            sequences_[output] = {};
        } else if (node.op == "SequenceConstruct") {
            Elements parts;
            for (const std::optional<ValueIndex>& part : node.inputs)
                if (part)
                    parts.push_back(*part);
            sequences_[output] = std::move(parts);
        } else if (node.op == "SplitToSequence" && input(node, 0) &&
                   (!input(node, 1) || number(*input(node, 1)) == 1)) {
            split_[output] = *input(node, 0);
        } else if (const Elements* parts = elements(node)) {
            return use(node, Elements(*parts));
        } else {
            return false;
        }
        return true;
    }

    bool use(const Node& node, Elements parts)
    {
        const ValueIndex output = node.outputs.front();
        if (node.op == "Identity") {
            sequences_[output] = std::move(parts);
            return true;
        }
        if (node.op == "SequenceInsert" && input(node, 1)) {
            const auto at = input(node, 2) ? position(node, 2, parts.size()) : std::optional(parts.size());
            if (!at)
                return false;
            parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(*at), *node.inputs[1]);
            sequences_[output] = std::move(parts);
            return true;
        }
        if (node.op == "SequenceAt") {
            const auto at = position(node, 1, parts.size());
            if (!at || *at == parts.size())
                return false;
            add("Identity", node, {parts[*at]}, output);
            return true;
        }
        if (node.op == "ConcatFromSequence" && !parts.empty()) {
            const std::int64_t axis = node.integer("axis", 0);
            std::vector<std::optional<ValueIndex>> inputs;
            for (const ValueIndex part : parts)
                inputs.emplace_back(node.integer("new_axis", 0) != 0 ? unsqueezed(node, part, axis) : part);
            add("Concat", node, std::move(inputs), output, {{"axis", axis}});
            return true;
        }
        if (node.op == "SequenceLength") {
            add("Squeeze", node, {integers({static_cast<std::int64_t>(parts.size())})}, output);
            return true;
        }
        return false;
    }

    void unpack_outputs()
    {
        std::vector<ValueIndex> outputs;
        std::vector<std::string> names;
        for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
            const ValueIndex output = graph_.outputs[o];
            const std::string& name = graph_.output_names[o];
            const auto sequence = sequences_.find(output);
            const auto stack = split_.find(output);
            if (sequence == sequences_.end()) {
                outputs.push_back(stack == split_.end() ? output : stack->second);
                names.push_back(name);
                continue;
            }
            for (std::size_t e = 0; e < sequence->second.size(); ++e) {
                outputs.push_back(sequence->second[e]);
                names.push_back(name + "." + std::to_string(e + 1));
            }
        }
        graph_.outputs = std::move(outputs);
        graph_.output_names = std::move(names);
    }

    Graph& graph_;
    std::map<ValueIndex, Elements> sequences_;
    std::map<ValueIndex, ValueIndex> split_;  ///< sequence -> the tensor that is split into parts of one element
};

}  // namespace

void unpack_sequences(Graph& graph)
{
    if (std::any_of(graph.nodes.begin(), graph.nodes.end(), speaks_of_sequences))
        Unpacker(graph).run();
}

}  // namespace exitscope::model
