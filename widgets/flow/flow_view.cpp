// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/flow/flow_view.h"

#include <QHBoxLayout>
#include <QMouseEvent>
#include <QStackedWidget>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

#include "core/analysis/analyse/proportion.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"

namespace exitscope::gui {

FlowView::FlowView(QWidget* parent)
    : PointView(tr("Shows how the samples flow through the stages, once a run is open."), parent)
{
    setObjectName(QStringLiteral("flowView"));
    plot_ =
        new Plot(QStringLiteral("flowPlot"), tr("Flow of the samples from stage to stage and out of the exits"), this);
    table_ = new FactTable(QStringLiteral("flowTable"), tr("Flow of the samples as numbers"), this);
    pages_ = new QStackedWidget(this);
    pages_->addWidget(plot_);
    pages_->addWidget(table_);
    asTable_ = new QToolButton(this);
    asTable_->setObjectName(QStringLiteral("flowAsTable"));
    asTable_->setText(tr("Numbers"));
    asTable_->setAccessibleName(tr("Show the flow as a table of numbers"));
    asTable_->setToolTip(asTable_->accessibleName());
    asTable_->setCheckable(true);

    auto* content = new QWidget(this);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    top->addStretch(1);
    top->addWidget(asTable_);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(top);
    column->addWidget(pages_, 1);
    setContent(content);

    connect(asTable_, &QToolButton::toggled, this, [this](bool on) { pages_->setCurrentIndex(on ? 1 : 0); });
    connect(table_, &FactTable::picked, this, [this](int row) { pick(static_cast<std::size_t>(row)); });
    connect(plot_, &QCustomPlot::mouseMove, this, &FlowView::moved);
    connect(plot_, &Plot::clicked, this, [this](const QPointF& position) {
        if (const auto part = plots::flow_part_at(*plot_, position))
            pick(*part);
    });
}

void FlowView::drawPoint()
{
    const QString note = tr("Colour: precision at which the next stage runs. Width: number of samples. Chosen on %1 "
                            "(%2 samples), scored "
                            "on %3 (%4 samples). Click a stream or a bar to filter.")
                             .arg(text(point()->run->fit.dataset), count(point()->run->fit.samples),
                                  text(point()->run->test.dataset), count(point()->run->test.samples));
    plot_->setDrawing(
        [run = point()->run, flow = analyse::stage_flow(*point()->run, point()->decisions.state),
         note](QCustomPlot& canvas, const plots::Theme& theme) { plots::draw_flow(canvas, *run, flow, note, theme); });
    parts_ = plots::flow_parts(*plot_);
    fillTable();
}

void FlowView::fillTable()
{
    std::vector<std::vector<Fact>> rows;
    const double samples = std::max<double>(1, double(point()->decisions.state.size()));
    for (const plots::FlowPart& part : parts_) {
        const std::size_t known = part.right + part.wrong;
        const double accuracy = known > 0 ? double(part.right) / double(known) : 0;
        rows.push_back({fact(part.title), fact(count(part.count), double(part.count)),
                        fact(percent(double(part.count) / samples), double(part.count) / samples),
                        fact(part.good || known == 0 ? QStringLiteral("-") : percent(accuracy), accuracy)});
    }
    table_->setFacts({tr("Samples that"), tr("Number"), tr("Share"), labelled() ? tr("Right") : tr("As full model")},
                     std::move(rows));
}

void FlowView::pick(std::size_t part)
{
    if (part >= parts_.size() || !point())
        return;
    auto set = std::make_shared<NamedSet>();
    set->title = parts_[part].title;
    set->run = point()->run;
    set->members.assign(point()->run->states.size(), 0);
    for (const StateIndex state : parts_[part].states)
        set->members[state.at()] = 1;
    std::vector<Filter> filters{{.kind = Filter::Kind::way, .set = std::move(set)}};
    if (parts_[part].good)
        filters.push_back({Filter::Kind::good, *parts_[part].good ? 1 : 0});
    emit filtersPicked(filters);
}

void FlowView::moved(QMouseEvent* event)
{
    const auto part = event->buttons() ? std::nullopt : plots::flow_part_at(*plot_, event->position());
    if (plots::highlight_flow_part(*plot_, part))
        plot_->replot(QCustomPlot::rpQueuedReplot);
    if (part && *part < parts_.size())
        QToolTip::showText(event->globalPosition().toPoint() + QPoint(6, 6), hoverText(parts_[*part]), plot_);
    else
        QToolTip::hideText();
}

QString FlowView::hoverText(const plots::FlowPart& part) const
{
    const std::size_t samples = point() ? point()->decisions.state.size() : 0;
    QString hover = tr("%1\n%2 of %3 samples (%4)")
                        .arg(part.title, count(part.count), count(samples),
                             percent(samples > 0 ? double(part.count) / double(samples) : 0));
    if (!part.good && part.right + part.wrong > 0)
        hover += (labelled() ? tr("\n%1 right") : tr("\n%1 as the full model"))
                     .arg(interval(analyse::proportion(part.right, part.right + part.wrong)));
    return hover + tr("\nClick: filter these samples");
}

}  // namespace exitscope::gui
