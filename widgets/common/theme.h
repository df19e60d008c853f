// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QString>

class QApplication;

namespace exitscope::gui {

/// What the user asked for. The colours of drawings are plots::Theme::of(palette).
enum class ThemeChoice { system, light, dark };

/// "system" "light" "dark", as stored in the settings, and the inverse (anything else is system).
[[nodiscard]] QString themeName(ThemeChoice theme);
[[nodiscard]] ThemeChoice parseTheme(const QString& text);

/// Whether the desktop's own palette is dark. Only true to the desktop before applyTheme() was first called.
[[nodiscard]] bool isDark(const QPalette& palette);

/// Fusion with our light or dark palette and style sheet, complete within a few turns of the event loop. `systemIsDark`
/// is what ThemeChoice::system stands for.
void applyTheme(QApplication& application, ThemeChoice theme, bool systemIsDark);

}  // namespace exitscope::gui
