// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/mlp.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/base/adam.h"
#include "core/base/random.h"

namespace exitscope::predict {
namespace {

using Eigen::Index;

constexpr AdamBetas betas{0.9F, 0.99F};

/// Adam's running moments of one block of weights.
template <class Block>
class Adam {
public:
    explicit Adam(const Block& block)
        : first_(Block::Zero(block.rows(), block.cols())), second_(Block::Zero(block.rows(), block.cols()))
    {
    }
    void step(Block& block, const Block& gradient, AdamStep step)
    {
        first_ = betas.first * first_ + (1 - betas.first) * gradient;
        second_ = betas.second * second_ + (1 - betas.second) * gradient.cwiseAbs2();
        block.array() -= step.rate * first_.array() / (second_.array().sqrt() + step.epsilon);
    }

private:
    Block first_;
    Block second_;
};

Mlp initial(const TrainingData& data, const TrainingOptions& options, Random& random)
{
    const auto hidden = static_cast<Index>(std::clamp<std::size_t>(options.hidden, 1, Mlp::hidden_limit));
    const Index outputs = data.targets.rows();
    Mlp mlp;
    mlp.w1.resize(hidden, 4);
    mlp.b1.setZero(hidden);
    mlp.w2.resize(outputs, hidden);
    mlp.b2.resize(outputs);
    const double deep = std::sqrt(1.0 / static_cast<double>(hidden));
    for (Index j = 0; j < hidden; ++j)
        for (Index d = 0; d < 4; ++d)
            mlp.w1(j, d) = static_cast<float>(0.5 * random.normal());
    for (Index t = 0; t < outputs; ++t) {
        for (Index j = 0; j < hidden; ++j)
            mlp.w2(t, j) = static_cast<float>(0.1 * deep * random.normal());
        const double mean = std::clamp(data.targets.row(t).cast<double>().mean(), 1e-4, 1 - 1e-4);
        mlp.b2[t] = static_cast<float>(std::log(mean / (1 - mean)));
    }
    return mlp;
}

}  // namespace

void Mlp::predict(const Eigen::Vector4f& z, std::span<float> out) const
{
    Eigen::Matrix<float, Eigen::Dynamic, 1, 0, static_cast<int>(hidden_limit), 1> hidden(w1.rows());
    hidden.noalias() = w1 * z;
    hidden = (hidden + b1).array().tanh();
    Eigen::Map<Eigen::VectorXf> p(out.data(), static_cast<Index>(out.size()));
    p.noalias() = w2.topRows(p.size()) * hidden;
    p = (p + b2.head(p.size())).array().logistic();
}

double cross_entropy(const Mlp& mlp, const Features& inputs, const Eigen::MatrixXf& targets)
{
    const Eigen::MatrixXf hidden = ((mlp.w1 * inputs).colwise() + mlp.b1).array().tanh();
    const Eigen::ArrayXXf logits = (mlp.w2 * hidden).colwise() + mlp.b2;
    // -t ln p - (1-t) ln(1-p) = max(a,0) - a t + ln(1 + exp(-|a|)) for p = sigmoid(a)
    const Eigen::ArrayXXf loss = logits.max(0.0F) - logits * targets.array() + (1.0F + (-logits.abs()).exp()).log();
    return loss.cast<double>().mean();
}

Mlp train_mlp(const TrainingData& data, const TrainingOptions& options)
{
    Random random(options.seed);
    Mlp mlp = initial(data, options, random);
    Mlp best = mlp;
    const Index samples = data.inputs.cols();
    const Index outputs = data.targets.rows();
    const Index hidden = mlp.w1.rows();
    const Index batch = std::min(samples, static_cast<Index>(std::max<std::size_t>(options.batch, 1)));
    const bool early_stopping = data.held_out_inputs.cols() > 0;
    double least = early_stopping ? cross_entropy(mlp, data.held_out_inputs, data.held_out_targets)
                                  : std::numeric_limits<double>::infinity();
    int waited = 0;

    Adam adam_w1(mlp.w1);
    Adam adam_b1(mlp.b1);
    Adam adam_w2(mlp.w2);
    Adam adam_b2(mlp.b2);
    Mlp gradient = mlp;
    Features x(4, batch);
    Eigen::MatrixXf target(outputs, batch);
    Eigen::MatrixXf h(hidden, batch);
    Eigen::MatrixXf delta(outputs, batch);
    Eigen::MatrixXf back(hidden, batch);
    std::vector<Index> order(static_cast<std::size_t>(samples));
    std::iota(order.begin(), order.end(), Index{0});
    std::size_t position = order.size();
    for (int step = 1; step <= options.steps; ++step) {
        if (position + static_cast<std::size_t>(batch) > order.size()) {
            shuffle(order, random);
            position = 0;
        }
        for (Index i = 0; i < batch; ++i, ++position) {
            x.col(i) = data.inputs.col(order[position]);
            target.col(i) = data.targets.col(order[position]);
        }
        h.noalias() = mlp.w1 * x;
        h = (h.colwise() + mlp.b1).array().tanh();
        delta.noalias() = mlp.w2 * h;
        delta = ((delta.colwise() + mlp.b2).array().logistic() - target.array()) / static_cast<float>(batch);
        back.noalias() = mlp.w2.transpose() * delta;
        back.array() *= 1.0F - h.array().square();
        gradient.w2.noalias() = delta * h.transpose();
        gradient.b2 = delta.rowwise().sum();
        gradient.w1.noalias() = back * x.transpose();
        gradient.b1 = back.rowwise().sum();

        // The rate falls linearly to a tenth.
        const float decayed =
            options.rate * (1.0F - 0.9F * static_cast<float>(step) / static_cast<float>(options.steps));
        const AdamStep corrected = adam_step(betas, decayed, step);
        adam_w1.step(mlp.w1, gradient.w1, corrected);
        adam_b1.step(mlp.b1, gradient.b1, corrected);
        adam_w2.step(mlp.w2, gradient.w2, corrected);
        adam_b2.step(mlp.b2, gradient.b2, corrected);

        if (!early_stopping || step % options.check_every != 0)
            continue;
        const double loss = cross_entropy(mlp, data.held_out_inputs, data.held_out_targets);
        if (loss < least) {
            least = loss;
            best = mlp;
            waited = 0;
        } else if (++waited >= options.patience) {
            return best;
        }
    }
    return early_stopping ? best : mlp;
}

}  // namespace exitscope::predict
