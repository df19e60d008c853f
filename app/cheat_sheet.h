// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

class QAction;

namespace exitscope::app {

/// A list of all actions with their shortcuts, by menu, and of the keys and mouse actions in the views.
class CheatSheet : public QDialog {
    Q_OBJECT
public:
    struct Group {
        QString title;
        QList<QAction*> actions;
    };
    explicit CheatSheet(const QList<Group>& groups, QWidget* parent = nullptr);
};

}  // namespace exitscope::app
