// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/exits/exit_shares_view.h"

#include <cmath>

#include <QEvent>
#include <QMouseEvent>
#include <QVBoxLayout>

#include "core/report/exit_shares.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"
#include "widgets/common/plot.h"
#include "widgets/plots/exit_shares.h"

namespace exitscope::gui {
namespace {

constexpr double roomForLegend = 1.35;  ///< above the bars, so that the legend hides no number

}  // namespace

ExitSharesView::ExitSharesView(QWidget* parent) : QWidget(parent)
{
    plot_ = new Plot(QStringLiteral("exitSharesPlot"), tr("Share of samples that leave at each exit"), this);
    hint_ = new HintStack(plot_, tr("Shows where the samples leave, once a run is open."), this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 6);
    layout->addWidget(hint_);
    connect(plot_, &QCustomPlot::mouseRelease, this, &ExitSharesView::clicked);
}

void ExitSharesView::setPoint(const OperatingPoint* point)
{
    point_ = point;
    if (!point_) {
        hint_->showHint(tr("Shows where the samples leave, once a run is open."));
        return;
    }
    hint_->showContent();
    update();
}

void ExitSharesView::update()
{
    stale_ = true;
    if (isVisible())
        refresh();
}

void ExitSharesView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        update();
}

void ExitSharesView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (stale_)
        refresh();
}

void ExitSharesView::refresh()
{
    if (!point_ || !point_->decided())
        return;
    stale_ = false;
    const QString note = tr("Chosen on %1 (%2 samples), scored on %3 (%4 samples). Click a bar to filter.")
                             .arg(text(point_->run->fit.dataset), count(point_->run->fit.samples),
                                  text(point_->run->test.dataset), count(point_->run->test.samples));
    plots::draw_exit_shares(*plot_, report::exit_shares(*point_->run, point_->decisions), note,
                            plots::Theme::of(palette()));
    plot_->yAxis->setRangeUpper(roomForLegend * plot_->yAxis->range().upper);
    plot_->keepRanges();
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void ExitSharesView::clicked(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !point_ || !point_->decided())
        return;
    // draw_exit_shares() adds right and wrong (or one bar without labels), then one bar a precision
    const int outcomes = point_->labelled() ? 2 : 1;
    for (int i = 0; i < plot_->plottableCount(); ++i) {
        auto* bars = qobject_cast<QCPBars*>(plot_->plottable(i));
        if (!bars)
            continue;
        QVariant details;
        if (bars->selectTest(event->position(), false, &details) < 0)
            continue;
        const int hit = details.value<QCPDataSelection>().dataRange().begin();
        if (hit < 0 || hit >= bars->dataCount())
            continue;
        std::vector<Filter> filters{
            {Filter::Kind::exit, static_cast<std::int32_t>(std::lround(bars->dataMainKey(hit)))}};
        if (i >= outcomes)
            filters.push_back({Filter::Kind::precision, i - outcomes});
        else if (outcomes == 2)
            filters.push_back({Filter::Kind::good, i == 0 ? 1 : 0});
        emit filtersPicked(filters);
        return;
    }
}

}  // namespace exitscope::gui
