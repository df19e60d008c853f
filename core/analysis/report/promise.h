// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/risk/guarantee.h"

namespace exitscope::report {

/// A guarantee with the request it answers.
struct Promise {
    std::string policy;
    risk::Loss loss = risk::Loss::performance_gap;
    risk::Rule rule;
    risk::Guarantee guarantee;
    double knob = 0;  ///< of the chosen setting; valid only if one was chosen
};

struct PromiseRequest {
    double eps = 0.01;
    double delta = 0.1;
    std::size_t trials = 100;
};

/// The cheapest setting of `policy` that loses at most eps against the full model with probability 1 - delta, found by
/// Learn then Test on half of the test split, drawn with the seed of the analysis. On a split without labels the loss
/// is disagreement with the full model's answers. `costs` are those of the analysis. Errors: those of
/// risk::knob_path() and risk::guarantee().
[[nodiscard]] Expected<Promise> promise(const analyse::Analysis& analysis, const cost::Costs& costs,
                                        std::string_view policy, const PromiseRequest& request, Progress& progress);

}  // namespace exitscope::report
