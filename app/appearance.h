// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/actions.h"
#include "app/language.h"
#include "widgets/common/theme.h"

class QSettings;
class QWidget;

namespace exitscope::app {

/// Theme, language and icons of the window, as the menu View chooses them and the settings keep them.
class Appearance : public QObject {
    Q_OBJECT
public:
    /// Applies what was chosen last. `settings` outlives this object, which `window` owns; `systemIsDark`: the
    /// desktop's palette.
    Appearance(QWidget& window, const Actions& actions, QSettings& settings, bool systemIsDark);

signals:
    /// One sentence.
    void notice(const QString& sentence);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setTheme(gui::ThemeChoice theme);
    void setLanguage(Language language);
    void showLanguage(Language language);
    void refreshIcons();

    QWidget& window_;
    Actions actions_;
    QSettings& settings_;
    bool systemIsDark_;
};

}  // namespace exitscope::app
