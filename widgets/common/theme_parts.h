// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>

#include <QObject>
#include <QPointer>
#include <QString>
#include <QTimer>
#include <QWidget>

namespace exitscope::gui {

/// Gives every part of every window the theme's style sheet: the direct children of a main window, and other windows
/// as a whole. One sheet for the whole application would be Qt's way, but then a change of the theme styles hundreds of
/// widgets anew in one event; this does one part after another, first those that can be seen.
class ThemeParts : public QObject {
    Q_OBJECT
public:
    explicit ThemeParts(QObject* application);
    ~ThemeParts() override;

    /// For every part there is, within the next turns of the event loop, and for those to come.
    void setStyleSheet(const QString& sheet);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void add(QWidget& widget);
    void next();
    void freeze(bool frozen);

    QString sheet_;
    std::deque<QPointer<QWidget>> parts_;
    std::deque<QPointer<QWidget>> waiting_;  ///< to be styled
    std::size_t seen_ = 0;                   ///< how many of them can be seen
    QTimer turn_;
};

}  // namespace exitscope::gui
