// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "app/jobs.h"

class QLabel;
class QProgressBar;
class QAction;

namespace exitscope::app {

/// What the jobs do, how far they are, the time left, and a button that cancels. Hidden while nothing runs.
class JobBar : public QWidget {
    Q_OBJECT
public:
    /// Without an action there is no button.
    explicit JobBar(QAction* cancel, QWidget* parent = nullptr);

    void setStatus(const JobStatus& status);

private:
    QLabel* what_ = nullptr;
    QProgressBar* bar_ = nullptr;
    QLabel* left_ = nullptr;
};

}  // namespace exitscope::app
