// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "widgets/common/operating_point.h"

namespace exitscope::gui {

/// Which answers a reliability diagram is about.
struct ErrorScope {
    enum class Kind {
        decided,  ///< every sample at its decided state
        exit,     ///< samples that leave at exit `value`, at their decided state
        state,    ///< every sample at state `value`, wherever it leaves
    };
    Kind kind = Kind::decided;
    std::uint32_t value = 0;

    friend bool operator==(const ErrorScope&, const ErrorScope&) = default;
};

/// Predicted errors and 0/1 outcomes of the samples in scope that have a label (on unlabelled data: outcome =
/// differs from the full model). `selfError` is Analysis::self_error().
struct ErrorPairs {
    std::vector<float> predicted;
    std::vector<std::uint8_t> wrong;
};
[[nodiscard]] ErrorPairs errorPairs(const OperatingPoint& point, const std::vector<std::vector<float>>& selfError,
                                    const ErrorScope& scope);

}  // namespace exitscope::gui
