// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/lowering.h"

#include "core/network/model/onnx_tensor.h"

namespace exitscope::model {
namespace {

constexpr std::int64_t inner_opset = 18;

}  // namespace

ValueIndex Lowering::apply(std::string op, Inputs inputs, Attributes attributes)
{
    Node node;
    node.name = context_.node.name + "/" + op;
    node.op = std::move(op);
    node.inputs = std::move(inputs);
    node.attributes = std::move(attributes);
    Expected<std::vector<ValueIndex>> made = add_operation(context_.graph, std::move(node), inner_opset, 1);
    if (!made)
        throw Failure{made.error()};
    return made->front();
}

ValueIndex Lowering::cast(ValueIndex value, ValueType to)
{
    return apply("Cast", {value}, {{"to", onnx_type(to)}});
}

ValueIndex Lowering::number(double value, ValueType type)
{
    Tensor tensor;
    tensor.is_int = type.is_int;
    tensor.element = type.element;
    if (type.is_int)
        tensor.ints = {static_cast<std::int64_t>(value)};
    else
        tensor.floats = {static_cast<float>(value)};
    return constant(std::move(tensor));
}

ValueIndex Lowering::integers(Integers values)
{
    Tensor tensor;
    tensor.is_int = true;
    tensor.shape = {static_cast<std::int64_t>(values.size())};
    tensor.ints = std::move(values);
    return constant(std::move(tensor));
}

ValueIndex Lowering::constant(Tensor tensor)
{
    return context_.add_constant(std::move(tensor), context_.node.name + "/constant");
}

}  // namespace exitscope::model
