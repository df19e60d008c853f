// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include <utility>

#include <QApplication>
#include <QFile>

#include "widgets/common/field_style.h"
#include "widgets/common/theme_parts.h"
#include "widgets/plots/theme.h"

/// The style sheet lies in a static library: nobody else initialises it.
static void initialiseResource()
{
    Q_INIT_RESOURCE(theme);
}

namespace exitscope::gui {
namespace {

/// The colours of the interface. Ground and accent are those of the drawings.
struct Colours {
    QColor panel;
    QColor card;
    QColor alternate;
    QColor button;
    QColor text;
    QColor disabled;  ///< and placeholders
    QColor muted;     ///< captions
    QColor line;      ///< between parts
    QColor frame;     ///< around fields
    QColor accent;
    QColor onAccent;
    QColor chip;
    QColor notice;
    QColor danger;
    QColor dangerLine;
    QColor alert;  ///< text of an error
};

Colours lightColours()
{
    return {.panel = 0xf3f4f6,
            .card = plots::Theme::light().background,
            .alternate = 0xf7f8fa,
            .button = 0xfafbfc,
            .text = 0x1d2329,
            .disabled = 0x8c959f,
            .muted = 0x5c6670,
            .line = 0xd9dde2,
            .frame = 0xb9c0c8,
            .accent = 0x0067a8,  // darker than that of lines: text on it must be readable
            .onAccent = 0xffffff,
            .chip = 0xe1eef7,
            .notice = 0xe3f0fa,
            .danger = 0xfdeae2,
            .dangerLine = 0xe7b39c,
            .alert = 0xa63d17};
}

Colours darkColours()
{
    return {.panel = 0x24282e,
            .card = plots::Theme::dark().background,
            .alternate = 0x20242a,
            .button = 0x30363d,
            .text = 0xe4e7ea,
            .disabled = 0x7c858e,
            .muted = 0x9aa4ae,
            .line = 0x3a4048,
            .frame = 0x59626c,
            .accent = plots::Theme::dark().right,
            .onAccent = 0x0c1116,
            .chip = 0x263b4a,
            .notice = 0x20344a,
            .danger = 0x4a2a20,
            .dangerLine = 0x8a4a32,
            .alert = 0xf2a285};
}

QPalette makePalette(const Colours& colours, bool dark)
{
    QPalette palette;
    palette.setColor(QPalette::Window, colours.panel);
    palette.setColor(QPalette::WindowText, colours.text);
    palette.setColor(QPalette::Base, colours.card);
    palette.setColor(QPalette::AlternateBase, colours.alternate);
    palette.setColor(QPalette::Text, colours.text);
    palette.setColor(QPalette::Button, colours.button);
    palette.setColor(QPalette::ButtonText, colours.text);
    palette.setColor(QPalette::BrightText, QColor(Qt::white));
    palette.setColor(QPalette::Highlight, colours.accent);
    palette.setColor(QPalette::HighlightedText, colours.onAccent);
    palette.setColor(QPalette::Link, colours.accent);
    palette.setColor(QPalette::LinkVisited, colours.accent);
    palette.setColor(QPalette::ToolTipBase, dark ? colours.button : colours.card);
    palette.setColor(QPalette::ToolTipText, colours.text);
    palette.setColor(QPalette::PlaceholderText, colours.disabled);
    palette.setColor(QPalette::Light, dark ? QColor(0x353b42) : QColor(0xffffff));
    palette.setColor(QPalette::Midlight, dark ? QColor(0x2d3339) : QColor(0xe7eaed));
    palette.setColor(QPalette::Mid, colours.frame);
    palette.setColor(QPalette::Dark, dark ? QColor(0x121416) : QColor(0x9aa2aa));
    palette.setColor(QPalette::Shadow, dark ? QColor(Qt::black) : QColor(0x6b737b));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, colours.disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, dark ? QColor(0x3b424a) : QColor(0xc9ced4));
    return palette;
}

/// theme.qss in these colours.
QString styleSheet(const Colours& colours, bool dark)
{
    QFile file(QStringLiteral(":/theme/theme.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<const char*, QColor> names[] = {
        {"panel", colours.panel},
        {"card", colours.card},
        {"muted", colours.muted},
        {"line", colours.line},
        {"frame", colours.frame},
        {"accent", colours.accent},
        {"on-accent", colours.onAccent},
        {"chip", colours.chip},
        {"notice", colours.notice},
        {"danger", colours.danger},
        {"danger-line", colours.dangerLine},
        {"alert", colours.alert},
    };
    for (const auto& [name, colour] : names)
        sheet.replace(QStringLiteral("@%1@").arg(QLatin1String(name)), colour.name());
    return sheet.replace(QStringLiteral("@tick@"), dark ? QStringLiteral("dark") : QStringLiteral("light"));
}

}  // namespace

QString themeName(ThemeChoice theme)
{
    switch (theme) {
    case ThemeChoice::system: return QStringLiteral("system");
    case ThemeChoice::light: return QStringLiteral("light");
    case ThemeChoice::dark: return QStringLiteral("dark");
    }
    return QStringLiteral("system");
}

ThemeChoice parseTheme(const QString& text)
{
    for (const ThemeChoice theme : {ThemeChoice::light, ThemeChoice::dark})
        if (themeName(theme) == text)
            return theme;
    return ThemeChoice::system;
}

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

void applyTheme(QApplication& application, ThemeChoice theme, bool systemIsDark)
{
    const bool dark = theme == ThemeChoice::dark || (theme == ThemeChoice::system && systemIsDark);
    auto* parts = application.findChild<ThemeParts*>(QString(), Qt::FindDirectChildrenOnly);
    if (!parts) {
        initialiseResource();
        QApplication::setStyle(new FieldStyle);
        parts = new ThemeParts(&application);
    }
    const Colours colours = dark ? darkColours() : lightColours();
    QApplication::setPalette(makePalette(colours, dark));
    parts->setStyleSheet(styleSheet(colours, dark));
}

}  // namespace exitscope::gui
