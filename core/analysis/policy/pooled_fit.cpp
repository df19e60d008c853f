// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/pooled_fit.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>

namespace exitscope::policy {
namespace {

using Eigen::ArrayXXf;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double weight_ridge = 1e-3;
constexpr double bias_ridge = 2e-2;
constexpr std::size_t fewest_labels = 300;
constexpr std::size_t most_classes_with_bias = 100;
constexpr std::size_t sample_limit = 20000;
constexpr std::size_t block_size = 256;
constexpr int newton_limit = 30;
constexpr int series_terms = 3;
/// A probability that underflowed still has a logarithm.
constexpr float least_probability = 1e-30F;

/// Log-probabilities of a block of samples at every head, and the pooled probabilities that follow.
class Block {
public:
    /// [classes, samples] a head.
    void read(const PoolInputs& inputs, std::size_t begin, std::size_t count)
    {
        const auto classes = static_cast<Index>(inputs.classes);
        logs.resize(inputs.heads.size());
        for (std::size_t j = 0; j < logs.size(); ++j) {
            const Eigen::Map<const ArrayXXf> head(inputs.heads[j].data() + begin * inputs.classes, classes,
                                                  static_cast<Index>(count));
            logs[j] = head.max(least_probability).log();
        }
    }
    /// Fills `z` and `p` with scores and probabilities of the pool.
    void mix(const Pool& pool)
    {
        z = logs[0] * pool.weights[0];
        for (std::size_t j = 1; j < logs.size(); ++j)
            z += logs[j] * pool.weights[j];
        if (!pool.bias.empty())
            z.colwise() += Eigen::Map<const Eigen::ArrayXf>(pool.bias.data(), z.rows());
        const Eigen::Array<float, 1, Eigen::Dynamic> top = z.colwise().maxCoeff();
        z.rowwise() -= top;
        p = z.exp();
        total = p.colwise().sum();
        p.rowwise() /= total;
    }

    std::vector<ArrayXXf> logs;
    ArrayXXf z;  ///< less its maximum
    ArrayXXf p;
    Eigen::Array<float, 1, Eigen::Dynamic> total;  ///< sum of exp(z)
};

Pool prior(const PoolInputs& inputs)
{
    Pool pool;
    pool.weights.assign(inputs.heads.size(), 0.15F);
    pool.weights.back() = inputs.heads.size() == 1 ? 1.0F : 0.5F;
    return pool;
}

/// Objective with its first and second derivatives, and the samples it stands on.
struct Derivatives {
    double value = 0;
    VectorXd gradient;
    MatrixXd hessian;
    double labelled = 0;
};

/// Newton's method on weights and bias together.
class Newton {
public:
    Newton(const PoolInputs& inputs, std::span<const std::int32_t> labels)
        : inputs_(inputs), labels_(labels), prior_(prior(inputs)), heads_(static_cast<Index>(inputs.heads.size())),
          classes_(inputs.classes <= most_classes_with_bias ? static_cast<Index>(inputs.classes) : 0),
          stride_(1 + inputs.samples / sample_limit)
    {
    }

    [[nodiscard]] PoolFit solve()
    {
        VectorXd at(heads_ + classes_);
        at.setZero();
        for (Index j = 0; j < heads_; ++j)
            at[j] = double(prior_.weights[static_cast<std::size_t>(j)]);
        Derivatives here = derive(at);
        for (int step = 0; step < newton_limit; ++step) {
            const VectorXd move = here.hessian.ldlt().solve(here.gradient);
            const double decrement = here.gradient.dot(move);
            if (!(decrement > 1e-9))
                break;
            double length = 1;
            Derivatives next = derive(at - move);
            while (!(next.value <= here.value - 1e-4 * length * decrement) && length > 1e-6) {
                length /= 2;
                next = derive(at - length * move);
            }
            if (!(next.value < here.value))
                break;
            at -= length * move;
            here = std::move(next);
        }
        PoolFit fit{unpack(at), {}};
        const MatrixXd covariance =
            (here.hessian * here.labelled).ldlt().solve(MatrixXd::Identity(at.size(), at.size()));
        fit.covariance.assign(covariance.data(), covariance.data() + covariance.size());
        return fit;
    }

private:
    [[nodiscard]] Pool unpack(const VectorXd& at) const
    {
        Pool pool;
        for (Index j = 0; j < heads_; ++j)
            pool.weights.push_back(static_cast<float>(at[j]));
        for (Index c = 0; c < classes_; ++c)
            pool.bias.push_back(static_cast<float>(at[heads_ + c]));
        return pool;
    }

    [[nodiscard]] Derivatives derive(const VectorXd& at)
    {
        Derivatives d{0, VectorXd::Zero(at.size()), MatrixXd::Zero(at.size(), at.size()), 0};
        const Pool pool = unpack(at);
        for (std::size_t begin = 0; begin < inputs_.samples; begin += stride_ * block_size)
            add(pool, begin, std::min(block_size, inputs_.samples - begin), d);
        const double scale = 1 / std::max(d.labelled, 1.0);
        d.value *= scale;
        d.gradient *= scale;
        d.hessian = (d.hessian * scale).selfadjointView<Eigen::Upper>();
        for (Index k = 0; k < at.size(); ++k) {
            const double ridge = k < heads_ ? weight_ridge : bias_ridge;
            const double away = k < heads_ ? at[k] - double(prior_.weights[static_cast<std::size_t>(k)]) : at[k];
            d.value += 0.5 * ridge * away * away;
            d.gradient[k] += ridge * away;
            d.hessian(k, k) += ridge;
        }
        return d;
    }

    /// Adds the sums over one block, the upper triangle of the Hessian only.
    void add(const Pool& pool, std::size_t begin, std::size_t count, Derivatives& d)
    {
        block_.read(inputs_, begin, count);
        block_.mix(pool);
        const auto samples = static_cast<Index>(count);
        residual_ = block_.p;
        mask_.resize(samples);
        for (Index i = 0; i < samples; ++i) {
            const std::int32_t label = labels_[begin + static_cast<std::size_t>(i)];
            mask_[i] = label >= 0 ? 1.0F : 0.0F;
            if (label < 0)
                continue;
            residual_(label, i) -= 1;
            d.value += std::log(double(block_.total[i])) - double(block_.z(label, i));
            d.labelled += 1;
        }
        // Samples without a label drop out of every sum.
        residual_.rowwise() *= mask_;
        block_.p.rowwise() *= mask_;

        means_.resize(heads_, samples);
        for (Index j = 0; j < heads_; ++j) {
            const ArrayXXf& logs = block_.logs[static_cast<std::size_t>(j)];
            d.gradient[j] += double((residual_ * logs).sum());
            weighted_ = block_.p * logs;
            means_.row(j) = weighted_.colwise().sum();
            for (Index k = 0; k <= j; ++k)
                d.hessian(k, j) += double((weighted_ * block_.logs[static_cast<std::size_t>(k)]).sum()) -
                                   double((means_.row(j) * means_.row(k)).sum());
            if (classes_ > 0)
                d.hessian.block(j, heads_, 1, classes_) += (weighted_ - block_.p.rowwise() * means_.row(j))
                                                               .rowwise()
                                                               .sum()
                                                               .transpose()
                                                               .matrix()
                                                               .cast<double>();
        }
        if (classes_ > 0) {
            d.gradient.tail(classes_) += residual_.rowwise().sum().matrix().cast<double>();
            auto corner = d.hessian.bottomRightCorner(classes_, classes_);
            corner -= (block_.p.matrix() * block_.p.matrix().transpose()).cast<double>();
            corner.diagonal() += block_.p.rowwise().sum().matrix().cast<double>();
        }
    }

    const PoolInputs& inputs_;
    std::span<const std::int32_t> labels_;
    Pool prior_;
    Index heads_;
    Index classes_;  ///< 0 without bias
    std::size_t stride_;
    Block block_;
    ArrayXXf residual_;
    ArrayXXf weighted_;
    ArrayXXf means_;
    Eigen::Array<float, 1, Eigen::Dynamic> mask_;
};

}  // namespace

PoolFit fit_pool(const PoolInputs& inputs, std::span<const std::int32_t> labels)
{
    const auto labelled = std::count_if(labels.begin(), labels.end(), [](std::int32_t label) { return label >= 0; });
    if (static_cast<std::size_t>(labelled) < fewest_labels)
        return {prior(inputs), {}};
    return Newton(inputs, labels).solve();
}

void pool(const Pool& pool, const PoolInputs& inputs, std::span<float> out)
{
    Block block;
    for (std::size_t begin = 0; begin < inputs.samples; begin += block_size) {
        block.read(inputs, begin, std::min(block_size, inputs.samples - begin));
        block.mix(pool);
        std::copy_n(block.p.data(), block.p.size(), out.data() + begin * inputs.classes);
    }
}

void pool_logarithms(std::span<const float> probabilities, std::span<float> out)
{
    std::transform(probabilities.begin(), probabilities.end(), out.begin(),
                   [](float p) { return std::log(std::max(p, least_probability)); });
}

void pool_one(const Pool& pool, std::span<const float> logarithms, std::span<float> out)
{
    std::fill(out.begin(), out.end(), 0.0F);
    std::copy(pool.bias.begin(), pool.bias.end(), out.begin());
    for (std::size_t j = 0; j < pool.weights.size(); ++j)
        for (std::size_t c = 0; c < out.size(); ++c)
            out[c] += pool.weights[j] * logarithms[j * out.size() + c];
    const float top = *std::max_element(out.begin(), out.end());
    float total = 0;
    for (float& value : out) {
        value = std::exp(value - top);
        total += value;
    }
    for (float& value : out)
        value /= total;
}

void pool_held_out(const PoolFit& fit, const PoolInputs& inputs, std::span<const std::int32_t> labels,
                   std::span<float> out)
{
    pool(fit.pool, inputs, out);
    if (fit.covariance.empty())
        return;
    const auto heads = static_cast<Index>(inputs.heads.size());
    const auto classes = static_cast<Index>(inputs.classes);
    const auto biases = static_cast<Index>(fit.pool.bias.size());
    const Eigen::Map<const MatrixXd> covariance(fit.covariance.data(), heads + biases, heads + biases);
    // scores = inputs * (weights, biases); one block of rows a sample
    MatrixXd scores = MatrixXd::Zero(classes, heads + biases);
    if (biases > 0)
        scores.rightCols(biases).setIdentity();
    VectorXd answer(classes);
    VectorXd residual(classes);
    for (std::size_t i = 0; i < inputs.samples; ++i) {
        if (labels[i] < 0)
            continue;
        Eigen::Map<Eigen::ArrayXf> p(out.data() + i * inputs.classes, classes);
        answer = p.matrix().cast<double>();
        residual = answer;
        residual[labels[i]] -= 1;
        for (Index j = 0; j < heads; ++j) {
            const float* head = inputs.heads[static_cast<std::size_t>(j)].data() + i * inputs.classes;
            scores.col(j) =
                Eigen::Map<const Eigen::ArrayXf>(head, classes).max(least_probability).log().matrix().cast<double>();
        }
        // (H - h)^-1 g as a series: the sample's own curvature h is a small part of H.
        const VectorXd gradient = scores.transpose() * residual;
        VectorXd step = covariance * gradient;
        for (int term = 0; term < series_terms; ++term) {
            const VectorXd moved = scores * step;
            const VectorXd curved = answer.cwiseProduct(moved) - answer * answer.dot(moved);
            step = covariance * (gradient + scores.transpose() * curved);
        }
        p.setZero();
        for (Index j = 0; j < heads; ++j)
            p += scores.col(j).cast<float>().array() *
                 (fit.pool.weights[static_cast<std::size_t>(j)] + static_cast<float>(step[j]));
        for (Index c = 0; c < biases; ++c)
            p[c] += fit.pool.bias[static_cast<std::size_t>(c)] + static_cast<float>(step[heads + c]);
        p = (p - p.maxCoeff()).exp();
        p /= p.sum();
    }
}

}  // namespace exitscope::policy
