// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/appearance.h"

#include <QApplication>
#include <QEvent>
#include <QSettings>
#include <QWidget>

#include "widgets/common/icons.h"

namespace exitscope::app {
namespace {

constexpr QLatin1String themeKey("window/theme");

}  // namespace

Appearance::Appearance(QWidget& window, const Actions& actions, QSettings& settings, bool systemIsDark)
    : QObject(&window), window_(window), actions_(actions), settings_(settings), systemIsDark_(systemIsDark)
{
    for (const auto& [action, theme] : {std::pair(actions_.themeSystem, gui::ThemeChoice::system),
                                        {actions_.themeLight, gui::ThemeChoice::light},
                                        {actions_.themeDark, gui::ThemeChoice::dark}})
        connect(action, &QAction::triggered, this, [this, theme = theme] { setTheme(theme); });
    for (const auto& [action, language] : {std::pair(actions_.languageSystem, Language::system),
                                           {actions_.languageEnglish, Language::english},
                                           {actions_.languageGerman, Language::german}})
        connect(action, &QAction::triggered, this, [this, language = language] { setLanguage(language); });
    window_.installEventFilter(this);
    setTheme(gui::parseTheme(settings_.value(themeKey).toString()));
    showLanguage(savedLanguage(settings_));
}

bool Appearance::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &window_ && event->type() == QEvent::PaletteChange)
        refreshIcons();
    return QObject::eventFilter(watched, event);
}

void Appearance::setTheme(gui::ThemeChoice theme)
{
    settings_.setValue(themeKey, gui::themeName(theme));
    gui::applyTheme(*qApp, theme, systemIsDark_);
    refreshIcons();
    actions_.themeSystem->setChecked(theme == gui::ThemeChoice::system);
    actions_.themeLight->setChecked(theme == gui::ThemeChoice::light);
    actions_.themeDark->setChecked(theme == gui::ThemeChoice::dark);
}

void Appearance::setLanguage(Language language)
{
    saveLanguage(settings_, language);
    showLanguage(language);
    emit notice(tr("The language changes when Exitscope is started the next time."));
}

void Appearance::showLanguage(Language language)
{
    actions_.languageSystem->setChecked(language == Language::system);
    actions_.languageEnglish->setChecked(language == Language::english);
    actions_.languageGerman->setChecked(language == Language::german);
}

void Appearance::refreshIcons()
{
    const std::pair<QAction*, const char*> icons[] = {
        {actions_.openModel, "model"}, {actions_.openDataset, "dataset"}, {actions_.openRun, "run"},
        {actions_.saveRun, "save"},    {actions_.evaluate, "evaluate"},   {actions_.evaluateSettings, "settings"},
        {actions_.cancel, "cancel"},   {actions_.exportPlot, "export"}};
    for (const auto& [action, name] : icons)
        action->setIcon(gui::icon(QLatin1String(name), window_.palette()));
}

}  // namespace exitscope::app
