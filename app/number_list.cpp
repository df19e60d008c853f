// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/number_list.h"

#include <cmath>

#include <QStringList>

namespace exitscope::app {

QString joined(const std::vector<float>& values)
{
    QStringList list;
    for (const float value : values)
        list << QString::number(double(value), 'g', 6);
    return list.join(QStringLiteral(", "));
}

Expected<std::optional<std::vector<float>>> parseNumbers(const QString& what, const QString& list)
{
    if (list.trimmed().isEmpty())
        return std::nullopt;
    std::vector<float> numbers;
    for (const QString& part : list.split(QLatin1Char(','))) {
        bool isNumber = false;
        numbers.push_back(part.trimmed().toFloat(&isNumber));
        if (!isNumber || !std::isfinite(numbers.back()))
            return fail(ErrorCode::usage, what.toStdString(),
                        "\"" + part.trimmed().toStdString() +
                            "\" is not a number; one per channel, separated by commas");
    }
    return numbers;
}

}  // namespace exitscope::app
