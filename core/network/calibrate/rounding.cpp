// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/rounding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "core/base/parallel.h"
#include "core/network/calibrate/products.h"

namespace exitscope::calibrate {
namespace {

constexpr std::size_t column_block = 64;   ///< columns that are rounded together
constexpr std::size_t step_block = 32;     ///< inputs after whose rounding all others learn of the errors
constexpr double rounding_damping = 0.01;  ///< of the mean variance, added while rounding
constexpr double least_damping = 1e-3;     ///< squared levels: far below the noise of rounding to levels, 1/12
constexpr std::size_t scale_candidates = 16;
constexpr std::size_t wide = 2048;                ///< with so many inputs the scales to try are chosen first,
constexpr std::size_t scales_of_wide_layers = 4;  ///< so many around the best when each weight is rounded alone
constexpr int sweeps = 4;

double mean_variance(const Covariance& covariance)
{
    double sum = 0;
    for (std::size_t k = 0; k < covariance.inputs; ++k)
        sum += covariance.input[k * covariance.inputs + k];
    return covariance.inputs == 0 ? 0.0 : sum / double(covariance.inputs);
}

/// The candidate clipping ratios of a scale, from the largest weight down.
std::vector<double> clipping_ratios(std::uint8_t bits)
{
    const double lowest = bits == 2 ? 0.15 : bits == 3 ? 0.3 : 0.45;
    std::vector<double> ratios;
    for (std::size_t i = 0; i < scale_candidates; ++i)
        ratios.push_back(1.0 - (1.0 - lowest) * double(i) / double(scale_candidates - 1));
    return ratios;
}

/// Scales of one column [inputs], `largest` / top times the ratios: all, or those around the one with which the
/// weights, each rounded to nearest, err least.
std::vector<double> scales_to_try(const Covariance& covariance, const std::vector<double>& column,
                                  const std::vector<double>& ratios, double top, double least_scale)
{
    double largest = 0;
    for (const double weight : column)
        largest = std::max(largest, std::fabs(weight));
    std::vector<double> scales;
    for (const double ratio : ratios) {
        const double fitting = std::max(ratio * largest / top, least_scale);
        scales.push_back(fitting > std::numeric_limits<float>::min() ? fitting : 1.0);
    }
    if (covariance.inputs < wide)
        return scales;
    std::vector<double> errors;
    for (const double scale : scales) {
        double error = 0;
        for (std::size_t k = 0; k < column.size(); ++k) {
            const double rest = column[k] - scale * std::clamp(std::nearbyint(column[k] / scale), -top, top);
            error += covariance.input[k * covariance.inputs + k] * rest * rest;
        }
        errors.push_back(error);
    }
    const auto best = static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin());
    const std::size_t first = std::min(best - std::min<std::size_t>(best, 1), scales.size() - scales_of_wide_layers);
    return {scales.begin() + static_cast<std::ptrdiff_t>(first),
            scales.begin() + static_cast<std::ptrdiff_t>(first + scales_of_wide_layers)};
}

/// Inputs in ascending order of variance; ties in order of their index.
std::vector<std::size_t> ascending_variance(const Covariance& covariance)
{
    std::vector<std::size_t> order(covariance.inputs);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return covariance.input[a * covariance.inputs + a] < covariance.input[b * covariance.inputs + b];
    });
    return order;
}

/// One group's rounding with a factor of its covariance, for columns that may be the same output at several scales.
struct Rounding {
    std::size_t inputs;
    std::span<const double> factor;      ///< [inputs, inputs] U, of the inputs in rounding order
    std::span<const std::size_t> order;  ///< the input that is rounded as the a-th from the end
    std::span<const double> target;      ///< [inputs, outputs]
    std::size_t outputs;
    double top;

    /// Rounds up to column_block columns. `output` and `scale` by column; writes q, [inputs, columns], in the order of
    /// the inputs, and the error of every column.
    void run(std::span<const std::size_t> output, std::span<const double> scale, std::int8_t* values,
             std::size_t values_row, double* error) const
    {
        const std::size_t columns = output.size();
        std::vector<double> errors(inputs * columns, 0.0);  // t - s q
        std::vector<double> later(inputs * columns, 0.0);   // minus the sum over later inputs
        std::fill_n(error, columns, 0.0);
        for (std::size_t last = inputs; last > 0;) {
            const std::size_t first = last > step_block ? last - step_block : 0;
            for (std::size_t a = last; a-- > first;) {
                const double* const u = factor.data() + a * inputs;
                double* const mine = later.data() + a * columns;
                subtract_products({u + a + 1, 1, inputs}, errors.data() + (a + 1) * columns, columns, last - a - 1, 1,
                                  columns, mine, columns);
                const std::size_t input = order[a];
                for (std::size_t c = 0; c < columns; ++c) {
                    const double wanted = target[input * outputs + output[c]];
                    const double moved = wanted - mine[c] / u[a];
                    const double level = std::clamp(std::nearbyint(moved / scale[c]), -top, top);
                    values[input * values_row + c] = static_cast<std::int8_t>(level);
                    errors[a * columns + c] = wanted - level * scale[c];
                    const double rest = u[a] * (moved - level * scale[c]);
                    error[c] += rest * rest;
                }
            }
            subtract_products({factor.data() + first, 1, inputs}, errors.data() + first * columns, columns,
                              last - first, first, columns, later.data(), columns);
            last = first;
        }
    }
};

/// Exact coordinate descent on the integers and the scale of one output.
void descend(const Covariance& covariance, double damping, std::span<const double> target, double top,
             double least_scale, std::span<std::int8_t> values, double& scale)
{
    const std::size_t n = covariance.inputs;
    const double* const h = covariance.input.data();
    std::vector<double> gradient(n);
    const auto refresh = [&] {  // gradient = H (t - s q)
        std::fill(gradient.begin(), gradient.end(), 0.0);
        for (std::size_t k = 0; k < n; ++k) {
            const double e = target[k] - scale * double(values[k]);
            gradient[k] += damping * e;
            if (e != 0)
                for (std::size_t j = 0; j < n; ++j)
                    gradient[j] += h[k * n + j] * e;
        }
    };
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        refresh();
        double along = 0;  // q^T H (t - s q), q^T H q
        double square = 0;
        for (std::size_t k = 0; k < n; ++k) {
            if (values[k] == 0)
                continue;
            along += double(values[k]) * gradient[k];
            double row = damping * double(values[k]);
            for (std::size_t j = 0; j < n; ++j)
                row += h[k * n + j] * double(values[j]);
            square += double(values[k]) * row;
        }
        if (square > 0) {
            scale = std::max(scale + along / square, least_scale);
            refresh();
        }
        bool moved = false;
        for (std::size_t k = 0; k < n; ++k) {
            const double curvature = h[k * n + k] + damping;
            if (!(curvature > 0))
                continue;
            const double level =
                std::clamp(std::nearbyint(double(values[k]) + gradient[k] / (curvature * scale)), -top, top);
            const double step = (level - double(values[k])) * scale;
            if (step == 0)
                continue;
            moved = true;
            values[k] = static_cast<std::int8_t>(level);
            gradient[k] -= damping * step;
            for (std::size_t j = 0; j < n; ++j)
                gradient[j] -= h[k * n + j] * step;
        }
        if (!moved)
            break;
    }
}

}  // namespace

std::vector<double> least_squares_target(const Covariance& covariance, const std::vector<double>& weights,
                                         double damping, unsigned threads)
{
    const std::size_t n = covariance.inputs;
    const double variance = mean_variance(covariance);
    if (!(variance > 0) || !std::isfinite(damping))
        return weights;
    const double added = damping * variance + least_damping;
    std::vector<double> factor = covariance.input;
    for (std::size_t k = 0; k < n; ++k)
        factor[k * n + k] += added;
    factorize(factor, n, added, threads);
    std::vector<double> target(covariance.cross);
    for (std::size_t i = 0; i < target.size(); ++i)
        target[i] += added * weights[i];
    solve(factor, n, target, covariance.outputs, threads);
    return target;
}

RoundedGroup round_group(const Covariance& covariance, const std::vector<double>& target, std::uint8_t bits,
                         const std::vector<double>& least_scale, unsigned threads)
{
    const std::size_t n = covariance.inputs;
    const std::size_t outputs = covariance.outputs;
    const double top = double((1 << (bits - 1)) - 1);
    const std::vector<std::size_t> order = ascending_variance(covariance);
    const double mean = mean_variance(covariance);
    const double added = mean > 0 ? rounding_damping * mean : 1.0;
    std::vector<double> factor(n * n);
    for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = a; b < n; ++b)
            factor[a * n + b] = covariance.input[order[a] * n + order[b]];
        factor[a * n + a] += added;
    }
    factorize(factor, n, added, threads);

    const std::vector<double> ratios = clipping_ratios(bits);
    const std::size_t tried = n < wide ? ratios.size() : scales_of_wide_layers;
    const std::size_t columns = outputs * tried;
    std::vector<std::size_t> output(columns);
    std::vector<double> scale(columns);
    std::vector<double> error(columns);
    for_each_job(outputs, threads, [&](std::size_t o) {
        std::vector<double> column(n);
        for (std::size_t k = 0; k < n; ++k)
            column[k] = target[k * outputs + o];
        const std::vector<double> scales = scales_to_try(covariance, column, ratios, top, least_scale[o]);
        for (std::size_t r = 0; r < tried; ++r) {
            output[o * tried + r] = o;
            scale[o * tried + r] = scales[r];
        }
    });
    const Rounding rounding{n, factor, order, target, outputs, top};
    const std::size_t outputs_each = column_block / tried;
    RoundedGroup made{std::vector<std::int8_t>(n * outputs), std::vector<double>(outputs)};
    for_each_job((outputs + outputs_each - 1) / outputs_each, threads, [&](std::size_t job) {
        const std::size_t first = job * outputs_each * tried;
        const std::size_t count = std::min(outputs_each * tried, columns - first);
        std::vector<std::int8_t> values(n * count);
        rounding.run(std::span(output).subspan(first, count), std::span(scale).subspan(first, count), values.data(),
                     count, error.data() + first);
        std::vector<std::int8_t> column(n);
        std::vector<double> wanted(n);
        for (std::size_t at = 0; at < count; at += tried) {
            const std::size_t o = output[first + at];
            const auto begin = error.begin() + static_cast<std::ptrdiff_t>(first + at);
            const auto best =
                static_cast<std::size_t>(std::min_element(begin, begin + static_cast<std::ptrdiff_t>(tried)) - begin);
            made.scales[o] = scale[first + at + best];
            for (std::size_t k = 0; k < n; ++k) {
                column[k] = values[k * count + at + best];
                wanted[k] = target[k * outputs + o];
            }
            if (bits == 2)
                descend(covariance, added, wanted, top, least_scale[o], column, made.scales[o]);
            for (std::size_t k = 0; k < n; ++k)
                made.values[k * outputs + o] = column[k];
        }
    });
    return made;
}

std::vector<double> output_errors(const Covariance& covariance, const std::vector<double>& weights)
{
    const std::size_t n = covariance.inputs;
    const std::size_t outputs = covariance.outputs;
    std::vector<double> negative(n * outputs, 0.0);  // -H W
    subtract_products({covariance.input.data(), n}, weights.data(), outputs, n, n, outputs, negative.data(), outputs);
    std::vector<double> errors(covariance.output);
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t o = 0; o < outputs; ++o) {
            const double w = weights[k * outputs + o];
            errors[o] -= w * (negative[k * outputs + o] + 2 * covariance.cross[k * outputs + o]);
        }
    return errors;
}

}  // namespace exitscope::calibrate
