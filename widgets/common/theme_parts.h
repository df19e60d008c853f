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
/// as a whole. With one sheet for the whole application, Qt's usual way, a change of the theme would restyle hundreds
/// of widgets in one event; this class does it part by part, visible parts first.
class ThemeParts : public QObject {
    Q_OBJECT
public:
    explicit ThemeParts(QObject* application);
    ~ThemeParts() override;

    /// Styles all existing parts within the next turns of the event loop, and later ones when they appear.
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
    std::size_t seen_ = 0;                   ///< number of visible parts among them
    QTimer turn_;
};

}  // namespace exitscope::gui
