// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/network/training_view.h"

#include <algorithm>
#include <functional>
#include <limits>

#include <QEvent>
#include <QHBoxLayout>

#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/plots/canvas.h"
#include "widgets/plots/theme.h"

namespace exitscope::gui {
namespace {

using exits::EpochReport;
constexpr int redrawMilliseconds = 50;
using Value = std::function<double(const EpochReport&)>;

QColor exitColour(const plots::Theme& theme, std::size_t exit)
{
    return theme.series[exit % theme.series.size()];
}

QCPGraph* addLine(QCustomPlot& plot, const std::vector<EpochReport>& reports, const QPen& pen, const Value& value)
{
    QCPGraph* graph = plot.addGraph();
    graph->setPen(pen);
    graph->setSelectable(QCP::stNone);
    for (const EpochReport& report : reports)
        graph->addData(report.epoch, value(report));
    if (reports.size() == 1)
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, pen.color(), pen.color(), 5));
    return graph;
}

void fitRange(QCPAxis& axis, const std::vector<std::vector<EpochReport>>& reports, const std::vector<Value>& values)
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const std::vector<EpochReport>& exit : reports)
        for (const EpochReport& report : exit)
            for (const Value& value : values) {
                low = std::min(low, value(report));
                high = std::max(high, value(report));
            }
    plots::set_range(axis, low, high, 0.06);
}

void prepareEpochs(QCustomPlot& plot, const plots::Theme& theme, int epochs, const QString& label)
{
    plots::prepare(plot, theme);
    plot.xAxis->setLabel(TrainingView::tr("Epoch"));
    plot.yAxis->setLabel(label);
    plots::set_range(*plot.xAxis, 1, std::max(epochs, 2), 0.02);
}

}  // namespace

TrainingView::TrainingView(QWidget* parent) : QWidget(parent)
{
    loss_ = new Plot(QStringLiteral("trainingLossPlot"), tr("Loss of the heads after every epoch"), this);
    accuracy_ = new Plot(QStringLiteral("trainingAccuracyPlot"), tr("Held-out accuracy after every epoch"), this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(loss_);
    layout->addWidget(accuracy_);
    soon_.setSingleShot(true);
    soon_.setInterval(redrawMilliseconds);
    connect(&soon_, &QTimer::timeout, this, &TrainingView::redraw);
    for (Plot* plot : {loss_, accuracy_})
        plot->setContextMenuPolicy(Qt::NoContextMenu);  // nothing here is exported
}

void TrainingView::start(std::size_t exits, int epochs)
{
    reports_.assign(exits, {});
    epochs_ = epochs;
    redraw();
}

void TrainingView::add(const exits::EpochReport& report)
{
    if (report.exit >= reports_.size())
        return;
    reports_[report.exit].push_back(report);
    if (!soon_.isActive())
        soon_.start();
}

void TrainingView::setHint(const QString& hint)
{
    if (hint == hint_)
        return;
    hint_ = hint;
    redraw();
}

void TrainingView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        redraw();
}

void TrainingView::redraw()
{
    loss_->setDrawing([this](QCustomPlot& canvas, const plots::Theme& theme) { drawLoss(canvas, theme); });
    accuracy_->setDrawing([this](QCustomPlot& canvas, const plots::Theme& theme) { drawAccuracy(canvas, theme); });
}

void TrainingView::drawLoss(QCustomPlot& canvas, const plots::Theme& theme) const
{
    prepareEpochs(canvas, theme, epochs_, tr("Loss (nats)"));
    plots::set_note(canvas, tr("Cross-entropy: held-out images solid, images in training dotted."), theme);
    const Value training = [](const EpochReport& report) { return report.loss; };
    const Value heldOut = [](const EpochReport& report) { return report.held_out_loss; };
    for (std::size_t e = 0; e < reports_.size(); ++e) {
        addLine(canvas, reports_[e], QPen(exitColour(theme, e), 1.4, Qt::DotLine), training);
        addLine(canvas, reports_[e], QPen(exitColour(theme, e), 2), heldOut);
    }
    fitRange(*canvas.yAxis, reports_, {training, heldOut});
    if (std::all_of(reports_.begin(), reports_.end(), [](const auto& exit) { return exit.empty(); }))
        plots::set_message(canvas, hint_, theme);
}

void TrainingView::drawAccuracy(QCustomPlot& canvas, const plots::Theme& theme) const
{
    prepareEpochs(canvas, theme, epochs_, tr("Held-out accuracy (%)"));
    plots::set_note(canvas, tr("Ringed: the epoch of the least held-out loss, whose head is kept."), theme);
    const Value value = [](const EpochReport& report) { return 100 * report.held_out_accuracy; };
    for (std::size_t e = 0; e < reports_.size(); ++e) {
        if (reports_[e].empty())
            continue;
        const EpochReport& best =
            *std::min_element(reports_[e].begin(), reports_[e].end(), [](const EpochReport& a, const EpochReport& b) {
                return a.held_out_loss < b.held_out_loss;
            });
        QCPGraph* line = addLine(canvas, reports_[e], QPen(exitColour(theme, e), 2), value);
        line->setName(
            tr("exit %1, %2: %3").arg(e + 1).arg(text(exits::name(best.kind)), percent(best.held_out_accuracy)));
        QCPGraph* mark = addLine(canvas, {best}, QPen(exitColour(theme, e), 2), value);
        mark->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, exitColour(theme, e), theme.background, 9));
        mark->removeFromLegend();
    }
    fitRange(*canvas.yAxis, reports_, {value});
    plots::show_legend(canvas, Qt::AlignRight | Qt::AlignBottom, theme);
}

}  // namespace exitscope::gui
