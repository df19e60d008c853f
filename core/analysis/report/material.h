// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/analysis/report/report.h"

namespace exitscope::report {

/// What a report and its figures are made of. Holds what it needs: the run may be closed while the report is made.
struct Material {
    std::shared_ptr<const analyse::Analysis> analysis = {};  ///< of the run
    cost::Costs costs = {};                                  ///< of its states
    std::shared_ptr<const analyse::Analysis> decided = {};   ///< what the decisions' states are numbered in
    cost::Costs decided_costs = {};                          ///< of those states
    std::vector<analyse::PolicyResult> policies = {};
    analyse::Decisions decisions = {};    ///< the chosen operating point
    bool policies_asked_for = false;      ///< the user named the policies to show
    bool budget_by_default = false;       ///< as in Content
    std::optional<Promise> promise = {};  ///< the guarantee; empty where none can be given
    Thumbnails thumbnails = {};           ///< of test images; may be empty
};

/// The report of the material with its figures. Scans the samples and asks for thumbnails: a matter of seconds.
[[nodiscard]] inline Document compose(const Material& material, std::vector<Figure> figures)
{
    Content content;
    content.analysis = material.decided.get();
    content.costs = &material.decided_costs;
    content.policies = material.policies;
    content.decisions = material.decisions;
    content.budget_by_default = material.budget_by_default;
    content.promise = material.promise;
    content.figures = std::move(figures);
    content.thumbnails = material.thumbnails;
    return compose(content);
}

}  // namespace exitscope::report
