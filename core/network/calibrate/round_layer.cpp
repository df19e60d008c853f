// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/round_layer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "core/network/calibrate/rounding.h"

namespace exitscope::calibrate {
namespace {

/// Infinite damping leaves the float weights as the target: GPTQ.
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::array<double, 6> all_dampings = {0.01, 0.05, 0.25, 1.0, 5.0, infinite};
constexpr std::array<double, 3> dampings_of_wide_layers = {0.05, 1.0, infinite};  ///< each costs a factorisation
constexpr std::size_t wide = 2048;                                                ///< inputs
constexpr double usual_damping = 1.0;  ///< where no image is held out to choose one

/// One layer's matrices, group by group, [inputs, outputs], in units of its output per level of its input.
class Layer {
public:
    Layer(const LayerToRound& job, unsigned threads) : job_(job), shape_(job.fit.shape), threads_(threads) {}

    [[nodiscard]] std::vector<double> float_weights(std::size_t group) const
    {
        return matrix([&](std::size_t o, std::size_t k) {
            const float weight = job_.layer.weights[(group * shape_.outputs + o) * shape_.inputs + k];
            return std::isfinite(weight) ? double(weight) * double(job_.input.scale) : 0.0;
        });
    }
    [[nodiscard]] std::vector<double> integer_weights(const plan::QuantizedWeights& weights, std::size_t group) const
    {
        return matrix([&](std::size_t o, std::size_t k) {
            const std::size_t channel = group * shape_.outputs + o;
            return step(weights, channel) * double(weights.values[channel * shape_.inputs + k]);
        });
    }
    /// Real output of one unit of the accumulators.
    [[nodiscard]] double step(const plan::QuantizedWeights& weights, std::size_t channel) const
    {
        return double(weights.scales[channel]) * double(job_.input.scale);
    }

    /// The damping whose target comes closest to the wanted outputs of images that it has not seen.
    [[nodiscard]] double best_damping() const
    {
        if (job_.method == plan::WeightMethod::gptq)
            return infinite;
        if (!job_.held_out)
            return job_.method ? usual_damping : infinite;
        const std::span<const double> dampings = shape_.inputs < wide
                                                     ? std::span<const double>(all_dampings)
                                                     : std::span<const double>(dampings_of_wide_layers);
        std::vector<double> errors(dampings.size());
        for (std::size_t g = 0; g < shape_.groups; ++g) {
            const Covariance fit = centred(job_.fit, g);
            const Covariance unseen = centred(*job_.held_out, g);
            for (std::size_t d = 0; d < dampings.size(); ++d)
                errors[d] +=
                    total(output_errors(unseen, least_squares_target(fit, float_weights(g), dampings[d], threads_)));
        }
        const auto candidates = errors.size() - (job_.method ? 1 : 0);
        return dampings[static_cast<std::size_t>(
            std::min_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(candidates)) -
            errors.begin())];
    }

    void round(const Moments& moments, double damping, std::size_t group, plan::QuantizedWeights& weights) const
    {
        const Covariance covariance = centred(moments, group);
        const auto first = group * shape_.outputs;
        std::vector<double> least(shape_.outputs);
        for (std::size_t o = 0; o < shape_.outputs; ++o)
            least[o] = std::fabs(finite_bias(first + o)) / plan::bias_limit;
        const RoundedGroup rounded =
            round_group(covariance, least_squares_target(covariance, float_weights(group), damping, threads_),
                        job_.bits, least, threads_);
        for (std::size_t o = 0; o < shape_.outputs; ++o) {
            const std::size_t channel = first + o;
            weights.scales[channel] = static_cast<float>(rounded.scales[o] / double(job_.input.scale));
            for (std::size_t k = 0; k < shape_.inputs; ++k)
                weights.values[channel * shape_.inputs + k] = rounded.values[k * shape_.outputs + o];
        }
    }

    /// The biases that make the means of the integer and the wanted output equal.
    void set_bias(const Moments& moments, plan::QuantizedWeights& weights) const
    {
        for (std::size_t channel = 0; channel < weights.bias.size(); ++channel) {
            const double* const sums = moments.input_sum.data() + channel / shape_.outputs * shape_.inputs;
            double mean = 0;  // of the accumulators
            for (std::size_t k = 0; k < shape_.inputs; ++k)
                mean += double(weights.values[channel * shape_.inputs + k]) * sums[k] / moments.rows;
            const double wanted = finite_bias(channel) + moments.output_sum[channel] / moments.rows;
            const double bias = std::nearbyint(wanted / step(weights, channel) - mean);
            weights.bias[channel] = static_cast<std::int32_t>(std::clamp(bias, -plan::bias_limit, plan::bias_limit));
        }
    }

    [[nodiscard]] static double total(const std::vector<double>& numbers)
    {
        return std::accumulate(numbers.begin(), numbers.end(), 0.0);
    }

    /// Share of the integers that are not the nearest to the float weights on their scale.
    [[nodiscard]] double moved(const plan::QuantizedWeights& weights) const
    {
        const double top = double((1 << (job_.bits - 1)) - 1);
        std::size_t count = 0;
        for (std::size_t i = 0; i < weights.values.size(); ++i) {
            const double level = double(job_.layer.weights[i]) / double(weights.scales[i / shape_.inputs]);
            count += std::clamp(std::nearbyint(level), -top, top) != double(weights.values[i]);
        }
        return double(count) / double(std::max<std::size_t>(weights.values.size(), 1));
    }

private:
    template <class Element>
    [[nodiscard]] std::vector<double> matrix(const Element& element) const
    {
        std::vector<double> made(shape_.inputs * shape_.outputs);
        for (std::size_t o = 0; o < shape_.outputs; ++o)
            for (std::size_t k = 0; k < shape_.inputs; ++k)
                made[k * shape_.outputs + o] = element(o, k);
        return made;
    }
    [[nodiscard]] double finite_bias(std::size_t channel) const
    {
        return std::isfinite(job_.layer.bias[channel]) ? double(job_.layer.bias[channel]) : 0.0;
    }

    const LayerToRound& job_;
    ProductShape shape_;
    unsigned threads_;
};

float decibels(double signal, double noise)
{
    return static_cast<float>(10 * std::log10(std::max(signal, 1e-30) / std::max(noise, 1e-30)));
}

}  // namespace

void round_layer(const LayerToRound& job, plan::QuantizedWeights& weights, unsigned threads)
{
    const Layer layer(job, threads);
    const double damping = layer.best_damping();
    Moments all = job.fit;
    if (job.held_out)
        all += *job.held_out;
    const plan::QuantizedWeights nearest = weights;
    double signal = 0;
    double before = 0;
    double after = 0;
    for (std::size_t g = 0; g < all.shape.groups; ++g) {
        const Covariance covariance = centred(all, g);
        signal += Layer::total(covariance.output);
        before += Layer::total(output_errors(covariance, layer.integer_weights(weights, g)));
        layer.round(all, damping, g, weights);
        after += Layer::total(output_errors(covariance, layer.integer_weights(weights, g)));
    }
    plan::Rounding did{plan::WeightMethod::gptq, 0.0F, decibels(signal, before), decibels(signal, after), 0.0F};
    if (std::isfinite(damping)) {
        did.method = plan::WeightMethod::asymmetric;
        did.damping = static_cast<float>(damping);
    }
    if (!job.method && !(after < before)) {
        did = {plan::WeightMethod::nearest, 0.0F, did.nearest_sqnr, did.nearest_sqnr, 0.0F};
        weights = nearest;
    }
    layer.set_bias(all, weights);
    did.moved = static_cast<float>(layer.moved(weights));
    weights.rounding = did;
}

}  // namespace exitscope::calibrate
