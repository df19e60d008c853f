// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QFrame>

#include "core/deploy/evaluate/input_checks.h"

class QLabel;
class QVBoxLayout;

namespace exitscope::app {

/// What is to be known about model, data or run, one line each. Hidden while there is nothing to say.
class CheckList : public QFrame {
    Q_OBJECT
public:
    explicit CheckList(const QString& title, QWidget* parent = nullptr);

    /// `summary` stands above the lines; empty: none.
    void setChecks(const std::vector<evaluate::InputCheck>& checks, const QString& summary);

private:
    QVBoxLayout* lines_ = nullptr;
    QLabel* summary_ = nullptr;
};

}  // namespace exitscope::app
