// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include <QApplication>

#include "widgets/common/field_style.h"
#include "widgets/common/theme_parts.h"

namespace exitscope::gui {
namespace {

QPalette makePalette(bool dark)
{
    const QColor window = dark ? QColor(0x24282e) : QColor(0xf3f4f6);
    const QColor base = dark ? QColor(0x1b1e23) : QColor(0xffffff);
    const QColor alternate = dark ? QColor(0x20242a) : QColor(0xf7f8fa);
    const QColor button = dark ? QColor(0x30363d) : QColor(0xfafbfc);
    const QColor text = dark ? QColor(0xe4e7ea) : QColor(0x1d2329);
    const QColor disabled = dark ? QColor(0x7c858e) : QColor(0x8c959f);
    const QColor accent = dark ? QColor(0x4aa3df) : QColor(0x0067a8);

    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, alternate);
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, button);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, QColor(Qt::white));
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, dark ? QColor(0x0c1116) : QColor(0xffffff));
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::LinkVisited, accent);
    palette.setColor(QPalette::ToolTipBase, dark ? QColor(0x30363d) : QColor(0xffffff));
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, disabled);
    palette.setColor(QPalette::Light, dark ? QColor(0x353b42) : QColor(0xffffff));
    palette.setColor(QPalette::Midlight, dark ? QColor(0x2d3339) : QColor(0xe7eaed));
    palette.setColor(QPalette::Mid, dark ? QColor(0x59626c) : QColor(0xb9c0c8));
    palette.setColor(QPalette::Dark, dark ? QColor(0x121416) : QColor(0x9aa2aa));
    palette.setColor(QPalette::Shadow, dark ? QColor(Qt::black) : QColor(0x6b737b));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, dark ? QColor(0x3b424a) : QColor(0xc9ced4));
    return palette;
}

/// What the palette cannot say: quiet frames, tabs and headers, and the few named parts that look like cards.
QString styleSheet(bool dark)
{
    const QString line = dark ? QStringLiteral("#3a4048") : QStringLiteral("#d9dde2");
    const QString frame = dark ? QStringLiteral("#59626c") : QStringLiteral("#b9c0c8");
    const QString panel = dark ? QStringLiteral("#24282e") : QStringLiteral("#f3f4f6");
    const QString card = dark ? QStringLiteral("#1b1e23") : QStringLiteral("#ffffff");
    const QString muted = dark ? QStringLiteral("#9aa4ae") : QStringLiteral("#5c6670");
    const QString chip = dark ? QStringLiteral("#263b4a") : QStringLiteral("#e1eef7");
    const QString accent = dark ? QStringLiteral("#4aa3df") : QStringLiteral("#0067a8");
    const QString onAccent = dark ? QStringLiteral("#0c1116") : QStringLiteral("#ffffff");
    const QString danger = dark ? QStringLiteral("#4a2a20") : QStringLiteral("#fdeae2");
    const QString dangerLine = dark ? QStringLiteral("#8a4a32") : QStringLiteral("#e7b39c");
    const QString notice = dark ? QStringLiteral("#20344a") : QStringLiteral("#e3f0fa");
    QString sheet = QStringLiteral(R"(
QToolBar { border: none; spacing: 6px; padding: 4px 8px; background: PANEL; }
QToolBar#mainToolBar { border-bottom: 1px solid LINE; }
QToolBar#budgetToolBar { border-top: 1px solid LINE; padding: 6px 10px; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; font-weight: 600; }
QDockWidget::title { background: PANEL; padding: 6px 8px 4px 8px; text-align: left; }
QTabBar::tab { padding: 6px 12px; border: none; border-bottom: 2px solid transparent; color: MUTED; }
QTabBar::tab:selected { border-bottom: 2px solid ACCENT; color: palette(window-text); }
QTabBar::tab:hover { color: palette(window-text); }
QHeaderView { background: CARD; }
QHeaderView::section { background: CARD; border: none; border-bottom: 1px solid LINE; padding: 4px 4px; color: MUTED; }
QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-origin: padding; subcontrol-position: top center; width: 10px; height: 7px; }
QTableView, QListView, QPlainTextEdit, QTextBrowser, QScrollArea#inspectorScroll { border: 1px solid LINE; border-radius: 4px; }
QTableView { gridline-color: LINE; }
QStatusBar { border-top: 1px solid LINE; }
QStatusBar::item { border: none; }
QFrame[card="true"] { background: CARD; border: 1px solid LINE; border-radius: 6px; }
QLabel[role="caption"] { color: MUTED; }
QLabel[role="error"] { color: ALERT; }
QLabel[role="section"] { color: MUTED; font-weight: 600; }
QLabel[role="figure"] { font-weight: 600; }
QLabel[role="title"] { font-size: 20pt; font-weight: 600; }
QFrame[chip="true"] { background: CHIP; border: none; border-radius: 11px; }
QFrame[chip="true"] QToolButton { border: none; background: transparent; padding: 0px; }
QToolButton[checkable="true"] { background: CARD; border: 1px solid FRAME; border-radius: 4px; padding: 3px 8px; }
QToolButton[checkable="true"]:hover { border-color: MUTED; }
QToolButton[checkable="true"]:focus { border-color: ACCENT; }
QToolButton[checkable="true"]:checked { background: CHIP; border-color: ACCENT; font-weight: 600; }
QToolButton[checkable="true"]:disabled { color: MUTED; border-color: LINE; }
QLineEdit { background: CARD; border: 1px solid FRAME; border-radius: 4px; padding: 2px 4px; }
QLineEdit:focus { border: 1px solid ACCENT; }
QLineEdit:disabled { color: MUTED; border-color: LINE; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { background: transparent; border: none; padding: 0px; }
QLineEdit#searchField { background: CARD; border: 1px solid LINE; border-radius: 4px; padding: 3px 6px; }
QLineEdit#searchField:focus { border: 1px solid ACCENT; }
QLabel#dropZone { border: 1px dashed FRAME; border-radius: 8px; }
QFrame#messageBar, QFrame#hintBar { background: NOTICE; border: 1px solid LINE; border-radius: 4px; }
QFrame#messageBar[error="true"] { background: DANGER; border: 1px solid DLINE; }
QCheckBox::indicator, QTableView::indicator { width: 13px; height: 13px; border: 1px solid MUTED; border-radius: 3px; background: CARD; }
QCheckBox::indicator:checked, QTableView::indicator:checked { background: ACCENT; border-color: ACCENT; image: url(:/icons/check-TICK.svg); }
QCheckBox::indicator:disabled, QTableView::indicator:disabled { border-color: LINE; }
QCheckBox::indicator:checked:disabled, QTableView::indicator:checked:disabled { background: MUTED; }
QRadioButton::indicator { width: 13px; height: 13px; border: 1px solid MUTED; border-radius: 7px; background: CARD; }
QRadioButton::indicator:checked { width: 7px; height: 7px; border: 4px solid ACCENT; background: ONACC; border-radius: 7px; }
QRadioButton::indicator:focus { border-color: palette(window-text); }
QPushButton[primary="true"] { background: ACCENT; color: ONACC; border: 1px solid ACCENT; border-radius: 4px; padding: 6px 14px; font-weight: 600; }
QPushButton[primary="true"]:hover { border: 1px solid palette(window-text); }
QPushButton[primary="true"]:focus { border: 2px solid palette(window-text); padding: 5px 13px; }
QPushButton[primary="true"]:disabled { background: LINE; color: MUTED; border: 1px solid LINE; }
)");
    sheet.replace(QLatin1String("DLINE"), dangerLine)
        .replace(QLatin1String("TICK"), dark ? QLatin1String("dark") : QLatin1String("light"))
        .replace(QLatin1String("ONACC"), onAccent)
        .replace(QLatin1String("FRAME"), frame)
        .replace(QLatin1String("LINE"), line)
        .replace(QLatin1String("PANEL"), panel)
        .replace(QLatin1String("CARD"), card)
        .replace(QLatin1String("MUTED"), muted)
        .replace(QLatin1String("CHIP"), chip)
        .replace(QLatin1String("ACCENT"), accent)
        .replace(QLatin1String("DANGER"), danger)
        .replace(QLatin1String("NOTICE"), notice)
        .replace(QLatin1String("ALERT"), dark ? QStringLiteral("#f2a285") : QStringLiteral("#a63d17"));
    return sheet;
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
        QApplication::setStyle(new FieldStyle);
        parts = new ThemeParts(&application);
    }
    QApplication::setPalette(makePalette(dark));
    parts->setStyleSheet(styleSheet(dark));
}

}  // namespace exitscope::gui
