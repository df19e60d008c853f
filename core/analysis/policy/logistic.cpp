// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/logistic.h"

#include <cmath>

#include <Eigen/Cholesky>

namespace exitscope::policy {
namespace {

using Hessian = Eigen::Matrix<double, 5, 5>;

constexpr double ridge = 1e-3;
/// Keeps the bias finite where all targets are equal.
constexpr double bias_ridge = 1e-5;
constexpr int most_steps = 40;
constexpr int most_halvings = 30;
constexpr double converged = 1e-10;

LogisticWeights penalty()
{
    LogisticWeights diagonal = LogisticWeights::Constant(ridge);
    diagonal[4] = bias_ridge;
    return diagonal;
}

LogisticWeights extended(const predict::Features& inputs, Eigen::Index i)
{
    LogisticWeights x;
    x << inputs.col(i).cast<double>(), 1.0;
    return x;
}

double objective(const predict::Features& inputs, std::span<const std::uint8_t> targets, const LogisticWeights& w)
{
    double sum = 0;
    for (Eigen::Index i = 0; i < inputs.cols(); ++i) {
        const double a = w.dot(extended(inputs, i));
        // ln(1 + e^a) - y a, without overflow
        sum += std::max(a, 0.0) + std::log1p(std::exp(-std::abs(a))) - (targets[static_cast<std::size_t>(i)] ? a : 0.0);
    }
    return sum / static_cast<double>(inputs.cols()) + 0.5 * w.dot(penalty().cwiseProduct(w));
}

}  // namespace

LogisticWeights fit_logistic(const predict::Features& inputs, std::span<const std::uint8_t> targets,
                             LogisticWeights start)
{
    LogisticWeights w = std::move(start);
    const double count = static_cast<double>(inputs.cols());
    double value = objective(inputs, targets, w);
    for (int step = 0; step < most_steps; ++step) {
        LogisticWeights gradient = LogisticWeights::Zero();
        Hessian hessian = Hessian::Zero();
        for (Eigen::Index i = 0; i < inputs.cols(); ++i) {
            const LogisticWeights x = extended(inputs, i);
            const double p = 1 / (1 + std::exp(-w.dot(x)));
            gradient += (p - targets[static_cast<std::size_t>(i)]) / count * x;
            hessian.selfadjointView<Eigen::Lower>().rankUpdate(x, p * (1 - p) / count);
        }
        gradient += penalty().cwiseProduct(w);
        hessian.diagonal() += penalty();
        LogisticWeights direction = hessian.selfadjointView<Eigen::Lower>().ldlt().solve(gradient);
        double next = objective(inputs, targets, w - direction);
        for (int h = 0; h < most_halvings && !(next <= value); ++h) {
            direction *= 0.5;
            next = objective(inputs, targets, w - direction);
        }
        if (!(next <= value))
            break;
        w -= direction;
        const bool done = value - next < converged;
        value = next;
        if (done)
            break;
    }
    return w;
}

}  // namespace exitscope::policy
