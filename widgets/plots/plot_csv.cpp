// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_csv.h"

#include <QStringList>

#include <qcustomplot.h>

namespace exitscope::plots {
namespace {

/// RFC 4180.
QString cell(QString text)
{
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n')))
        return text;
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

QString number(double value)
{
    return qIsFinite(value) ? QString::number(value, 'g', 12) : QString();
}

const QCPErrorBars* bars_of(const QCustomPlot& plot, const QCPAbstractPlottable* series)
{
    for (int i = 0; i < plot.plottableCount(); ++i)
        if (const auto* bars = qobject_cast<const QCPErrorBars*>(const_cast<QCustomPlot&>(plot).plottable(i));
            bars && bars->dataPlottable() == series)
            return bars;
    return nullptr;
}

void add_series(QStringList& lines, const QCustomPlot& plot, const QCPAbstractPlottable& series,
                const QCPPlottableInterface1D& data)
{
    const QCPErrorBars* bars = bars_of(plot, &series);
    for (int i = 0; i < data.dataCount(); ++i) {
        const double value = data.dataMainValue(i);
        QString low;
        QString high;
        if (bars && i < bars->data()->size()) {
            low = number(value - bars->data()->at(i).errorMinus);
            high = number(value + bars->data()->at(i).errorPlus);
        }
        lines.push_back(QStringList{cell(series.name()), number(data.dataMainKey(i)), number(value), low, high}.join(
            QLatin1Char(',')));
    }
}

}  // namespace

Expected<std::string> plot_csv(QCustomPlot& plot)
{
    QStringList lines{QStringList{QStringLiteral("series"), cell(plot.xAxis->label()), cell(plot.yAxis->label()),
                                  QStringLiteral("low"), QStringLiteral("high")}
                          .join(QLatin1Char(','))};
    for (int i = 0; i < plot.plottableCount(); ++i) {
        QCPAbstractPlottable* series = plot.plottable(i);
        const QCPPlottableInterface1D* data = series->interface1D();
        if (data && !series->name().isEmpty() && !qobject_cast<QCPErrorBars*>(series))
            add_series(lines, plot, *series, *data);
    }
    if (lines.size() == 1)
        return unsupported({}, "the drawing has no series of numbers; its table has them");
    return (lines.join(QLatin1Char('\n')) + QLatin1Char('\n')).toStdString();
}

}  // namespace exitscope::plots
