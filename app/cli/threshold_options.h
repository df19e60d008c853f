// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "app/cli/output.h"
#include "core/analysis/policy/user_thresholds.h"
#include "core/base/error.h"

namespace exitscope::cli {

/// --thresholds T1,T2,... --statistic S --path P: early exiting as somebody else has set it up.
struct ThresholdOptions {
    std::vector<std::string> thresholds;  ///< numbers, "off" or "-"; empty: not asked for
    std::string statistic = "confidence";
    std::string path;

    void add_to(Command& app);
    [[nodiscard]] bool given() const { return !thresholds.empty(); }
    /// nullopt when not asked for. Errors (usage): a threshold that is no number; an unknown statistic; a statistic or
    /// a path without thresholds.
    [[nodiscard]] Expected<std::optional<policy::UserThresholds>> parse() const;
};

/// "statistic", "thresholds" (null: switched off).
[[nodiscard]] Json to_json(const policy::UserThresholds& choice);
/// "confidence at least 0.9, off, 0.8"
[[nodiscard]] std::string to_text(const policy::UserThresholds& choice);

}  // namespace exitscope::cli
