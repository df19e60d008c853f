// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QComboBox;
class QToolBar;
class QToolButton;

namespace exitscope::app {

class Session;

/// The boxes of the tool bar that choose method, cost model, schedule and pooling of the session, and show what is
/// chosen.
class ChoiceBoxes : public QObject {
    Q_OBJECT
public:
    /// Adds the boxes to `bar`, which owns this object; `session` outlives it.
    ChoiceBoxes(Session& session, QToolBar& bar);

private:
    QComboBox* addBox(const QString& label, const QString& name, const QString& accessibleName);
    void makePolicyBox();
    void makeCostBox();
    void makeScheduleBox();
    void makePooledBox();
    void showAnalysis();
    void showSchedules();

    Session& session_;
    QToolBar& bar_;
    QComboBox* policy_ = nullptr;
    QComboBox* cost_ = nullptr;
    QComboBox* schedule_ = nullptr;
    QToolButton* pooled_ = nullptr;
};

}  // namespace exitscope::app
