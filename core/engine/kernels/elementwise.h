// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/model/graph.h"

namespace exitscope::engine::kernels {

enum class Unary { abs, clip, elu, exp, hard_sigmoid, hard_swish, leaky_relu, neg, relu, sigmoid, sqrt, tanh };

/// `a` and `b` are what the operator calls alpha and beta, or a clip's bounds.
struct UnaryOperation {
    Unary kind = Unary::relu;
    float a = 0.0F;
    float b = 0.0F;
};
/// Nothing when `node` is no unary element-wise operator.
[[nodiscard]] std::optional<UnaryOperation> unary_operation(const model::Node& node);

/// out[i] = f(in[i]); in place is fine.
void apply(const UnaryOperation& operation, const float* in, float* out, std::size_t count);

enum class Binary { add, sub, mul, div, pow, max, min };
[[nodiscard]] std::optional<Binary> binary_operation(std::string_view op);

/// out[i] = f(left[i], right[i]); in place is fine.
void apply(Binary operation, const float* left, const float* right, float* out, std::size_t count);

/// Numpy broadcasting of two row-major tensors to a row-major `out`.
class Broadcast {
public:
    Broadcast(Binary operation, const model::Shape& left, const model::Shape& right, const model::Shape& out);
    void operator()(const float* left, const float* right, float* out) const;

private:
    Binary operation_;
    std::vector<std::size_t> extents_, left_strides_, right_strides_;  ///< outermost first, neighbours merged
};

}  // namespace exitscope::engine::kernels
