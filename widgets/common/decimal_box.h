// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace exitscope::gui {

/// A number field with a decimal point in every language, like all numbers of the window; a typed comma is read as one.
class DecimalBox : public QDoubleSpinBox {
    Q_OBJECT
public:
    explicit DecimalBox(QWidget* parent = nullptr);
    QValidator::State validate(QString& input, int& position) const override;
};

}  // namespace exitscope::gui
