// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/analysis/predict/spline_forecast.h"
#include "core/base/index.h"

namespace exitscope::policy {

/// Amplitude of the noise that breaks ties: below the resolution of float32 for any score of 1/1000 or more, so that it
/// does not change the order of different scores.
inline constexpr double tie_noise = 1e-10;

/// The score of a sample at one gate; the higher it is, the more the sample should leave.
struct ExitScore {
    enum class Kind {
        confidence,  ///< largest probability
        entropy,     ///< minus the entropy in nats
        margin,      ///< largest minus second largest probability
        agreement,   ///< number of gates in a row, this one included, that gave this answer
        table,       ///< values[number of edges not above the largest probability]
        linear,      ///< weights[0..3] . (statistics - mean) * scale + weights[4]
    };
    Kind kind = Kind::confidence;
    /// Confidence: tie_noise * hash_uniform(seed, position in the data set) is added, so that ties break evenly.
    std::optional<std::uint64_t> tie_seed = {};
    std::vector<float> edges = {};     ///< table: ascending
    std::vector<double> values = {};   ///< table: [edges + 1]
    std::vector<float> mean = {};      ///< linear: [4]
    std::vector<float> scale = {};     ///< linear: [4]
    std::vector<double> weights = {};  ///< linear: [5]
};

/// One point of a policy as plain data for other programs: the state in which a sample starts, and the rule of each
/// gate. In a state without a gate the sample leaves; states passed on the way to the next gate are not asked.
struct DecisionRule {
    /// Leave when the score exceeds the threshold, or reaches it when `or_equal`; else go on to `otherwise`.
    struct Threshold {
        StateIndex state;
        ExitScore score;
        double threshold = 0;
        bool or_equal = false;
        StateIndex otherwise;
    };
    /// Take the option of least predicted error + lambda * cost, the cheapest of equals.
    struct Forecast {
        struct Option {
            double cost = 0;           ///< relative cost of its terminal
            std::size_t terminal = 0;  ///< row of the forecast
            StateIndex next;           ///< the gate's own state: leave
        };
        StateIndex state;
        predict::SplineForecast forecast;
        std::vector<Option> options;  ///< cheapest first
    };

    StateIndex start;  ///< the first state that is asked
    double lambda = 0;
    std::vector<Threshold> thresholds;
    std::vector<Forecast> forecasts;
};

}  // namespace exitscope::policy
