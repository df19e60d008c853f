// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace exitscope::app {

/// The content of a dialog that may be higher than the screen: the dialog grows with it as far as the screen allows,
/// then it scrolls.
class FittingArea : public QScrollArea {
    Q_OBJECT
public:
    /// Takes ownership of `content`.
    explicit FittingArea(QWidget* content, QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    bool eventFilter(QObject* watched, QEvent* event) override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void growWindow();
};

}  // namespace exitscope::app
