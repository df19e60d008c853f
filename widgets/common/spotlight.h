// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>

namespace exitscope::gui {

/// A frame around another widget of the same window, which follows that widget. It takes no input and paints only the
/// frame, so that the widget stays visible and usable.
class Spotlight : public QWidget {
    Q_OBJECT
public:
    explicit Spotlight(QWidget* window);

    /// Null removes the frame.
    void setTarget(QWidget* target);
    [[nodiscard]] QWidget* target() const { return target_; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void watch(bool on);
    void follow();

    QPointer<QWidget> target_;
};

}  // namespace exitscope::gui
