// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace exitscope::model {
namespace {

Expected<void> reduce_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const auto given = context.integers("axes", 1);
    if (!given)
        return tl::unexpected<Error>(given.error());
    std::vector<std::int64_t> wanted = given->value_or(std::vector<std::int64_t>{});
    if (wanted.empty() && context.node.integer("noop_with_empty_axes", 0) != 0) {
        context.results = {*context.node.inputs[0]};
        return {};
    }
    if (wanted.empty()) {
        wanted.resize(context.shape(0).size());
        std::iota(wanted.begin(), wanted.end(), 0);
    }
    Expected<std::vector<std::int64_t>> axes = normal_axes(wanted, context.rank(0));
    if (!axes)
        return forward(axes);
    const bool keep = context.node.integer("keepdims", 1) != 0;
    Shape shape;
    for (std::size_t i = 0; i < context.shape(0).size(); ++i) {
        if (!std::binary_search(axes->begin(), axes->end(), static_cast<std::int64_t>(i)))
            shape.push_back(context.shape(0)[i]);
        else if (keep)
            shape.push_back(1);
    }
    context.node.attributes = {{"axes", std::move(*axes)}, {"keepdims", std::int64_t{keep}}};
    context.node.inputs.resize(1);
    context.shapes = {std::move(shape)};
    return {};
}

Expected<void> arg_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", 0), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const bool keep = context.node.integer("keepdims", 1) != 0;
    const bool last = context.node.integer("select_last_index", 0) != 0;
    Shape shape = context.shape(0);
    if (shape[static_cast<std::size_t>(*axis)] == 0)
        return bad_input({}, "its axis " + std::to_string(*axis) + " of " + to_text(shape) + " is empty");
    if (keep)
        shape[static_cast<std::size_t>(*axis)] = 1;
    else
        shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(*axis));
    context.node.attributes = {{"axis", *axis}, {"select_last_index", std::int64_t{last}}};
    context.types = {int_type};
    context.shapes = {std::move(shape)};
    return {};
}

Expected<void> top_k_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", -1), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    std::int64_t count = context.node.integer("k", -1);
    if (context.has(1)) {
        const auto given = context.integers("k", 1);
        if (!given)
            return tl::unexpected<Error>(given.error());
        count = (*given)->size() == 1 ? (**given)[0] : -1;
    }
    Shape shape = context.shape(0);
    std::int64_t& along = shape[static_cast<std::size_t>(*axis)];
    if (count < 0 || count > along)
        return bad_input({}, "it takes " + std::to_string(count) + " of the " + std::to_string(along) +
                                 " elements along axis " + std::to_string(*axis));
    along = count;
    context.node.attributes = {{"axis", *axis}, {"largest", context.node.integer("largest", 1)}};
    context.node.inputs.resize(1);
    context.types = {context.value(0).type(), int_type};
    context.shapes = {shape, shape};
    return {};
}

Expected<void> cum_sum_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const auto given = context.integers("axis", 1);
    if (!given)
        return tl::unexpected<Error>(given.error());
    if ((*given)->size() != 1)
        return bad_input({}, "its axis is not one number");
    const Expected<std::int64_t> axis = normal_axis((**given)[0], context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    context.node.attributes = {{"axis", *axis},
                               {"exclusive", context.node.integer("exclusive", 0)},
                               {"reverse", context.node.integer("reverse", 0)}};
    context.node.inputs.resize(1);
    context.shapes = {context.shape(0)};
    return {};
}

using enum Takes;

constexpr Operator operators[] = {
    {"ArgMax", arg_rule, nullptr, integers_too},
    {"ArgMin", arg_rule, nullptr, integers_too},
    {"CumSum", cum_sum_rule, nullptr, integers_too},
    {"ReduceL1", reduce_rule, nullptr, integers_too},
    {"ReduceL2", reduce_rule, nullptr, integers_too},
    {"ReduceLogSum", reduce_rule},
    {"ReduceLogSumExp", reduce_rule},
    {"ReduceMax", reduce_rule, fold_reduce, integers_too},
    {"ReduceMean", reduce_rule, fold_reduce, integers_too},
    {"ReduceMin", reduce_rule, fold_reduce, integers_too},
    {"ReduceProd", reduce_rule, fold_reduce, integers_too},
    {"ReduceSum", reduce_rule, fold_reduce, integers_too},
    {"ReduceSumSquare", reduce_rule, nullptr, integers_too},
    {"TopK", top_k_rule, nullptr, integers_too},
};

}  // namespace

std::span<const Operator> reduce_operators()
{
    return operators;
}

}  // namespace exitscope::model
