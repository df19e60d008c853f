// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QAction;
class QListWidget;
class QPushButton;
class QLabel;

namespace exitscope::app {

/// The first page: ways to start, recent files, and a place to drop files.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);

    void setSampleAvailable(bool available);
    [[nodiscard]] QWidget* sampleButton() const;
    void setRecent(const QStringList& paths);
    /// Offers to restore the session of a program that did not end properly.
    void offerRecovery(const QString& what);

signals:
    void sampleRequested();
    void modelRequested();
    void dataRequested();
    void runRequested();
    void recentRequested(const QString& path);
    void recoveryRequested();

private:
    [[nodiscard]] QLayout* makeHead();
    [[nodiscard]] QLayout* makeStart();
    [[nodiscard]] QLayout* makeRecent();

    QPushButton* sample_ = nullptr;
    QPushButton* recovery_ = nullptr;
    QLabel* sampleHint_ = nullptr;
    QListWidget* recent_ = nullptr;
    QLabel* noRecent_ = nullptr;
};

}  // namespace exitscope::app
