// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStackedWidget>

class QLabel;

namespace exitscope::gui {

/// A view's content, or, while it is empty, a hint that tells the user how to fill it.
class HintStack : public QStackedWidget {
    Q_OBJECT
public:
    /// Takes ownership of `content`.
    HintStack(QWidget* content, const QString& hint, QWidget* parent = nullptr);
    void showContent() { setCurrentIndex(0); }
    void showHint(const QString& hint);
    [[nodiscard]] bool showsContent() const { return currentIndex() == 0; }

private:
    QLabel* hint_ = nullptr;
};

}  // namespace exitscope::gui
