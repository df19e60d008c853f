// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace exitscope::predict {

/// P0: cluster table; P1: one MLP a gate on the clusters' soft targets; P2: the same on the 0/1 errors themselves
/// (methods.md#quee-predictors); P3 (ours): one additive spline model a depth of the error here and of its change on
/// going on, see spline_predictors.h.
enum class Method { table, mlp, mlp_raw, spline };
[[nodiscard]] std::optional<Method> parse_method(std::string_view text);  ///< "table" "mlp" "mlp-raw" "spline"

struct PredictorOptions {
    Method method = Method::spline;
    bool isotonic = false;      ///< calibrated by a monotone map afterwards, see isotonic.h
    std::size_t clusters = 32;  ///< K of k-means; 1 = one global error a terminal
    /// `a`: shrinkage of a cluster's error towards the global one. More than a few blurs the targets of the MLP, which
    /// smooths by itself.
    double pseudo_counts = 1.0;
    std::size_t hidden = 16;           ///< units of the MLP's hidden layer
    double validation_fraction = 0.2;  ///< of the fit split, for early stopping
    std::uint64_t seed = 1;
    unsigned threads = 1;
};

}  // namespace exitscope::predict
