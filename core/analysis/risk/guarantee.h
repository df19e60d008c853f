// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/risk/control.h"
#include "core/analysis/risk/knob_path.h"
#include "core/base/progress.h"

namespace exitscope::risk {

/// The rule for calibrating a policy's path: bounds of the loss; CRC with Rule::monotone.
[[nodiscard]] Rule rule_for(Method method, const LossInfo& loss, double delta);

/// The guarantee of a chosen setting as a clause: "the risk is at most eps with probability 0.9".
[[nodiscard]] std::string promise(const Rule& rule);

/// One setting of the path, measured on one split into calibration and held-out samples.
struct KnobRisk {
    double relative_cost = 0;     ///< mean over the held-out samples
    double calibration_risk = 0;  ///< mean loss
    double held_out_risk = 0;
    /// Smallest eps at which the procedure would accept this setting or a cheaper one, searched in steps of a hundredth
    /// of the requested eps; nullopt if above twice the requested eps.
    std::optional<double> bound;
};

/// A calibrated policy: the chosen setting, the risks of all settings, and repeated trials that count violations.
struct Guarantee {
    double eps = 0;
    std::size_t calibration_samples = 0;
    std::size_t held_out_samples = 0;
    std::optional<std::size_t> index;  ///< chosen setting; nullopt: the full model must answer
    std::vector<KnobRisk> knobs;       ///< [settings] as in the path, safest first
    LevelOutcome trials;               ///< over random splits, the first of which is that of `index` and `knobs`
};

struct GuaranteeRequest {
    Rule rule;
    double eps = 0.01;
    std::size_t n = 0;  ///< calibration samples; some of the path's are left
    std::size_t trials = 100;
    std::uint64_t seed = 1;
    unsigned threads = 1;  ///< 0 = one per core; results do not depend on it
};

/// Errors: those of control_risk(); no sample left to test on.
[[nodiscard]] Expected<Guarantee> guarantee(const KnobPath& path, const GuaranteeRequest& request, Progress& progress);

/// Counts of values in equal bins.
struct Histogram {
    double low = 0;
    double width = 0;
    std::vector<std::size_t> counts;
};
/// A histogram over the values' range in which `edge` lies between two bins, so that every bin is on one side of it.
/// Values that are not finite are left out.
[[nodiscard]] Histogram histogram(const std::vector<double>& values, double edge, std::size_t bins);

}  // namespace exitscope::risk
