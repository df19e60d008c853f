// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace exitscope::gui {

/// A number with a decimal point in every language, as all numbers of the window are shown; a typed comma is one, too.
class DecimalBox : public QDoubleSpinBox {
    Q_OBJECT
public:
    explicit DecimalBox(QWidget* parent = nullptr);
    QValidator::State validate(QString& input, int& position) const override;
};

}  // namespace exitscope::gui
