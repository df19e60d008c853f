// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QDockWidget;
class QMainWindow;

namespace exitscope::app {

/// Keeps the docks above the central widget at a constant share of the height when the window is resized and when docks
/// and bars are shown or hidden; QMainWindow by itself changes only the central widget. The user sets the share by
/// moving the separator.
class TopDockShare : public QObject {
public:
    /// `window` must already have its central widget.
    explicit TopDockShare(QMainWindow* window);
    /// Call after the program has arranged or restored the docks: keeps their present share from now on.
    void learn();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    [[nodiscard]] QDockWidget* front() const;
    [[nodiscard]] int tabHeight(const QDockWidget& dock) const;
    void remember();
    void keep();

    QMainWindow* window_;
    double share_ = 0;  ///< of the height of the docks and the central widget; 0 = none known
    int windowHeight_ = 0;
    bool arranging_ = false;  ///< true while this object itself changes sizes
};

}  // namespace exitscope::app
