// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace exitscope::policy {

/// Log-linear pool of the answers of several heads (methods.md#pooled-answers): the answer is argmax z, its
/// probabilities softmax(z), z = sum_j weights[j] * log p_j + bias.
struct Pool {
    std::vector<float> weights;  ///< [heads]
    std::vector<float> bias;     ///< [classes]; empty = none
};

/// Probabilities of several heads for the same samples.
struct PoolInputs {
    std::vector<std::span<const float>> heads;  ///< each [samples * classes], the head asked last at the end
    std::size_t classes = 0;
    std::size_t samples = 0;
};

/// A pool with the data needed to leave a sample out of its fit.
struct PoolFit {
    Pool pool;
    /// inverse Hessian of the summed objective, weights before bias, a square; empty = not fitted
    std::vector<double> covariance;
};

/// Least mean negative log-likelihood of the labels plus ridge/2 |weights - prior|^2 (1e-3) plus ridge/2 |bias|^2
/// (2e-2), by damped Newton steps. The prior is the answer of the head asked last. Labels below 0 do not count. Fewer
/// than 300 labels: the prior is returned. More than 100 classes: no bias. Of more than 20,000 samples evenly spaced
/// ones are used.
[[nodiscard]] PoolFit fit_pool(const PoolInputs& inputs, std::span<const std::int32_t> labels);

/// Pooled probabilities of samples that took no part in the fit, [samples * classes].
void pool(const Pool& pool, const PoolInputs& inputs, std::span<float> out);
/// The natural logarithms of one head's probabilities that pool_one() reads, [classes].
void pool_logarithms(std::span<const float> probabilities, std::span<float> out);
/// Pooled probabilities of one sample, [classes], from the logarithms of every head, [heads * classes].
void pool_one(const Pool& pool, std::span<const float> logarithms, std::span<float> out);
/// Pooled probabilities of the samples of the fit, each by the pool fitted without it, approximated by one Newton step
/// from the whole fit. They are as accurate as answers to new samples, so that choices made on them are not optimistic.
void pool_held_out(const PoolFit& fit, const PoolInputs& inputs, std::span<const std::int32_t> labels,
                   std::span<float> out);

}  // namespace exitscope::policy
