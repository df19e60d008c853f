// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace exitscope::gui {

class ElidedLabel;

/// A bar with a sentence about the next step, a button for the next hint and one to close. Never takes the focus.
class HintBar : public QFrame {
    Q_OBJECT
public:
    explicit HintBar(QWidget* parent = nullptr);

    /// `step` of `steps`, from 1.
    void present(const QString& sentence, int step, int steps);

signals:
    void nextRequested();
    void closeRequested();

private:
    QLabel* step_ = nullptr;
    ElidedLabel* label_ = nullptr;
    QPushButton* next_ = nullptr;
};

}  // namespace exitscope::gui
