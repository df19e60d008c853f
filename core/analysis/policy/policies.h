// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/policy.h"

/// Every policy, one line each, in the order in which lists show them: the file of policy NAME defines NAME_policy.
#define EXITSCOPE_POLICIES(POLICY)                                                                                     \
    POLICY(quee)                                                                                                       \
    POLICY(quee_table)                                                                                                 \
    POLICY(quee_dp)                                                                                                    \
    POLICY(confidence)                                                                                                 \
    POLICY(entropy)                                                                                                    \
    POLICY(margin)                                                                                                     \
    POLICY(composite)                                                                                                  \
    POLICY(eero)                                                                                                       \
    POLICY(eero_paths)                                                                                                 \
    POLICY(msdnet)                                                                                                     \
    POLICY(jei)                                                                                                        \
    POLICY(patience)                                                                                                   \
    POLICY(pcee)                                                                                                       \
    POLICY(static)                                                                                                     \
    POLICY(static_hull)                                                                                                \
    POLICY(random)                                                                                                     \
    POLICY(escalate)                                                                                                   \
    POLICY(quee_escalate)                                                                                              \
    POLICY(oracle)                                                                                                     \
    POLICY(oracle_cheapest)

namespace exitscope::policy {

#define EXITSCOPE_DECLARE(NAME) extern const Info NAME##_policy;
EXITSCOPE_POLICIES(EXITSCOPE_DECLARE)
#undef EXITSCOPE_DECLARE

}  // namespace exitscope::policy
