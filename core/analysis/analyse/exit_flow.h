// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/analysis/run/run.h"

namespace exitscope::analyse {

/// Right and wrong answers given at one exit and precision.
struct ExitFlow {
    ExitIndex exit;
    Precision precision;  ///< of the last stage run
    std::uint32_t right = 0;
    std::uint32_t wrong = 0;
    std::uint32_t unlabelled = 0;
};
/// One entry an exit and precision, [exits * precisions], exits outermost, also where no sample leaves.
[[nodiscard]] std::vector<ExitFlow> exit_flow(const run::Run& run, std::span<const StateIndex> states);

}  // namespace exitscope::analyse
