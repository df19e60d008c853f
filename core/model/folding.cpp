// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/folding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include "core/model/operators.h"

namespace exitscope::model {
namespace {

/// Integer arithmetic wraps around, as ONNX leaves overflow open and signed overflow must not happen here.
std::int64_t wrap(std::uint64_t value)
{
    return static_cast<std::int64_t>(value);
}

/// Steps through every index of a shape in row-major order and keeps the matching offset of strided data.
class Walker {
public:
    Walker(const Shape& shape, std::vector<std::int64_t> strides, std::int64_t offset = 0)
        : shape_(shape), strides_(std::move(strides)), index_(shape.size(), 0), offset_(offset)
    {
    }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(offset_); }
    void next()
    {
        for (std::size_t axis = shape_.size(); axis-- > 0;) {
            offset_ += strides_[axis];
            if (++index_[axis] < shape_[axis])
                return;
            offset_ -= strides_[axis] * shape_[axis];
            index_[axis] = 0;
        }
    }

private:
    const Shape& shape_;
    std::vector<std::int64_t> strides_;
    std::vector<std::int64_t> index_;
    std::int64_t offset_;
};

template <class T>
std::vector<T>& elements_of(Tensor& tensor)
{
    if constexpr (std::is_same_v<T, float>)
        return tensor.floats;
    else
        return tensor.ints;
}

template <class T>
const std::vector<T>& elements_of(const Tensor& tensor)
{
    if constexpr (std::is_same_v<T, float>)
        return tensor.floats;
    else
        return tensor.ints;
}

Tensor empty_like(const Tensor& type, const Shape& shape)
{
    Tensor result;
    result.shape = shape;
    result.is_int = type.is_int;
    const auto count = static_cast<std::size_t>(element_count(shape));
    if (type.is_int)
        result.ints.resize(count);
    else
        result.floats.resize(count);
    return result;
}

std::optional<float> unary(const std::string& op, float x)
{
    if (op == "Abs")
        return std::fabs(x);
    if (op == "Neg")
        return -x;
    if (op == "Sqrt")
        return std::sqrt(x);
    if (op == "Exp")
        return std::exp(x);
    if (op == "Floor")
        return std::floor(x);
    if (op == "Ceil")
        return std::ceil(x);
    if (op == "Relu")
        return std::max(x, 0.0F);
    if (op == "Tanh")
        return std::tanh(x);
    if (op == "Sigmoid")
        return 1.0F / (1.0F + std::exp(-x));
    return std::nullopt;
}

std::optional<std::int64_t> unary(const std::string& op, std::int64_t x)
{
    if (op == "Abs")
        return x < 0 ? wrap(0 - static_cast<std::uint64_t>(x)) : x;
    if (op == "Neg")
        return wrap(0 - static_cast<std::uint64_t>(x));
    if (op == "Not")
        return x == 0;
    return std::nullopt;
}

std::optional<float> binary(const std::string& op, float x, float y)
{
    if (op == "Add" || op == "Sum")
        return x + y;
    if (op == "Sub")
        return x - y;
    if (op == "Mul")
        return x * y;
    if (op == "Div")
        return x / y;
    if (op == "Pow")
        return std::pow(x, y);
    if (op == "Max")
        return std::max(x, y);
    if (op == "Min")
        return std::min(x, y);
    return std::nullopt;
}

std::optional<std::int64_t> binary(const std::string& op, std::int64_t x, std::int64_t y)
{
    const auto ux = static_cast<std::uint64_t>(x);
    const auto uy = static_cast<std::uint64_t>(y);
    if (op == "Add" || op == "Sum")
        return wrap(ux + uy);
    if (op == "Sub")
        return wrap(ux - uy);
    if (op == "Mul")
        return wrap(ux * uy);
    if (op == "Div" && y != 0)
        return y == -1 ? wrap(0 - ux) : x / y;
    if (op == "Max")
        return std::max(x, y);
    if (op == "Min")
        return std::min(x, y);
    return std::nullopt;
}

template <class T>
std::optional<std::int64_t> comparison(const std::string& op, T x, T y)
{
    if (op == "Equal")
        return x == y;
    if (op == "Greater")
        return x > y;
    if (op == "Less")
        return x < y;
    return std::nullopt;
}

/// out[i] = f(a[i], b[i]) with both broadcast to `shape`; nothing where f says nothing.
template <class Out, class In, class Function>
std::optional<Tensor> combine(const Tensor& a, const Tensor& b, const Shape& shape, Function&& f)
{
    Tensor result;
    result.shape = shape;
    result.is_int = !std::is_same_v<Out, float>;
    std::vector<Out>& out = elements_of<Out>(result);
    out.resize(static_cast<std::size_t>(element_count(shape)));
    Walker at_a(shape, broadcast_strides(a.shape, shape));
    Walker at_b(shape, broadcast_strides(b.shape, shape));
    for (Out& element : out) {
        const std::optional<Out> computed = f(elements_of<In>(a)[at_a.offset()], elements_of<In>(b)[at_b.offset()]);
        if (!computed)
            return std::nullopt;
        element = *computed;
        at_a.next();
        at_b.next();
    }
    return result;
}

std::optional<Tensor> combine(const std::string& op, const Tensor& a, const Tensor& b, const Shape& shape)
{
    if (op == "Equal" || op == "Greater" || op == "Less") {
        const auto compare = [&op](auto x, auto y) { return comparison(op, x, y); };
        return a.is_int ? combine<std::int64_t, std::int64_t>(a, b, shape, compare)
                        : combine<std::int64_t, float>(a, b, shape, compare);
    }
    const auto apply = [&op](auto x, auto y) { return binary(op, x, y); };
    return a.is_int ? combine<std::int64_t, std::int64_t>(a, b, shape, apply)
                    : combine<float, float>(a, b, shape, apply);
}

tl::unexpected<Error> no_value(const NodeContext& context)
{
    return bad_input({}, "its constant inputs have no " + context.node.op);
}

}  // namespace

std::vector<std::int64_t> row_major_strides(const Shape& shape)
{
    std::vector<std::int64_t> strides(shape.size());
    std::int64_t stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        strides[axis] = stride;
        stride *= shape[axis];
    }
    return strides;
}

std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to)
{
    const std::vector<std::int64_t> own = row_major_strides(from);
    std::vector<std::int64_t> strides(to.size(), 0);
    const std::size_t offset = to.size() - from.size();
    for (std::size_t axis = 0; axis < from.size(); ++axis)
        strides[offset + axis] = from[axis] == 1 ? 0 : own[axis];
    return strides;
}

Tensor strided_copy(const Tensor& source, const Shape& shape, const std::vector<std::int64_t>& strides,
                    std::int64_t offset)
{
    Tensor result = empty_like(source, shape);
    Walker walker(shape, strides, offset);
    visit_elements(source, [&](const auto& from) {
        using T = typename std::decay_t<decltype(from)>::value_type;
        for (T& element : elements_of<T>(result)) {
            element = from[walker.offset()];
            walker.next();
        }
    });
    return result;
}

Expected<Tensor> fold_unary(const NodeContext& context)
{
    Tensor result = *context.constant(0);
    const auto apply = [&](auto& elements) {
        for (auto& element : elements) {
            const auto computed = unary(context.node.op, element);
            if (!computed)
                return false;
            element = *computed;
        }
        return true;
    };
    if (!(result.is_int ? apply(result.ints) : apply(result.floats)))
        return no_value(context);
    return result;
}

Expected<Tensor> fold_binary(const NodeContext& context)
{
    Tensor result = *context.constant(0);
    for (std::size_t i = 1; i < context.node.inputs.size(); ++i) {
        const Tensor& next = *context.constant(i);
        const std::optional<Shape> shape = broadcast(result.shape, next.shape);
        std::optional<Tensor> combined = shape ? combine(context.node.op, result, next, *shape) : std::nullopt;
        if (!combined)
            return no_value(context);
        result = std::move(*combined);
    }
    return result;
}

Expected<Tensor> fold_reshape(const NodeContext& context)
{
    Tensor result = *context.constant(0);
    result.shape = context.shapes.front();
    return result;
}

Expected<Tensor> fold_transpose(const NodeContext& context)
{
    const Tensor& source = *context.constant(0);
    const std::vector<std::int64_t> own = row_major_strides(source.shape);
    std::vector<std::int64_t> strides;
    for (const std::int64_t axis : context.node.integers("perm"))
        strides.push_back(own[static_cast<std::size_t>(axis)]);
    return strided_copy(source, context.shapes.front(), strides);
}

Expected<Tensor> fold_slice(const NodeContext& context)
{
    const Tensor& source = *context.constant(0);
    std::vector<std::int64_t> strides = row_major_strides(source.shape);
    const std::vector<std::int64_t> axes = context.node.integers("axes");
    const std::vector<std::int64_t> starts = context.node.integers("starts");
    const std::vector<std::int64_t> steps = context.node.integers("steps");
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        std::int64_t& stride = strides[static_cast<std::size_t>(axes[i])];
        offset += starts[i] * stride;
        stride *= steps[i];
    }
    return strided_copy(source, context.shapes.front(), strides, offset);
}

Expected<Tensor> fold_concat(const NodeContext& context)
{
    const auto axis = static_cast<std::size_t>(context.node.integer("axis", 0));
    const Shape& shape = context.shapes.front();
    Tensor result = empty_like(*context.constant(0), shape);
    const std::int64_t row = row_major_strides(shape)[axis];
    std::int64_t written = 0;
    for (std::size_t i = 0; i < context.node.inputs.size(); ++i) {
        const Tensor& part = *context.constant(i);
        const std::int64_t run = part.shape[axis] * row;
        visit_elements(part, [&](const auto& from) {
            using T = typename std::decay_t<decltype(from)>::value_type;
            std::vector<T>& to = elements_of<T>(result);
            const std::int64_t blocks = run == 0 ? 0 : static_cast<std::int64_t>(from.size()) / run;
            for (std::int64_t block = 0; block < blocks; ++block)
                std::copy_n(from.begin() + block * run, run, to.begin() + block * shape[axis] * row + written);
        });
        written += run;
    }
    return result;
}

Expected<Tensor> fold_reduce(const NodeContext& context)
{
    const std::string& op = context.node.op;
    const Tensor& source = *context.constant(0);
    Shape kept = source.shape;
    std::int64_t reduced = 1;
    for (const std::int64_t axis : context.node.integers("axes")) {
        reduced *= kept[static_cast<std::size_t>(axis)];
        kept[static_cast<std::size_t>(axis)] = 1;
    }
    if (reduced == 0)
        return no_value(context);
    Tensor result = empty_like(source, kept);
    const bool largest = op == "ReduceMax";
    const std::string step = largest ? "Max" : op == "ReduceProd" ? "Mul" : "Add";
    Walker at(source.shape, broadcast_strides(kept, source.shape));
    visit_elements(source, [&](const auto& from) {
        using T = typename std::decay_t<decltype(from)>::value_type;
        std::vector<T>& out = elements_of<T>(result);
        std::fill(out.begin(), out.end(),
                  largest              ? std::numeric_limits<T>::lowest()
                  : op == "ReduceProd" ? T{1}
                                       : T{0});
        for (const T element : from) {
            T& sum = out[at.offset()];
            sum = *binary(step, sum, element);
            at.next();
        }
        if (op == "ReduceMean")
            for (T& sum : out)
                sum /= static_cast<T>(reduced);
    });
    result.shape = context.shapes.front();
    return result;
}

}  // namespace exitscope::model
