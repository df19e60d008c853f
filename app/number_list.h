// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/base/error.h"

namespace exitscope::app {

/// "0.485, 0.456, 0.406"
[[nodiscard]] QString joined(const std::vector<float>& values);

/// Numbers separated by commas; nullopt for an empty text. `what` names the field in the error.
[[nodiscard]] Expected<std::optional<std::vector<float>>> parseNumbers(const QString& what, const QString& list);

}  // namespace exitscope::app
