// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/base/error.h"

namespace exitscope::report {

/// One condition on an operating point, scored on the test split: "drop<=0.005".
struct Requirement {
    enum class Quantity {
        accuracy,
        drop,       ///< accuracy of the full model minus that of the point
        cost,       ///< relative to the full model
        agreement,  ///< share of the answers that equal the full model's
    };
    Quantity quantity = Quantity::accuracy;
    bool at_least = false;  ///< ">=" instead of "<="
    double bound = 0;
    std::string text;  ///< as written
};

/// Conditions separated by commas: accuracy, drop, cost or agreement, then <= or >=, then a fraction or a percentage
/// ("drop<=0.5%"); spaces are ignored. Error (usage): any other form, an empty text.
[[nodiscard]] Expected<std::vector<Requirement>> parse_requirements(std::string_view text);

/// Error bad_input: the first condition that does not hold, with the value measured; `where` names the run. A condition
/// on accuracy does not hold where the test split has no labels.
[[nodiscard]] Expected<void> check(const std::vector<Requirement>& requirements, const run::Run& run,
                                   const analyse::Outcome& outcome, std::string_view where);

}  // namespace exitscope::report
