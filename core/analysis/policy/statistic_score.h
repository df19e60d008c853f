// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/policy/decision_rule.h"
#include "core/analysis/run/run.h"

namespace exitscope::policy {

/// A score of one softmax output that rises with confidence.
struct StatisticScore {
    double (*of)(const run::Statistics&);
    double lowest;   ///< below every score: every sample leaves at the first exit
    double highest;  ///< never exceeded: no sample leaves early
    double sign;     ///< the knob shown to a person is sign * threshold
    ExitScore::Kind kind = ExitScore::Kind::confidence;
};

}  // namespace exitscope::policy
