// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <Eigen/Core>

#include "core/analysis/predict/features.h"

namespace exitscope::predict {

/// One hidden layer of tanh units and one sigmoid output per terminal: phat = sigmoid(W2 tanh(W1 z + b1) + b2).
struct Mlp {
    Eigen::Matrix<float, Eigen::Dynamic, 4> w1;  ///< [hidden, 4]
    Eigen::VectorXf b1;                          ///< [hidden]
    Eigen::MatrixXf w2;                          ///< [terminals, hidden]
    Eigen::VectorXf b2;                          ///< [terminals]

    /// Largest hidden layer; keeps prediction free of allocation.
    static constexpr std::size_t hidden_limit = 256;

    /// Probabilities of the first outputs, as many as `out` has room for.
    void predict(const Eigen::Vector4f& z, std::span<float> out) const;
};

/// Columns are samples.
struct TrainingData {
    Features inputs;                   ///< [4, n]
    Eigen::MatrixXf targets;           ///< [terminals, n], in [0,1]
    Features held_out_inputs;          ///< [4, v]; may be empty: no early stopping
    Eigen::MatrixXf held_out_targets;  ///< [terminals, v], raw 0/1 errors
};

struct TrainingOptions {
    std::size_t hidden = 16;
    std::size_t batch = 128;
    int steps = 800;       ///< at most
    int check_every = 25;  ///< steps between two evaluations of the held-out loss
    int patience = 6;      ///< evaluations without improvement before stopping
    float rate = 0.01F;
    std::uint64_t seed = 1;
};

/// Mean cross-entropy by Adam (Kingma, Ba 2015) on mini-batches; the weights of the least held-out loss are returned.
/// Output biases start at the logit of the mean target, so that training starts from the best constant.
[[nodiscard]] Mlp train_mlp(const TrainingData& data, const TrainingOptions& options);

/// Mean over outputs and samples of the cross-entropy of `targets`, in nats.
[[nodiscard]] double cross_entropy(const Mlp& mlp, const Features& inputs, const Eigen::MatrixXf& targets);

}  // namespace exitscope::predict
