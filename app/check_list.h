// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QFrame>

#include "core/deploy/evaluate/input_checks.h"

class QLabel;
class QVBoxLayout;

namespace exitscope::app {

/// What is to be known before the model is evaluated on the data, one line each, worst first. Hidden while there is
/// nothing to say.
class CheckList : public QFrame {
    Q_OBJECT
public:
    explicit CheckList(QWidget* parent = nullptr);

    void setChecks(const std::vector<evaluate::InputCheck>& checks);

private:
    QVBoxLayout* lines_ = nullptr;
    QLabel* summary_ = nullptr;
};

}  // namespace exitscope::app
