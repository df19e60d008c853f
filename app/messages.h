// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

class QMainWindow;
class QPlainTextEdit;
class QToolBar;
class QWidget;

namespace exitscope::gui {
class MessageBar;
}

namespace exitscope::app {

/// What the window says: errors and notices in a bar of their own row, the rest in the log and for some seconds in the
/// status bar. A notice does not replace an error, but goes to the log while one stands.
class Messages : public QObject {
    Q_OBJECT
public:
    explicit Messages(QMainWindow& window);

    /// Has no place in the window yet.
    [[nodiscard]] QWidget* log() const;
    /// After the window's tool bars have been shown or hidden as a whole: the bar is there while it says something.
    void refresh();
    void dismiss();
    /// What failed before is past: an error is taken away, a notice stays.
    void dismissProblem();

public slots:
    void problem(const QString& sentence);
    void notice(const QString& sentence);
    void note(const QString& sentence);

private:
    QMainWindow& window_;
    QToolBar* row_ = nullptr;
    gui::MessageBar* bar_ = nullptr;
    QPlainTextEdit* log_ = nullptr;
};

}  // namespace exitscope::app
