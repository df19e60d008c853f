// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/network/calibrate/calibrate.h"

namespace exitscope::calibrate {
namespace {

/// Histogram as parallel columns of the occupied bins, so that a candidate grid is scored in one short loop.
struct Masses {
    std::vector<float> middle;
    std::vector<float> count;

    explicit Masses(const Observation& seen)
    {
        const double width =
            (double(seen.maximum) - double(seen.minimum)) / double(std::max<std::size_t>(seen.histogram.size(), 1));
        for (std::size_t bin = 0; bin < seen.histogram.size(); ++bin) {
            if (seen.histogram[bin] == 0)
                continue;
            middle.push_back(static_cast<float>(double(seen.minimum) + (double(bin) + 0.5) * width));
            count.push_back(static_cast<float>(seen.histogram[bin]));
        }
    }

    /// Sum of squared errors when every value is rounded to `grid`.
    [[nodiscard]] double squared_error(const plan::Grid& grid) const
    {
        const float inverse = 1.0F / grid.scale;
        const auto low = static_cast<float>(-grid.zero_point);
        const auto high = static_cast<float>(grid.maximum() - grid.zero_point);
        double total = 0;
        for (std::size_t i = 0; i < middle.size(); ++i) {
            const float level = std::clamp(std::nearbyint(middle[i] * inverse), low, high);
            const float error = middle[i] - grid.scale * level;
            total += double(count[i]) * double(error * error);
        }
        return total;
    }
};

/// Value below which `share` of the observed mass lies (linear inside the bin).
double quantile(const Observation& seen, double share)
{
    std::uint64_t total = 0;
    for (const std::uint64_t count : seen.histogram)
        total += count;
    const double width = (double(seen.maximum) - double(seen.minimum)) / double(seen.histogram.size());
    double below = 0;
    for (std::size_t bin = 0; bin < seen.histogram.size(); ++bin) {
        const auto count = static_cast<double>(seen.histogram[bin]);
        if (count > 0 && below + count >= share * double(total)) {
            const double inside = std::clamp((share * double(total) - below) / count, 0.0, 1.0);
            return double(seen.minimum) + (double(bin) + inside) * width;
        }
        below += count;
    }
    return double(seen.maximum);
}

plan::Grid percentile_grid(const Observation& seen, std::uint8_t bits, double percentile)
{
    const double outside = std::clamp(1.0 - percentile / 100.0, 0.0, 1.0);
    if (seen.minimum >= 0)
        return plan::grid_over(0, static_cast<float>(quantile(seen, 1.0 - outside)), bits);
    return plan::grid_over(static_cast<float>(quantile(seen, outside / 2)),
                           static_cast<float>(quantile(seen, 1.0 - outside / 2)), bits);
}

/// Best of `steps` clipping ratios in (from - span, from] a side; `sides` says which ends move.
struct Clip {
    double low = 1.0;
    double high = 1.0;
    double error = std::numeric_limits<double>::infinity();
};

Clip search(const Observation& seen, const Masses& masses, std::uint8_t bits, Clip centre, double span, int steps)
{
    Clip best = centre;
    const bool moves_low = seen.minimum < 0;
    const bool moves_high = seen.maximum > 0;
    const auto ratio = [&](double middle, int step) {
        return std::clamp(middle + span * (2.0 * step / double(steps) - 1.0), 0.02, 1.0);
    };
    for (int i = 0; i <= (moves_low ? steps : 0); ++i) {
        for (int k = 0; k <= (moves_high ? steps : 0); ++k) {
            Clip clip{moves_low ? ratio(centre.low, i) : 1.0, moves_high ? ratio(centre.high, k) : 1.0, 0};
            const plan::Grid grid = plan::grid_over(static_cast<float>(seen.minimum * clip.low),
                                                    static_cast<float>(seen.maximum * clip.high), bits);
            clip.error = masses.squared_error(grid);
            if (clip.error < best.error)
                best = clip;
        }
    }
    return best;
}

/// Exhaustive over both ends on a coarse lattice, then twice finer around the best.
plan::Grid least_squares_grid(const Observation& seen, std::uint8_t bits)
{
    const Masses masses(seen);
    if (masses.middle.empty())
        return plan::grid_over(seen.minimum, seen.maximum, bits);
    const bool two_sided = seen.minimum < 0 && seen.maximum > 0;
    Clip best =
        search(seen, masses, bits, {0.51, 0.51, std::numeric_limits<double>::infinity()}, 0.49, two_sided ? 28 : 70);
    best = search(seen, masses, bits, best, two_sided ? 0.035 : 0.014, 8);
    best = search(seen, masses, bits, best, two_sided ? 0.008 : 0.0035, 8);
    return plan::grid_over(static_cast<float>(seen.minimum * best.low), static_cast<float>(seen.maximum * best.high),
                           bits);
}

}  // namespace

std::optional<RangeMethod> parse_range_method(std::string_view text)
{
    for (const RangeMethod method : {RangeMethod::min_max, RangeMethod::percentile, RangeMethod::mse})
        if (name(method) == text)
            return method;
    return std::nullopt;
}

std::string_view name(RangeMethod method)
{
    switch (method) {
    case RangeMethod::min_max: return "min-max";
    case RangeMethod::percentile: return "percentile";
    case RangeMethod::mse: return "mse";
    }
    return "min-max";
}

plan::Grid choose_grid(const Observation& seen, std::uint8_t bits, RangeMethod method, double percentile)
{
    switch (method) {
    case RangeMethod::percentile:
        if (!seen.histogram.empty())
            return percentile_grid(seen, bits, percentile);
        break;
    case RangeMethod::mse: return least_squares_grid(seen, bits);
    case RangeMethod::min_max: break;
    }
    return plan::grid_over(seen.minimum, seen.maximum, bits);
}

}  // namespace exitscope::calibrate
