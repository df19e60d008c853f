// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace exitscope {

/// The processor's name and the number of cores, for a person: "AMD EPYC, 2 cores".
[[nodiscard]] std::string machine_description();

}  // namespace exitscope
