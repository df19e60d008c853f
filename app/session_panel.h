// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>

#include <QWidget>

class QAction;
class QLabel;
class QPushButton;

namespace exitscope::gui {
class ElidedLabel;
class FilterBar;
}  // namespace exitscope::gui

namespace exitscope::app {

class CheckList;
class Session;

/// Panel with the open model, data and run, the button that evaluates, and the filters.
class SessionPanel : public QWidget {
    Q_OBJECT
public:
    SessionPanel(Session& session, QAction* openModel, QAction* openData, QAction* evaluate, QAction* evaluateSettings,
                 QAction* addExits, QAction* modelOptions, QWidget* parent = nullptr);

    [[nodiscard]] gui::FilterBar* filterBar() const { return filters_; }

private:
    struct Card {
        QWidget* frame = nullptr;
        gui::ElidedLabel* name = nullptr;
        QLabel* facts = nullptr;
    };
    Card makeCard(const QString& title, std::initializer_list<QAction*> actions);
    void refreshModel();
    void refreshData();
    void refreshRun();
    void refreshChecks();
    void refreshNotices();
    void refreshHint();
    /// Whether a check says that an evaluation cannot run.
    [[nodiscard]] bool impossible() const;

    Session& session_;
    Card model_;
    Card data_;
    Card run_;
    QPushButton* evaluate_ = nullptr;
    QPushButton* settings_ = nullptr;
    QPushButton* addExits_ = nullptr;
    QLabel* hint_ = nullptr;
    CheckList* checks_ = nullptr;
    CheckList* notices_ = nullptr;
    gui::FilterBar* filters_ = nullptr;
};

}  // namespace exitscope::app
