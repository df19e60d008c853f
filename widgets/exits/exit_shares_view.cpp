// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/exits/exit_shares_view.h"

#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/plots/exit_shares.h"

namespace exitscope::gui {

ExitSharesView::ExitSharesView(QWidget* parent)
    : PointView(tr("Shows where the samples leave, once a run is open."), parent)
{
    plot_ = new Plot(QStringLiteral("exitSharesPlot"), tr("Share of samples that leave at each exit"), this);
    setContent(plot_);
    connect(plot_, &Plot::clicked, this, &ExitSharesView::pick);
}

void ExitSharesView::drawPoint()
{
    const QString note = tr("Chosen on %1 (%2 samples), scored on %3 (%4 samples). Click a bar to filter.")
                             .arg(text(point()->run->fit.dataset), count(point()->run->fit.samples),
                                  text(point()->run->test.dataset), count(point()->run->test.samples));
    shares_ = report::exit_shares(*point()->run, point()->decisions);
    plot_->setDrawing([shares = shares_, note](QCustomPlot& canvas, const plots::Theme& theme) {
        plots::draw_exit_shares(canvas, shares, note, theme);
    });
}

void ExitSharesView::pick(const QPointF& position)
{
    if (!point())
        return;
    const auto segment = plots::exit_share_at(*plot_, shares_, position);
    if (!segment)
        return;
    std::vector<Filter> filters{{Filter::Kind::exit, static_cast<std::int32_t>(segment->exit)}};
    if (segment->precision)
        filters.push_back({Filter::Kind::precision, static_cast<std::int32_t>(*segment->precision)});
    if (segment->good)
        filters.push_back({Filter::Kind::good, *segment->good ? 1 : 0});
    emit filtersPicked(filters);
}

}  // namespace exitscope::gui
