// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace exitscope::app {

/// An error or a notice of the core, which names options of the command line as remedies, with the place in the window
/// where the same can be chosen, if it names such an option.
[[nodiscard]] QString withPlaceInWindow(const QString& sentence);

}  // namespace exitscope::app
