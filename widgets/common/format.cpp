// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/format.h"

#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QStringList>

#include "widgets/plots/canvas.h"

namespace exitscope::gui {

QString text(std::string_view value)
{
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

QString count(std::size_t value)
{
    return plots::count_text(value);
}

QString percent(double fraction, int decimals)
{
    if (!std::isfinite(fraction))
        return QStringLiteral("-");
    return QString::number(100.0 * fraction, 'f', decimals) + QStringLiteral(" %");
}

QString unbroken(QString text)
{
    return text.replace(QLatin1String(" %"), QStringLiteral("\u00a0%"));
}

QString interval(const analyse::Proportion& share)
{
    if (share.samples == 0)
        return QStringLiteral("-");
    return QStringLiteral("%1 % [%2, %3]")
        .arg(100.0 * share.value, 0, 'f', 1)
        .arg(100.0 * share.low, 0, 'f', 1)
        .arg(100.0 * share.high, 0, 'f', 1);
}

QString quantity(double value)
{
    static constexpr std::array<const char*, 5> prefixes = {"", "k", "M", "G", "T"};
    if (!std::isfinite(value))
        return QStringLiteral("-");
    std::size_t step = 0;
    while (std::abs(value) >= 1000.0 && step + 1 < prefixes.size()) {
        value /= 1000.0;
        ++step;
    }
    const double magnitude = std::abs(value);
    const int decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
    const QString number = QString::number(value, 'f', step == 0 && value == std::floor(value) ? 0 : decimals);
    return step == 0 ? number : number + QLatin1Char(' ') + QLatin1String(prefixes[step]);
}

QString duration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return QStringLiteral("-");
    const auto whole = static_cast<qlonglong>(std::llround(seconds));
    if (whole < 60)
        return QCoreApplication::translate("format", "%1 s").arg(whole);
    if (whole < 3600)
        return QCoreApplication::translate("format", "%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return QCoreApplication::translate("format", "%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
}

QString pathText(const run::State& state)
{
    const auto pass = [](const std::vector<Precision>& path) {
        QStringList parts;
        for (std::size_t i = 0; i < path.size();) {
            std::size_t end = i;
            while (end < path.size() && path[end] == path[i])
                ++end;
            QString part = text(path[i].name());
            if (end - i > 1)
                part += QStringLiteral(" ×%1").arg(end - i);
            parts << part;
            i = end;
        }
        return parts.join(QStringLiteral(", "));
    };
    return state.first_pass.empty() ? pass(state.path)
                                    : pass(state.first_pass) + QStringLiteral(" | ") + pass(state.path);
}

QString className(const run::Run& run, std::int32_t label)
{
    if (label < 0)
        return QStringLiteral("-");
    const auto index = static_cast<std::size_t>(label);
    if (index < run.class_names.size() && !run.class_names[index].empty())
        return text(run.class_names[index]);
    return QString::number(label);
}

}  // namespace exitscope::gui
