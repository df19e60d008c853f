// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/decimal_box.h"

namespace exitscope::gui {

DecimalBox::DecimalBox(QWidget* parent) : QDoubleSpinBox(parent)
{
    setLocale(QLocale::c());
}

QValidator::State DecimalBox::validate(QString& input, int& position) const
{
    input.replace(QLatin1Char(','), QLatin1Char('.'));
    return QDoubleSpinBox::validate(input, position);
}

}  // namespace exitscope::gui
