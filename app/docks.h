// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QObject>
#include <QString>

class QDockWidget;
class QMainWindow;
class QWidget;

namespace exitscope::app {

class TopDockShare;

/// Makes the docks of a window and arranges them: those of the top area as tabs of one another, in the order in which
/// they were added.
class Docks : public QObject {
    Q_OBJECT
public:
    /// `window` has its central widget.
    explicit Docks(QMainWindow& window);

    /// Where a dock is until the user moves it.
    struct Place {
        Qt::DockWidgetArea area = Qt::TopDockWidgetArea;
        int width = 0;      ///< 0 = as it comes
        bool shown = true;  ///< false: the user opens it from the menu View
    };
    /// Around `content`, which is visible only while it can be seen. Hidden until arrange() or restore().
    QDockWidget* add(const QString& title, const char* name, QWidget* content, const Place& place);
    /// Every dock back in its place.
    void arrange();
    /// The arrangement as restore() reads it.
    [[nodiscard]] QByteArray layout() const;
    /// False, and nothing has changed, for what layout() did not write.
    bool restore(const QByteArray& layout);
    /// Tabs say the title already.
    void hideDoubleTitles();

private:
    struct Entry {
        QDockWidget* dock;
        Place place;
    };
    void resize();

    QMainWindow& window_;
    TopDockShare* topShare_;
    std::vector<Entry> docks_;
};

}  // namespace exitscope::app
