// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace exitscope::dataset {

/// Names with the numbers in them compared by value; equal ones by their bytes.
[[nodiscard]] bool naturally_before(std::string_view a, std::string_view b);

}  // namespace exitscope::dataset
