// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QToolButton;

namespace exitscope::gui {

/// A titled part of the inspector that the user can open and close.
class Section : public QWidget {
    Q_OBJECT
public:
    /// Takes ownership of `content`. `objectName` is given to the button. Closed at first.
    Section(const QString& objectName, const QString& title, const QString& toolTip, QWidget* content,
            QWidget* parent = nullptr);
    [[nodiscard]] bool isOpen() const;

signals:
    void opened();

private:
    QToolButton* button_ = nullptr;
};

}  // namespace exitscope::gui
