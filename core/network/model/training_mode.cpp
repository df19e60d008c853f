// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/training_mode.h"

#include <algorithm>
#include <string>

#include "core/network/model/functions.h"
#include "core/network/model/input_layout.h"

namespace exitscope::model {
namespace {

// Positions of inputs and of the first output that only training has.
constexpr std::size_t ratio_of_dropout = 1;
constexpr std::size_t training_of_dropout = 2;

bool says_so(const Node& node, std::int64_t opset)
{
    if (opset >= 14)
        return node.integer("training_mode", 0) != 0;
    // Until opset 13 the running mean and variance are results of training alone; until opset 6 there is an attribute.
    return node.outputs.size() > 1 || (opset < 7 && node.integer("is_test", 1) == 0);
}

bool drops(const Graph& graph, const Node& node, std::int64_t opset)
{
    if (opset < 7)
        return node.integer("is_test", 1) == 0;
    if (node.inputs.size() <= training_of_dropout || !node.inputs[training_of_dropout])
        return false;
    const Tensor* training = constant_of(graph, node.inputs[training_of_dropout]);
    const Tensor* ratio = constant_of(graph, node.inputs[ratio_of_dropout]);
    const bool off =
        training && std::all_of(training->ints.begin(), training->ints.end(), [](auto bit) { return !bit; });
    return !off && !(ratio && ratio->floats == std::vector<float>{0.0F});
}

}  // namespace

std::string stop_training(Graph& graph)
{
    constexpr std::size_t most = 4;
    std::size_t count = 0;
    std::string names;
    for (Node& node : graph.nodes) {
        const std::int64_t opset = node.integer(opset_attribute, graph.opset);
        const bool normalises = node.op == "BatchNormalization" && says_so(node, opset);
        const bool forgets = node.op == "Dropout" && drops(graph, node, opset);
        if (!normalises && !forgets)
            continue;
        if (++count <= most)
            names += (count == 1 ? "'" : ", '") + node.name + "' (" + node.op + ")";
        node.attributes.erase("training_mode");
        node.attributes.erase("is_test");
        if (normalises)
            node.outputs.resize(1);
        else if (node.inputs.size() > training_of_dropout)
            node.inputs.resize(training_of_dropout);
    }
    if (count == 0)
        return {};
    if (count > most)
        names += " and " + std::to_string(count - most) + " more";
    return names + (count == 1 ? " is" : " are") +
           " in training mode, in which the answer to an image depends on the others of its batch";
}

}  // namespace exitscope::model
