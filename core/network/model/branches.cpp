// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/branches.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include <onnx/onnx_pb.h>

namespace exitscope::model {
namespace {

constexpr int max_depth = 16;

/// Names that an arm makes, and the arm around it.
struct Scope {
    std::unordered_map<std::string, std::string> names;  ///< in the file -> in the graph
    std::optional<std::int64_t> parent;
    int depth = 1;
};

class Inliner {
public:
    Inliner(onnx::GraphProto& graph, std::string_view where) : graph_(graph), where_(where) {}

    Expected<void> run()
    {
        for (int n = 0; n < graph_.node_size(); ++n)  // grows while it is walked: arms are appended
            if (is_if(graph_.node(n)))
                if (Expected<void> done = inline_node(n); !done)
                    return done;
        return {};
    }

private:
    static bool is_if(const onnx::NodeProto& node)
    {
        return node.op_type() == "If" && (node.domain().empty() || node.domain() == "ai.onnx");
    }

    static void set(onnx::NodeProto& node, std::string_view name, std::int64_t value)
    {
        onnx::AttributeProto& attribute = *node.add_attribute();
        attribute.set_name(std::string(name));
        attribute.set_type(onnx::AttributeProto::INT);
        attribute.set_i(value);
    }

    /// The arm that a node was moved out of, as set by enter().
    std::optional<std::int64_t> arm_of(const onnx::NodeProto& node) const
    {
        for (const onnx::AttributeProto& attribute : node.attribute())
            if (attribute.name() == arm_attribute && scopes_.contains(attribute.i()))
                return attribute.i();
        return std::nullopt;
    }

    Expected<void> inline_node(int position)
    {
        onnx::NodeProto taken;
        taken.Swap(graph_.mutable_node(position));
        const std::string name = taken.name().empty() ? "If_" + std::to_string(position) : taken.name();
        const auto refuse = [&](const std::string& why) {
            return bad_input(where_, "the node '" + name + "' (If) " + why);
        };
        const std::optional<std::int64_t> parent = arm_of(taken);
        const int depth = parent ? scopes_.at(*parent).depth + 1 : 1;
        if (depth > max_depth)
            return refuse("is nested more than " + std::to_string(max_depth) + " branches deep");
        if (taken.input_size() != 1)
            return refuse("does not have exactly one condition");
        const std::int64_t number = count_++;
        onnx::NodeProto chosen;
        chosen.set_name(name);
        chosen.set_op_type("If");
        chosen.add_input(taken.input(0));
        *chosen.mutable_output() = taken.output();
        if (parent)
            set(chosen, arm_attribute, *parent);
        set(chosen, branch_attribute, number);
        for (const bool when : {true, false}) {
            onnx::GraphProto* branch = nullptr;
            for (onnx::AttributeProto& attribute : *taken.mutable_attribute())
                if (attribute.name() == (when ? "then_branch" : "else_branch") && attribute.has_g())
                    branch = attribute.mutable_g();
            if (!branch)
                return refuse(std::string("has no branch for ") + (when ? "true" : "false"));
            if (branch->input_size() != 0 || branch->output_size() < taken.output_size())
                return refuse("has a branch with inputs of its own or with too few outputs");
            const std::int64_t arm = 2 * number + (when ? 0 : 1);
            scopes_[arm] = {{}, parent, depth};
            enter(*branch, arm);
            for (int o = 0; o < taken.output_size(); ++o)
                chosen.add_input(in_graph(branch->output(o).name(), arm));
        }
        graph_.mutable_node(position)->Swap(&chosen);
        return {};
    }

    /// The name in the graph of a tensor that is called `name` inside an arm.
    std::string in_graph(const std::string& name, std::int64_t arm) const
    {
        for (std::optional<std::int64_t> at = arm; at; at = scopes_.at(*at).parent)
            if (const auto known = scopes_.at(*at).names.find(name); known != scopes_.at(*at).names.end())
                return known->second;
        return name;
    }

    /// Moves a branch's contents into the graph. Branches inside it keep the file's names until their turn comes.
    void enter(onnx::GraphProto& branch, std::int64_t arm)
    {
        const std::string prefix = "arm" + std::to_string(arm) + "/";
        auto& names = scopes_.at(arm).names;
        for (const onnx::TensorProto& tensor : branch.initializer())
            names[tensor.name()] = prefix + tensor.name();
        for (const onnx::NodeProto& node : branch.node())
            for (const std::string& output : node.output())
                if (!output.empty())
                    names[output] = prefix + output;
        for (onnx::TensorProto& tensor : *branch.mutable_initializer()) {
            tensor.set_name(prefix + tensor.name());
            graph_.add_initializer()->Swap(&tensor);
        }
        for (onnx::NodeProto& node : *branch.mutable_node()) {
            for (std::string& input : *node.mutable_input())
                input = in_graph(input, arm);
            for (std::string& output : *node.mutable_output())
                if (!output.empty())
                    output = prefix + output;
            set(node, arm_attribute, arm);
            graph_.add_node()->Swap(&node);
        }
    }

    onnx::GraphProto& graph_;
    std::string_view where_;
    std::int64_t count_ = 0;
    std::unordered_map<std::int64_t, Scope> scopes_;  ///< by arm
};

}  // namespace

Expected<void> inline_branches(onnx::GraphProto& graph, std::string_view where)
{
    return Inliner(graph, where).run();
}

}  // namespace exitscope::model
