// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/engine/kernels/broadcast.h"
#include "core/network/engine/kernels/shape.h"

namespace exitscope::engine::kernels {

enum class Unary {
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    ceil,
    celu,
    clip,
    cos,
    cosh,
    elu,
    erf,
    exp,
    floor,
    gelu,
    gelu_tanh,
    hard_sigmoid,
    hard_swish,
    leaky_relu,
    log,
    mish,
    neg,
    reciprocal,
    relu,
    round,
    selu,
    shrink,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    softsign,
    sqrt,
    tan,
    tanh,
    thresholded_relu,
};

/// An element-wise function of one float. `a` and `b` are its parameters: the operator's alpha and beta (gamma), a
/// clip's bounds, or lambd and bias.
struct UnaryOperation {
    Unary kind = Unary::relu;
    float a = 0.0F;
    float b = 0.0F;
};

/// out[i] = f(in[i]); `in` and `out` may be the same.
void apply(const UnaryOperation& operation, const float* in, float* out, std::size_t count);

enum class Binary { add, sub, mul, div, pow, max, min, mod, prelu };

/// out[i] = f(left[i], right[i]); `out` may be `left` or `right`.
void apply(Binary operation, const float* left, const float* right, float* out, std::size_t count);

/// The same with numpy broadcasting of two row-major tensors to a row-major `out`.
class Broadcast {
public:
    Broadcast(Binary operation, const Shape& left, const Shape& right, const Shape& out)
        : operation_(operation), plan_({&left, &right}, out)
    {
    }
    void operator()(const float* left, const float* right, float* out) const;

private:
    Binary operation_;
    BroadcastPlan<2> plan_;
};

}  // namespace exitscope::engine::kernels
