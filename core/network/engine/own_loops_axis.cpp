// SPDX-License-Identifier: GPL-3.0-or-later
// Operators along one axis or several: reductions, normalisations, searches. Tensors are seen as
// [outer, along, inner] around the axis.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "core/network/engine/kernels/reduce.h"
#include "core/network/engine/kernels/rows.h"
#include "core/network/engine/own_loops.h"

namespace exitscope::engine {
namespace {

using Integer = std::int64_t;

const model::Value& data(const model::Graph& graph, const model::Node& node)
{
    return graph.value(*node.inputs[0]);
}

struct Extents {
    std::size_t outer = 1, along = 1, inner = 1;
};
Extents around(const model::Shape& shape, std::size_t axis)
{
    Extents extents;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        const auto extent = static_cast<std::size_t>(shape[d]);
        (d < axis ? extents.outer : d == axis ? extents.along : extents.inner) *= extent;
    }
    return extents;
}
Extents around(const model::Graph& graph, const model::Node& node)
{
    return around(data(graph, node).shape, static_cast<std::size_t>(node.integer("axis", 0)));
}

template <class Plan>
Loop by_type(const model::Graph& graph, const model::Node& node, Plan plan)
{
    return data(graph, node).is_int ? plan.template operator()<Integer>() : plan.template operator()<float>();
}

/// Calls visit(offset of the first element, position in a result with one element per line) for every line along the
/// axis.
template <class Visit>
void lines(const Extents& e, Visit visit)
{
    for (std::size_t outer = 0; outer < e.outer; ++outer)
        for (std::size_t inner = 0; inner < e.inner; ++inner)
            visit(outer * e.along * e.inner + inner, outer * e.inner + inner);
}

Loop plan_reduce(const model::Graph& graph, const model::Node& node)
{
    using enum kernels::Reduction;
    static constexpr std::array<std::pair<std::string_view, kernels::Reduction>, 10> kinds = {
        {{"ReduceL1", l1},
         {"ReduceL2", l2},
         {"ReduceLogSum", log_sum},
         {"ReduceLogSumExp", log_sum_exp},
         {"ReduceMax", max},
         {"ReduceMean", mean},
         {"ReduceMin", min},
         {"ReduceProd", product},
         {"ReduceSum", sum},
         {"ReduceSumSquare", sum_square}}};
    const auto* kind = std::find_if(kinds.begin(), kinds.end(), [&](const auto& row) { return row.first == node.op; });
    const kernels::Reduce reduce(kind->second, data(graph, node).shape, node.integers("axes"));
    return by_type(graph, node, [&]<class T>() -> Loop {
        return [reduce, type = data(graph, node).element,
                count = model::element_count(graph.value(node.outputs[0]).shape)](const Operands& o) {
            reduce(o.in<T>(0), o.out<T>(0));
            if constexpr (std::is_same_v<T, Integer>)
                std::transform(o.out<T>(0), o.out<T>(0) + count, o.out<T>(0),
                               [type](Integer x) { return model::narrowed(x, type); });
        };
    });
}

Loop plan_softmax(const model::Graph& graph, const model::Node& node)
{
    const Extents e = around(graph, node);
    const bool logarithm = node.op == "LogSoftmax";
    return [=](const Operands& o) {
        kernels::softmax(o.in<float>(0), o.out<float>(0), e.outer, e.along, e.inner, logarithm);
    };
}

Loop plan_hardmax(const model::Graph& graph, const model::Node& node)
{
    const Extents e = around(graph, node);
    return [e](const Operands& o) {
        lines(e, [&](std::size_t first, std::size_t) {
            const float* in = o.in<float>(0) + first;
            float* out = o.out<float>(0) + first;
            std::size_t best = 0;
            for (std::size_t i = 0; i < e.along; ++i) {
                best = in[i * e.inner] > in[best * e.inner] ? i : best;
                out[i * e.inner] = 0.0F;
            }
            out[best * e.inner] = 1.0F;
        });
    };
}

Loop plan_arg(const model::Graph& graph, const model::Node& node)
{
    const Extents e = around(graph, node);
    const bool largest = node.op == "ArgMax";
    const bool last = node.integer("select_last_index", 0) != 0;
    return by_type(graph, node, [=]<class T>() -> Loop {
        return [=](const Operands& o) {
            lines(e, [&](std::size_t first, std::size_t to) {
                const T* in = o.in<T>(0) + first;
                std::size_t best = 0;
                for (std::size_t i = 1; i < e.along; ++i) {
                    const T x = in[i * e.inner];
                    const T y = in[best * e.inner];
                    if ((largest ? x > y : x < y) || (last && x == y))
                        best = i;
                }
                o.out<Integer>(0)[to] = static_cast<Integer>(best);
            });
        };
    });
}

/// Results are sorted whether they have to be or not; of equal elements the one with the lower index comes first.
Loop plan_top_k(const model::Graph& graph, const model::Node& node)
{
    const Extents e = around(graph, node);
    const Extents r = around(graph.value(node.outputs[0]).shape, static_cast<std::size_t>(node.integer("axis", 0)));
    const bool largest = node.integer("largest", 1) != 0;
    const bool indices = node.outputs.size() > 1;
    return by_type(graph, node, [=]<class T>() -> Loop {
        return [=](const Operands& o) {
            // Insertion into the results themselves, because the list of results is short.
            for (std::size_t outer = 0; outer < e.outer; ++outer)
                for (std::size_t inner = 0; inner < e.inner; ++inner) {
                    const T* in = o.in<T>(0) + outer * e.along * e.inner + inner;
                    const std::size_t to = outer * r.along * r.inner + inner;
                    T* values = o.out<T>(0) + to;
                    std::size_t kept = 0;
                    for (std::size_t i = 0; i < e.along && r.along > 0; ++i) {
                        const T x = in[i * e.inner];
                        const auto before = [&](T y) { return largest ? x > y : x < y; };
                        if (kept == r.along && !before(values[(kept - 1) * r.inner]))
                            continue;
                        std::size_t at = kept == r.along ? kept - 1 : kept++;
                        for (; at > 0 && before(values[(at - 1) * r.inner]); --at) {
                            values[at * r.inner] = values[(at - 1) * r.inner];
                            if (indices)
                                o.out<Integer>(1)[to + at * r.inner] = o.out<Integer>(1)[to + (at - 1) * r.inner];
                        }
                        values[at * r.inner] = x;
                        if (indices)
                            o.out<Integer>(1)[to + at * r.inner] = static_cast<Integer>(i);
                    }
                }
        };
    });
}

Loop plan_cum_sum(const model::Graph& graph, const model::Node& node)
{
    const Extents e = around(graph, node);
    const bool exclusive = node.integer("exclusive", 0) != 0;
    const bool reverse = node.integer("reverse", 0) != 0;
    return by_type(graph, node, [=]<class T>() -> Loop {
        using Sum = std::conditional_t<std::is_same_v<T, float>, double, std::uint64_t>;
        return [=](const Operands& o) {
            lines(e, [&](std::size_t first, std::size_t) {
                Sum sum = 0;
                for (std::size_t i = 0; i < e.along; ++i) {
                    const std::size_t at = first + (reverse ? e.along - 1 - i : i) * e.inner;
                    const T x = o.in<T>(0)[at];
                    const Sum before = sum;
                    sum += static_cast<Sum>(x);
                    o.out<T>(0)[at] = static_cast<T>(exclusive ? before : sum);
                }
            });
        };
    });
}

/// Mean and variance of each row in double, the variance around the mean.
Loop plan_layer_normalization(const model::Graph& graph, const model::Node& node)
{
    const model::Shape& shape = data(graph, node).shape;
    const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
    std::size_t rows = 1;
    std::size_t width = 1;
    for (std::size_t d = 0; d < shape.size(); ++d)
        (d < axis ? rows : width) *= static_cast<std::size_t>(shape[d]);
    const float epsilon = node.number("epsilon", 1e-5F);
    const std::size_t outputs = node.outputs.size();
    return [=](const Operands& o) {
        const float* scale = o.has(1) ? o.in<float>(1) : nullptr;
        const float* bias = o.has(2) ? o.in<float>(2) : nullptr;
        for (std::size_t row = 0; row < rows; ++row) {
            const kernels::RowStatistics found = kernels::normalise_row(
                o.in<float>(0) + row * width, o.out<float>(0) + row * width, width, epsilon, scale, bias);
            if (outputs > 1)
                o.out<float>(1)[row] = found.mean;
            if (outputs > 2)
                o.out<float>(2)[row] = found.factor;
        }
    };
}

/// y[c] = x[c] / (bias + alpha / size * sum of squares over the `size` channels around c) ^ beta
Loop plan_lrn(const model::Graph& graph, const model::Node& node)
{
    const Extents e = around(data(graph, node).shape, 1);
    const auto size = static_cast<std::size_t>(node.integer("size", 1));
    const std::size_t before = (size - 1) / 2;
    const double alpha = double(node.number("alpha", 1e-4F)) / double(size);
    const double beta = double(node.number("beta", 0.75F));
    const double bias = double(node.number("bias", 1.0F));
    return [=](const Operands& o) {
        constexpr std::size_t block = 64;
        std::array<double, block> sums;
        for (std::size_t image = 0; image < e.outer; ++image)
            for (std::size_t c = 0; c < e.along; ++c)
                for (std::size_t first = 0; first < e.inner; first += block) {
                    const std::size_t width = std::min(block, e.inner - first);
                    const float* in = o.in<float>(0) + image * e.along * e.inner + first;
                    std::fill_n(sums.begin(), width, 0.0);
                    const std::size_t last = std::min(e.along, c + size - before);
                    for (std::size_t k = c - std::min(c, before); k < last; ++k)
                        for (std::size_t i = 0; i < width; ++i)
                            sums[i] += double(in[k * e.inner + i]) * double(in[k * e.inner + i]);
                    float* out = o.out<float>(0) + (image * e.along + c) * e.inner + first;
                    for (std::size_t i = 0; i < width; ++i)
                        out[i] =
                            static_cast<float>(double(in[c * e.inner + i]) / std::pow(bias + alpha * sums[i], beta));
                }
    };
}

/// Along one axis: weighted sums of `taps` positions each.
Loop plan_resize(const model::Graph& graph, const model::Node& node)
{
    const Extents e = around(graph, node);
    const auto taps = static_cast<std::size_t>(node.integer("taps", 1));
    const std::vector<Integer> indices = node.integers("indices");
    const auto list = [&](const char* key) {
        const auto found = node.attributes.find(key);
        return found == node.attributes.end() ? std::vector<float>() : std::get<std::vector<float>>(found->second);
    };
    return [=, weights = list("weights"), offsets = list("offsets")](const Operands& o) {
        const std::size_t results = indices.size() / taps;
        for (std::size_t outer = 0; outer < e.outer; ++outer)
            for (std::size_t i = 0; i < results; ++i) {
                const float* in = o.in<float>(0) + outer * e.along * e.inner;
                float* out = o.out<float>(0) + (outer * results + i) * e.inner;
                std::fill_n(out, e.inner, offsets.empty() ? 0.0F : offsets[i]);
                for (std::size_t t = i * taps; t < (i + 1) * taps; ++t) {
                    const float* row = in + static_cast<std::size_t>(indices[t]) * e.inner;
                    for (std::size_t x = 0; weights[t] != 0.0F && x < e.inner; ++x)
                        out[x] += weights[t] * row[x];
                }
            }
    };
}

constexpr OwnLoop loops[] = {
    {"ArgMax", plan_arg},
    {"ArgMin", plan_arg},
    {"CumSum", plan_cum_sum},
    {"Hardmax", plan_hardmax},
    {"LRN", plan_lrn},
    {"LayerNormalization", plan_layer_normalization},
    {"LogSoftmax", plan_softmax},
    {"ReduceL1", plan_reduce},
    {"ReduceL2", plan_reduce},
    {"ReduceLogSum", plan_reduce},
    {"ReduceLogSumExp", plan_reduce},
    {"ReduceMax", plan_reduce},
    {"ReduceMean", plan_reduce},
    {"ReduceMin", plan_reduce},
    {"ReduceProd", plan_reduce},
    {"ReduceSum", plan_reduce},
    {"ReduceSumSquare", plan_reduce},
    {"Resize", plan_resize},
    {"Softmax", plan_softmax},
    {"TopK", plan_top_k},
};

}  // namespace

std::span<const OwnLoop> axis_loops()
{
    return loops;
}

}  // namespace exitscope::engine
