// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/policy/policy.h"

/// One fit function a method; the registry names them.
namespace exitscope::policy {

[[nodiscard]] Expected<FittedPtr> fit_quee(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_quee_table(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_confidence(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_entropy(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_margin(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_composite(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_static(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_static_hull(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_random(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_oracle(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_oracle_cheapest(const Context& context);

}  // namespace exitscope::policy
