// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/exits/exit_shares_view.h"

#include <cmath>

#include <QMouseEvent>

#include "core/analysis/report/exit_shares.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/plots/exit_shares.h"

namespace exitscope::gui {

ExitSharesView::ExitSharesView(QWidget* parent)
    : PointView(tr("Shows where the samples leave, once a run is open."), parent)
{
    plot_ = new Plot(QStringLiteral("exitSharesPlot"), tr("Share of samples that leave at each exit"), this);
    setContent(plot_);
    connect(plot_, &QCustomPlot::mouseRelease, this, &ExitSharesView::clicked);
}

void ExitSharesView::drawPoint()
{
    const QString note = tr("Chosen on %1 (%2 samples), scored on %3 (%4 samples). Click a bar to filter.")
                             .arg(text(point()->run->fit.dataset), count(point()->run->fit.samples),
                                  text(point()->run->test.dataset), count(point()->run->test.samples));
    plot_->setDrawing([shares = report::exit_shares(*point()->run, point()->decisions),
                       note](QCustomPlot& canvas, const plots::Theme& theme) {
        plots::draw_exit_shares(canvas, shares, note, theme);
    });
}

void ExitSharesView::clicked(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !point() || !point()->decided())
        return;
    // draw_exit_shares() adds right and wrong (or one bar without labels), then one bar a precision
    const int outcomes = labelled() ? 2 : 1;
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
