// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/error/error_view.h"

#include <cmath>

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "widgets/common/accessible.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"
#include "widgets/common/plot.h"
#include "widgets/plots/reliability.h"

namespace exitscope::gui {
namespace {

constexpr std::size_t bins = 15;
constexpr std::size_t immediateSamples = 20000;  ///< up to here a slider step also redraws this view
constexpr int restMilliseconds = 120;
constexpr double pickPixels = 14;

}  // namespace

ErrorView::ErrorView(QWidget* parent) : QWidget(parent)
{
    plot_ = new Plot(QStringLiteral("errorPlot"), tr("Predicted against actual error"), this);
    scope_ = new QComboBox(this);
    scope_->setObjectName(QStringLiteral("errorScope"));
    nameBox(*scope_, tr("Answers to compare"));
    scope_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    scope_->setMinimumContentsLength(24);
    quality_ = new QLabel(this);
    quality_->setObjectName(QStringLiteral("errorQuality"));
    quality_->setProperty("role", "caption");
    makeSelectable(*quality_);

    auto* content = new QWidget(this);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    top->addWidget(scope_);
    top->addStretch(1);
    top->addWidget(quality_);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(plot_, 1);
    hint_ = new HintStack(content, tr("Shows how far predicted errors can be trusted, once a run is open."), this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 6);
    layout->addWidget(hint_);

    rest_.setSingleShot(true);
    rest_.setInterval(restMilliseconds);
    connect(&rest_, &QTimer::timeout, this, &ErrorView::refresh);
    connect(scope_, &QComboBox::currentIndexChanged, this, &ErrorView::refresh);
    connect(plot_, &QCustomPlot::mouseRelease, this, &ErrorView::clicked);
}

void ErrorView::setPoint(const OperatingPoint* point, std::shared_ptr<const evaluate::Analysis> analysis)
{
    point_ = point;
    analysis_ = std::move(analysis);
    const QSignalBlocker block(scope_);
    scope_->clear();
    scopes_.clear();
    if (!point_ || !analysis_) {
        hint_->showHint(tr("Shows how far predicted errors can be trusted, once a run is open."));
        return;
    }
    const run::Run& run = *point_->run;
    const auto offer = [this](const QString& title, ErrorScope scope) {
        scope_->addItem(title);
        scopes_.push_back(scope);
    };
    offer(tr("Operating point, all exits"), {});
    for (std::size_t e = 0; e < run.exit_count(); ++e)
        offer(tr("Operating point, leaving at exit %1").arg(e + 1),
              {ErrorScope::Kind::exit, static_cast<std::uint32_t>(e)});
    for (std::size_t s = 0; s < run.states.size(); ++s)
        offer(tr("All samples at exit %1 by %2").arg(run.states[s].exit.value + 1).arg(pathText(run.states[s])),
              {ErrorScope::Kind::state, static_cast<std::uint32_t>(s)});
    hint_->showContent();
    update();
}

void ErrorView::update()
{
    stale_ = true;
    if (!point_ || !isVisible())
        return;
    if (point_->run->test.samples <= immediateSamples)
        refresh();
    else
        rest_.start();
}

void ErrorView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        update();
}

void ErrorView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (stale_)
        refresh();
}

void ErrorView::refresh()
{
    const int chosen = scope_->currentIndex();
    if (!point_ || !point_->decided() || !analysis_ || chosen < 0)
        return;
    stale_ = false;
    const ErrorPairs pairs = errorPairs(*point_, analysis_->self_error(), scopes_[static_cast<std::size_t>(chosen)]);
    bins_ = error::reliability(pairs.predicted, pairs.wrong, bins);
    plots::Reliability content;
    content.series.push_back({scope_->currentText(), bins_});
    content.note = tr("Predicted errors fitted on %1 (%2 samples), compared on %3 (%4 samples shown). Bars: 95 % "
                      "Wilson intervals.")
                       .arg(text(point_->run->fit.dataset), count(point_->run->fit.samples),
                            text(point_->run->test.dataset), count(pairs.wrong.size()));
    plots::draw_reliability(*plot_, content, plots::Theme::of(palette()));
    if (!point_->labelled())
        plot_->yAxis->setLabel(tr("Share that differs from the full model (%)"));
    plot_->keepRanges();
    plot_->replot(QCustomPlot::rpQueuedReplot);
    if (pairs.wrong.empty()) {
        quality_->setText(tr("no samples"));
        return;
    }
    const error::Quality quality = error::quality(pairs.predicted, pairs.wrong);
    quality_->setText(tr("AUROC %1   ECE %2   Brier %3   n = %4")
                          .arg(quality.auroc, 0, 'f', 3)
                          .arg(percent(quality.ece))
                          .arg(quality.brier, 0, 'f', 3)
                          .arg(count(quality.samples)));
}

void ErrorView::clicked(QMouseEvent* event)
{
    const ErrorScope scope = scope_->currentIndex() < 0 ? ErrorScope() : scopes_[std::size_t(scope_->currentIndex())];
    if (event->button() != Qt::LeftButton || scope.kind == ErrorScope::Kind::state)
        return;
    const error::ReliabilityBin* nearest = nullptr;
    double best = pickPixels;
    for (const error::ReliabilityBin& bin : bins_) {
        const double away = std::hypot(plot_->xAxis->coordToPixel(100 * bin.predicted) - event->position().x(),
                                       plot_->yAxis->coordToPixel(100 * bin.actual) - event->position().y());
        if (away < best) {
            best = away;
            nearest = &bin;
        }
    }
    if (nearest)
        emit rangePicked(static_cast<float>(nearest->lower_edge), static_cast<float>(nearest->upper_edge));
}

}  // namespace exitscope::gui
