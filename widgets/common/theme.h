// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QString>

class QApplication;

namespace exitscope::gui {

/// The theme chosen by the user. The colours of drawings are plots::Theme::of(palette).
enum class ThemeChoice { system, light, dark };

/// "system" "light" "dark", as stored in the settings, and the inverse (anything else is system).
[[nodiscard]] QString themeName(ThemeChoice theme);
[[nodiscard]] ThemeChoice parseTheme(const QString& text);

/// Whether a palette is dark. For the desktop's own theme, call it before the first applyTheme().
[[nodiscard]] bool isDark(const QPalette& palette);

/// Sets the Fusion style with our light or dark palette and style sheet; complete within a few turns of the event loop.
/// `systemIsDark` selects the palette for ThemeChoice::system.
void applyTheme(QApplication& application, ThemeChoice theme, bool systemIsDark);

}  // namespace exitscope::gui
