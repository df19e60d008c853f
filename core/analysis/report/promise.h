// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/risk/guarantee.h"

namespace exitscope::report {

/// A guarantee with what was asked for.
struct Promise {
    std::string policy;
    risk::Loss loss = risk::Loss::performance_gap;
    risk::Rule rule;
    risk::Guarantee guarantee;
    double knob = 0;  ///< of the setting chosen; meaningful where there is one
};

struct PromiseRequest {
    double eps = 0.01;
    double delta = 0.1;
    std::size_t trials = 100;
};

/// The cheapest setting of `policy` that loses at most eps against the full model with probability 1 - delta: learn
/// then test on half of the test split, its seed that of the analysis. On a split without labels the loss is
/// inconsistency with the full model's answers. `costs` are those of the analysis. Errors: those of risk::knob_path()
/// and risk::guarantee().
[[nodiscard]] Expected<Promise> promise(const analyse::Analysis& analysis, const cost::Costs& costs,
                                        std::string_view policy, const PromiseRequest& request, Progress& progress);

}  // namespace exitscope::report
