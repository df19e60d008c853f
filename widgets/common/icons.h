// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QPalette>
#include <QString>

namespace exitscope::gui {

/// The one-colour drawing `:/icons/NAME.svg` in the palette's text colour, sharp on every screen; greyed when disabled.
[[nodiscard]] QIcon icon(const QString& name, const QPalette& palette);

}  // namespace exitscope::gui
