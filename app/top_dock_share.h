// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QDockWidget;
class QMainWindow;

namespace exitscope::app {

/// Keeps the share of the height that the docks above the central widget have when the window changes its height and
/// when docks and bars come and go; QMainWindow alone gives every change to the central widget. The user's separator
/// sets the share.
class TopDockShare : public QObject {
public:
    /// `window` has its central widget.
    explicit TopDockShare(QMainWindow* window);
    /// The program arranges or restores the docks: from here on their share is the one to keep.
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
    bool arranging_ = false;  ///< sizes are this object's own
};

}  // namespace exitscope::app
