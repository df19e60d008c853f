// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/base/text.h"
#include "core/network/model/lowering.h"

namespace exitscope::model {
namespace {

Tensor transposed(const Tensor& matrix)
{
    Tensor result;
    const auto rows = static_cast<std::size_t>(matrix.shape[0]);
    const auto columns = static_cast<std::size_t>(matrix.shape[1]);
    result.shape = {matrix.shape[1], matrix.shape[0]};
    result.floats.resize(rows * columns);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c)
            result.floats[c * rows + r] = matrix.floats[r * columns + c];
    return result;
}

Tensor scaled(Tensor tensor, float factor)
{
    for (float& element : tensor.floats)
        element *= factor;
    return tensor;
}

/// A bias of one value per column, given as [outputs], [1, outputs], [1] or a scalar, as an [outputs] vector.
std::optional<Tensor> as_bias(const Tensor& addend, std::int64_t outputs)
{
    const auto count = static_cast<std::int64_t>(addend.floats.size());
    const bool row = count == 1 || (count == outputs && !addend.shape.empty() && addend.shape.back() == outputs);
    if (!row)
        return std::nullopt;
    Tensor bias;
    bias.shape = {outputs};
    bias.floats =
        count == 1 ? std::vector<float>(static_cast<std::size_t>(outputs), addend.floats.front()) : addend.floats;
    return bias;
}

/// Brings a Gemm with constant weights to normal form: X[N,I] W[O,I] (B[O]). An addend that is not a bias is added by a
/// node after it.
void normalise_weights(NodeContext& context, std::int64_t rows, std::int64_t inner, std::int64_t outputs)
{
    Node& node = context.node;
    const float alpha = node.number("alpha", 1.0F);
    const float beta = node.number("beta", 1.0F);
    if (node.integer("transA", 0) != 0)
        node.inputs[0] =
            context.add_node("Transpose", {node.inputs[0]}, {{"perm", std::vector<std::int64_t>{1, 0}}}, {rows, inner});
    if (node.integer("transB", 0) == 0 || alpha != 1.0F) {
        const Tensor& weights = *context.constant(1);
        const auto stored = context.value(1).stored;
        node.inputs[1] = context.add_constant(
            scaled(node.integer("transB", 0) == 0 ? transposed(weights) : weights, alpha), node.name + "/weights");
        if (stored && alpha == 1.0F) {  // the scales of a quantized file run along the other axis now
            auto moved = std::make_shared<StoredQuantization>(*stored);
            moved->axis = 1 - std::min<std::size_t>(moved->axis, 1);
            context.graph.values[node.inputs[1]->at()].stored = std::move(moved);
        }
    }
    node.attributes = {{"alpha", 1.0F}, {"beta", 1.0F}, {"transA", std::int64_t{0}}, {"transB", std::int64_t{1}}};
    std::optional<ValueIndex> addend;
    if (const Tensor* constant = context.constant(2)) {
        if (std::optional<Tensor> bias = as_bias(*constant, outputs); bias) {
            if (beta != 1.0F || constant->shape != bias->shape)
                node.inputs[2] = context.add_constant(scaled(std::move(*bias), beta), node.name + "/bias");
        } else {
            addend =
                beta == 1.0F ? node.inputs[2] : context.add_constant(scaled(*constant, beta), node.name + "/addend");
        }
    } else if (context.has(2)) {
        addend = node.inputs[2];
        if (beta != 1.0F) {
            Tensor factor;
            factor.floats = {beta};
            const ValueIndex by = context.add_constant(std::move(factor), node.name + "/beta");
            addend = context.add_node("Mul", {addend, by}, {}, context.shape(2));
        }
    }
    if (!addend)
        return;
    const ValueIndex product =
        context.add_node("Gemm", {node.inputs[0], node.inputs[1]}, node.attributes, {rows, outputs});
    node.op = "Add";
    node.inputs = {product, *addend};
    node.attributes.clear();
}

/// A vector on the left is a matrix of one row, on the right a matrix of one column; that axis is removed from the
/// result.
Expected<void> product_with_vector(NodeContext& context)
{
    return lower(context, [&](Lowering& lowering) {
        const bool row = lowering.rank(lowering.input(0)) == 1;
        const bool column = lowering.rank(lowering.input(1)) == 1;
        ValueIndex left = lowering.input(0);
        ValueIndex right = lowering.input(1);
        if (row)
            left = lowering.apply("Unsqueeze", {left}, {{"axes", Lowering::Integers{0}}});
        if (column)
            right = lowering.apply("Unsqueeze", {right}, {{"axes", Lowering::Integers{1}}});
        const ValueIndex product = lowering.apply("MatMul", {left, right});
        Lowering::Integers gone;
        if (row)
            gone.push_back(-2);
        if (column)
            gone.push_back(-1);
        return std::vector{lowering.apply("Squeeze", {product}, {{"axes", gone}})};
    });
}

/// A tensor whose axes have names. Ellipsis axes are digits, the last one '0'.
struct Named {
    ValueIndex value;
    std::string axes;
};

/// "ij,jk->ik" taken apart, ellipses spelled out.
struct Equation {
    std::vector<std::string> operands;
    std::string result;
};

Expected<Equation> parse_equation(std::string text, const std::vector<Shape>& shapes)
{
    const tl::unexpected<Error> wrong = bad_input({}, "its equation '" + text + "' does not fit its inputs");
    std::erase(text, ' ');
    const std::size_t arrow = text.find("->");
    std::string left = text.substr(0, arrow);
    std::vector<std::string> terms(1);
    for (const char symbol : left)
        if (symbol == ',')
            terms.emplace_back();
        else
            terms.back() += symbol;
    if (terms.size() != shapes.size())
        return wrong;
    Equation equation;
    std::string widest;
    std::map<char, int> uses;
    const auto expand = [](std::string term, const std::string& by) {
        const std::size_t dots = term.find("...");
        return dots == std::string::npos ? term : term.replace(dots, 3, by);
    };
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const bool dots = terms[i].find("...") != std::string::npos;
        const std::size_t letters = terms[i].size() - (dots ? 3 : 0);
        if (letters > shapes[i].size() || (!dots && letters != shapes[i].size()) || shapes[i].size() - letters > 10)
            return wrong;
        const std::string hidden = std::string("9876543210").substr(10 - (shapes[i].size() - letters));
        widest = hidden.size() > widest.size() ? hidden : widest;
        equation.operands.push_back(expand(terms[i], hidden));
        for (const char axis : equation.operands.back())
            ++uses[axis];
    }
    if (arrow != std::string::npos) {
        equation.result = expand(text.substr(arrow + 2), widest);
    } else {
        equation.result = widest;
        for (const auto& [axis, times] : uses)
            if (times == 1 && widest.find(axis) == std::string::npos)
                equation.result += axis;
    }
    std::set<char> distinct(equation.result.begin(), equation.result.end());
    for (const char axis : equation.result)
        if (!uses.contains(axis))
            return wrong;
    for (const auto& [axis, times] : uses)
        if (!is_alphanumeric(axis))
            return wrong;
    if (distinct.size() != equation.result.size())
        return wrong;
    return equation;
}

/// Contracts named tensors by transpositions and matrix products.
class Contraction {
public:
    explicit Contraction(Lowering& lowering) : lowering_(lowering) {}

    /// Takes the diagonal of axes that share a name.
    Named distinct(Named tensor)
    {
        for (std::size_t i = 0; i < tensor.axes.size(); ++i) {
            const std::size_t again = tensor.axes.find(tensor.axes[i], i + 1);
            if (again == std::string::npos)
                continue;
            const char name = tensor.axes[i];
            std::string rest = tensor.axes;
            rest.erase(again, 1);
            rest.erase(i, 1);
            Lowering::Integers perm;
            for (std::size_t d = 0; d < tensor.axes.size(); ++d)
                if (d != i && d != again)
                    perm.push_back(static_cast<std::int64_t>(d));
            perm.push_back(static_cast<std::int64_t>(i));
            perm.push_back(static_cast<std::int64_t>(again));
            ValueIndex value = lowering_.transpose(tensor.value, perm);
            Shape shape = lowering_.shape(value);
            const std::int64_t extent = shape.back();
            if (extent != shape[shape.size() - 2])
                throw Lowering::Failure{{ErrorCode::bad_input, {}, "axes of one name differ in size"}};
            shape.pop_back();
            shape.back() = extent * extent;
            value = lowering_.reshape(value, shape);
            value = lowering_.apply("Slice", {value},
                                    {{"starts", Lowering::Integers{0}},
                                     {"ends", Lowering::Integers{extent * extent}},
                                     {"axes", Lowering::Integers{-1}},
                                     {"steps", Lowering::Integers{extent + 1}}});
            return distinct({value, rest + name});
        }
        return tensor;
    }

    /// Sums over the axes that `needed` does not hold.
    Named without_unneeded(Named tensor, const std::string& needed)
    {
        Lowering::Integers axes;
        std::string rest;
        for (std::size_t d = 0; d < tensor.axes.size(); ++d)
            if (needed.find(tensor.axes[d]) == std::string::npos)
                axes.push_back(static_cast<std::int64_t>(d));
            else
                rest += tensor.axes[d];
        if (axes.empty())
            return tensor;
        return {lowering_.apply("ReduceSum", {tensor.value}, {{"axes", axes}, {"keepdims", std::int64_t{0}}}), rest};
    }

    Named ordered(const Named& tensor, const std::string& order)
    {
        Lowering::Integers perm;
        for (const char axis : order)
            perm.push_back(static_cast<std::int64_t>(tensor.axes.find(axis)));
        return {order == tensor.axes ? tensor.value : lowering_.transpose(tensor.value, perm), order};
    }

    Named product(const Named& a, const Named& b, const std::string& needed)
    {
        std::string shared, summed, left, right;
        for (const char axis : a.axes) {
            const bool both = b.axes.find(axis) != std::string::npos;
            (!both ? left : needed.find(axis) == std::string::npos ? summed : shared) += axis;
        }
        for (const char axis : b.axes)
            if (a.axes.find(axis) == std::string::npos)
                right += axis;
        const Named first = ordered(a, shared + left + summed);
        const Named second = ordered(b, shared + summed + right);
        const Shape sa = lowering_.shape(first.value);
        const Shape sb = lowering_.shape(second.value);
        const auto split = [&](const Shape& shape, std::size_t count) {
            const auto batch = shape.begin() + static_cast<std::ptrdiff_t>(shared.size());
            const auto middle = batch + static_cast<std::ptrdiff_t>(count);
            Shape matrix(shape.begin(), batch);
            matrix.push_back(element_count(Shape(batch, middle)));
            matrix.push_back(element_count(Shape(middle, shape.end())));
            return matrix;
        };
        const ValueIndex matrix =
            lowering_.apply("MatMul", {lowering_.reshape(first.value, split(sa, left.size())),
                                       lowering_.reshape(second.value, split(sb, summed.size()))});
        Shape result = lowering_.shape(matrix);
        result.resize(shared.size());
        const auto begin = static_cast<std::ptrdiff_t>(shared.size());
        result.insert(result.end(), sa.begin() + begin, sa.begin() + begin + static_cast<std::ptrdiff_t>(left.size()));
        result.insert(result.end(), sb.end() - static_cast<std::ptrdiff_t>(right.size()), sb.end());
        return {lowering_.reshape(matrix, result), shared + left + right};
    }

private:
    Lowering& lowering_;
};

Expected<void> gemm_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Shape& a = context.shape(0);
    const Shape& b = context.shape(1);
    const bool trans_a = context.node.integer("transA", 0) != 0;
    const bool trans_b = context.node.integer("transB", 0) != 0;
    if (a.size() != 2 || b.size() != 2 || a[trans_a ? 0 : 1] != b[trans_b ? 1 : 0])
        return bad_input({}, "the matrices " + to_text(a) + " and " + to_text(b) + " do not fit");
    const std::int64_t rows = a[trans_a ? 1 : 0];
    const std::int64_t inner = a[trans_a ? 0 : 1];
    const std::int64_t outputs = b[trans_b ? 0 : 1];
    const Shape result{rows, outputs};
    if (context.has(2) && broadcast(context.shape(2), result) != result)
        return bad_input({}, "its addend " + to_text(context.shape(2)) + " does not fit its result " + to_text(result));
    if (context.value(1).is_int || (context.has(2) && context.value(2).is_int))
        return unsupported({}, "matrices of integers");
    if (context.constant(1)) {
        normalise_weights(context, rows, inner, outputs);
    } else {
        context.node.attributes = {{"alpha", context.node.number("alpha", 1.0F)},
                                   {"beta", context.node.number("beta", 1.0F)},
                                   {"transA", std::int64_t{trans_a}},
                                   {"transB", std::int64_t{trans_b}}};
    }
    context.shapes = {result};
    return {};
}

Expected<void> matmul_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Shape a = context.shape(0);
    const Shape b = context.shape(1);
    if (context.value(0).is_int || context.value(1).is_int)
        return unsupported({}, "matrices of integers");
    if (a.empty() || b.empty())
        return bad_input({}, "one of its inputs is a single number");
    if (a.size() == 1 || b.size() == 1)
        return product_with_vector(context);
    if (a.size() == 2 && b.size() == 2 && context.constant(1)) {
        context.node.op = "Gemm";
        context.node.attributes.clear();
        return gemm_rule(context);
    }
    const std::optional<Shape> leading = broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
    if (!leading || a.back() != b[b.size() - 2])
        return bad_input({}, "the tensors " + to_text(a) + " and " + to_text(b) + " do not fit");
    Shape result = *leading;
    result.push_back(a[a.size() - 2]);
    result.push_back(b.back());
    context.shapes = {std::move(result)};
    return {};
}

/// Operands are contracted from left to right, each pair as one batched matrix product.
Expected<void> einsum_rule(NodeContext& context)
{
    const std::size_t inputs = context.node.inputs.size();
    if (inputs == 0)
        return bad_input({}, "it has no inputs");
    if (Expected<void> there = context.require_inputs(0, inputs - 1); !there)
        return there;
    std::vector<Shape> shapes;
    for (std::size_t i = 0; i < inputs; ++i)
        shapes.push_back(context.shape(i));
    const Expected<Equation> equation = parse_equation(context.node.text("equation", ""), shapes);
    if (!equation)
        return tl::unexpected<Error>(equation.error());
    return lower(context, [&](Lowering& lowering) {
        Contraction contraction(lowering);
        Named sum;
        for (std::size_t i = 0; i < inputs; ++i) {
            std::string later = equation->result;
            for (std::size_t j = i + 1; j < inputs; ++j)
                later += equation->operands[j];
            Named next = contraction.distinct({lowering.input(i), equation->operands[i]});
            next = contraction.without_unneeded(next, later + sum.axes);
            sum =
                i == 0 ? next : contraction.product(contraction.without_unneeded(sum, later + next.axes), next, later);
        }
        return std::vector{
            contraction.ordered(contraction.without_unneeded(sum, equation->result), equation->result).value};
    });
}

constexpr Operator operators[] = {
    {"Einsum", einsum_rule},
    {"Gemm", gemm_rule},
    {"MatMul", matmul_rule},
};

}  // namespace

std::span<const Operator> matrix_operators()
{
    return operators;
}

}  // namespace exitscope::model
