// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/decision_rule.h"
#include "core/base/error.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::bundle {

/// One stage at one precision: the content of one ONNX file.
struct Part {
    StageIndex stage;
    Precision precision;
    bool with_exit = false;  ///< whether a state asks its head

    [[nodiscard]] std::string file() const;
};

/// The operating point as a bundle describes it: what the two neighbouring points of the budget do.
struct DeployedPoint {
    std::vector<policy::DecisionRule> rules;  ///< one, or two that are mixed
    double upper_share = 0;                   ///< of the samples that the second decides
    std::vector<StateIndex> states;           ///< states that samples can reach, parents before children
    std::vector<bool> asked;                  ///< [states] whether the head's answer is read
    std::vector<Part> parts;                  ///< parts that these states need, by stage and precision
};
/// Error: a policy that is no set of thresholds or linear forecasts.
[[nodiscard]] Expected<DeployedPoint> deployed_point(const analyse::PolicyResult& policy,
                                                     const analyse::Decisions& decisions);

/// policy.json (docs/formats.md).
[[nodiscard]] std::string policy_json(const model::MultiExitModel& model, const analyse::PolicyResult& policy,
                                      const analyse::Decisions& decisions, const DeployedPoint& point,
                                      const std::vector<std::string>& tensor_names);

}  // namespace exitscope::bundle
