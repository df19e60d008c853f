// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/error/error_view.h"

#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

#include "core/analysis/predict/quality.h"
#include "widgets/common/accessible.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/plots/error_curves.h"
#include "widgets/plots/reliability.h"

namespace exitscope::gui {
namespace {

enum Shown { reliability, rocCurve, scores, clusters };

constexpr double pickPixels = 14;
constexpr std::size_t curvePoints = 200;

/// The parts of a drawing that can be clicked, as places on the axes (per cent).
std::vector<QPointF> places(const ErrorPicture& picture, const std::vector<predict::RocPoint>& curve, int shown)
{
    std::vector<QPointF> points;
    if (shown == rocCurve) {
        for (const predict::RocPoint& point : curve)
            points.emplace_back(100 * point.alarms, 100 * point.caught);
    } else {
        for (const predict::ReliabilityBin& bin : shown == clusters ? picture.clusters.clusters : picture.bins)
            points.emplace_back(100 * bin.predicted, 100 * bin.actual);
    }
    return points;
}

}  // namespace

ErrorView::ErrorView(QWidget* parent)
    : PointView(tr("Shows how far predicted errors can be trusted, once a run is open."), parent)
{
    plot_ = new Plot(QStringLiteral("errorPlot"), tr("Predicted against actual error"), this);
    table_ = new FactTable(QStringLiteral("errorTable"), tr("Predicted and actual error as numbers"), this);
    shown_ = makeBox("errorShown", tr("How predicted errors are judged"), this);
    shown_->addItems({tr("Reliability"), tr("ROC"), tr("Right and wrong"), tr("Clusters")});
    scope_ = makeBox("errorScope", tr("Answers to compare"), this);
    scope_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    scope_->setMinimumContentsLength(18);
    asTable_ = new QToolButton(this);
    asTable_->setObjectName(QStringLiteral("errorAsTable"));
    asTable_->setText(tr("Numbers"));
    asTable_->setAccessibleName(tr("Show predicted and actual error as a table of numbers"));
    asTable_->setToolTip(asTable_->accessibleName());
    asTable_->setCheckable(true);
    quality_ = new QLabel(this);
    quality_->setObjectName(QStringLiteral("errorQuality"));
    quality_->setProperty("role", "caption");
    quality_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    quality_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    makeSelectable(*quality_);

    auto* content = new QWidget(this);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    top->addWidget(shown_);
    top->addWidget(scope_);
    top->addWidget(quality_, 1);
    top->addWidget(asTable_);
    pages_ = new QStackedWidget(content);
    pages_->addWidget(plot_);
    pages_->addWidget(table_);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(pages_, 1);
    setContent(content);

    connect(scope_, &QComboBox::currentIndexChanged, this, &ErrorView::redraw);
    connect(shown_, &QComboBox::currentIndexChanged, this, &ErrorView::draw);
    connect(asTable_, &QToolButton::toggled, this, [this](bool on) { pages_->setCurrentIndex(on ? 1 : 0); });
    connect(table_, &FactTable::picked, this, [this](int row) { pick(static_cast<std::size_t>(row)); });
    connect(plot_, &Plot::clicked, this, [this](const QPointF& position) {
        if (const auto part = partAt(position))
            pick(*part);
    });
    connect(plot_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        const auto part = event->buttons() ? std::nullopt : partAt(event->position());
        QToolTip::showText(event->globalPosition().toPoint() + QPoint(6, 6), part ? hoverText(*part) : QString(),
                           plot_);
    });
}

void ErrorView::basisChanged()
{
    work_.cancel();
    picture_ = {};
    curve_.clear();
    const QSignalBlocker block(scope_);
    scope_->clear();
    scopes_.clear();
    if (!point())
        return;
    const run::Run& run = *point()->run;
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
}

void ErrorView::drawPoint()
{
    const int chosen = scope_->currentIndex();
    if (!point()->analysis || chosen < 0)
        return;
    work_.start(
        [now = point(), scope = scopes_[static_cast<std::size_t>(chosen)]] {
            return errorPicture(*now, *now->analysis, scope);
        },
        [this](ErrorPicture picture) {
            picture_ = std::move(picture);
            curve_ = predict::thinned(picture_.roc.points, curvePoints);
            draw();
        });
}

QString ErrorView::note() const
{
    QString basis = tr("Predicted errors fitted on %1 (%2 samples), compared on %3 (%4 samples shown).")
                        .arg(text(point()->run->fit.dataset), count(point()->run->fit.samples),
                             text(point()->run->test.dataset), count(picture_.pairs.wrong.size()));
    switch (shown_->currentIndex()) {
    case rocCurve:
        return basis + tr(" Flagged: predicted error at least a threshold. Interval: 95 %, bootstrap over images.");
    case scores: return basis;
    case clusters:
        return basis + tr(" %1 clusters of alike answers (k-means of their statistics); bars: 95 % Wilson intervals. "
                          "Click a disc to filter.")
                           .arg(picture_.clusters.clusters.size());
    default: return basis + tr(" Bars: 95 % Wilson intervals.");
    }
}

void ErrorView::draw()
{
    if (!point() || !point()->decided())
        return;
    plot_->setDrawing([this, shown = shown_->currentIndex(), scope = scope_->currentText(), note = note(),
                       labelled = labelled()](QCustomPlot& canvas, const plots::Theme& theme) {
        switch (shown) {
        case rocCurve: plots::draw_roc(canvas, picture_.roc, picture_.intervals.auroc, note, theme); break;
        case scores: plots::draw_scores(canvas, picture_.scores, note, theme); break;
        case clusters: plots::draw_error_clusters(canvas, picture_.clusters.clusters, note, theme); break;
        default: plots::draw_reliability(canvas, {{{scope, picture_.bins}}, note}, theme); break;
        }
        if (!labelled && (shown == reliability || shown == clusters))
            canvas.yAxis->setLabel(tr("Share that differs from the full model (%)"));
    });
    fillTable();
    if (picture_.pairs.wrong.empty()) {
        quality_->setText(tr("no samples"));
        return;
    }
    const predict::Quality& quality = picture_.quality;
    quality_->setText(tr("AUROC %1   ECE %2   n = %3")
                          .arg(quality.auroc, 0, 'f', 3)
                          .arg(percent(quality.ece), count(quality.samples)));
    const predict::QualityIntervals& intervals = picture_.intervals;
    quality_->setToolTip(tr("AUROC %1 [%2, %3]\nECE %4 [%5, %6]\nBrier score %7\n%8 samples; intervals: 95 %, "
                            "bootstrap over images")
                             .arg(quality.auroc, 0, 'f', 3)
                             .arg(intervals.auroc.low, 0, 'f', 3)
                             .arg(intervals.auroc.high, 0, 'f', 3)
                             .arg(percent(quality.ece), percent(intervals.ece.low), percent(intervals.ece.high))
                             .arg(quality.brier, 0, 'f', 3)
                             .arg(count(quality.samples)));
}

void ErrorView::fillTable()
{
    std::vector<std::vector<Fact>> rows;
    const auto share = [](double value) { return fact(percent(value, 2), value); };
    if (shown_->currentIndex() == rocCurve) {
        for (const predict::RocPoint& point : curve_)
            rows.push_back({std::isinf(point.threshold) ? fact(QStringLiteral("-"), 1.0) : share(point.threshold),
                            share(point.caught), share(point.alarms)});
        table_->setFacts({tr("Predicted error at least"), tr("Wrong flagged"), tr("Right flagged")}, std::move(rows));
        return;
    }
    if (shown_->currentIndex() == scores) {
        const auto bins = double(std::max<std::size_t>(picture_.scores.right.size(), 1));
        for (std::size_t bin = 0; bin < picture_.scores.right.size(); ++bin) {
            const std::size_t right = picture_.scores.right[bin];
            const std::size_t wrong = picture_.scores.wrong[bin];
            rows.push_back({share(picture_.scores.highest * double(bin) / bins),
                            share(picture_.scores.highest * double(bin + 1) / bins), fact(count(right), double(right)),
                            fact(count(wrong), double(wrong))});
        }
        table_->setFacts({tr("From"), tr("To"), tr("Right"), tr("Wrong")}, std::move(rows));
        return;
    }
    for (const predict::ReliabilityBin& bin :
         shown_->currentIndex() == clusters ? picture_.clusters.clusters : picture_.bins)
        rows.push_back({share(bin.predicted), share(bin.actual), share(bin.low), share(bin.high),
                        fact(count(bin.samples), double(bin.samples)), share(bin.lower_edge), share(bin.upper_edge)});
    table_->setFacts({tr("Predicted"), tr("Actual"), tr("Low"), tr("High"), tr("Samples"), tr("From"), tr("To")},
                     std::move(rows));
}

std::optional<std::size_t> ErrorView::partAt(const QPointF& position) const
{
    if (!plot_->axisRect()->rect().contains(position.toPoint()))
        return std::nullopt;
    if (shown_->currentIndex() == scores) {
        const double x = plot_->xAxis->pixelToCoord(position.x()) / (100 * picture_.scores.highest);
        const auto bins = double(picture_.scores.right.size());
        return x >= 0 && x < 1 && bins > 0 ? std::optional(static_cast<std::size_t>(x * bins)) : std::nullopt;
    }
    std::optional<std::size_t> nearest;
    double best = pickPixels;
    const std::vector<QPointF> points = places(picture_, curve_, shown_->currentIndex());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double away = std::hypot(plot_->xAxis->coordToPixel(points[i].x()) - position.x(),
                                       plot_->yAxis->coordToPixel(points[i].y()) - position.y());
        if (away < best) {
            best = away;
            nearest = i;
        }
    }
    return nearest;
}

void ErrorView::pick(std::size_t part)
{
    if (shown_->currentIndex() == clusters)
        return pickCluster(part);
    // a predicted error is searched for at the decided state: other states cannot be filtered by it
    if (picture_.scope.kind == ErrorScope::Kind::state)
        return;
    switch (shown_->currentIndex()) {
    case rocCurve:
        if (part < curve_.size() && !std::isinf(curve_[part].threshold))
            pickRange(curve_[part].threshold, 1);
        break;
    case scores: {
        const double width = picture_.scores.highest / double(picture_.scores.right.size());
        pickRange(double(part) * width, double(part + 1) * width);
        break;
    }
    default:
        if (part < picture_.bins.size())
            pickRange(picture_.bins[part].lower_edge, picture_.bins[part].upper_edge);
    }
}

/// Samples with a predicted error in [low, high].
void ErrorView::pickRange(double low, double high)
{
    emit filtersPicked({{Filter::Kind::predicted_error, 0, static_cast<float>(low), static_cast<float>(high)}});
}

void ErrorView::pickCluster(std::size_t cluster)
{
    if (cluster >= picture_.clusters.clusters.size())
        return;
    auto set = std::make_shared<NamedSet>();
    set->title = tr("cluster of predicted error %1").arg(percent(picture_.clusters.clusters[cluster].predicted));
    set->run = point()->run;
    set->members.assign(point()->run->test.samples, 0);
    for (std::size_t i = 0; i < picture_.pairs.samples.size(); ++i)
        if (picture_.clusters.of[i] == cluster)
            set->members[picture_.pairs.samples[i].at()] = 1;
    emit filtersPicked({{.kind = Filter::Kind::picked, .set = std::move(set)}});
}

QString ErrorView::hoverText(std::size_t part) const
{
    const bool filters = shown_->currentIndex() == clusters || picture_.scope.kind != ErrorScope::Kind::state;
    const QString hint = filters ? tr("\nClick: filter these samples") : QString();
    switch (shown_->currentIndex()) {
    case rocCurve: {
        const predict::RocPoint& point = curve_[part];
        return std::isinf(point.threshold)
                   ? tr("no answer flagged")
                   : tr("predicted error at least %1\nflags %2 of %3 wrong and %4 of %5 right answers")
                             .arg(percent(point.threshold, 2), percent(point.caught), count(picture_.roc.wrong),
                                  percent(point.alarms), count(picture_.roc.right)) +
                         hint;
    }
    case scores: {
        const double width = picture_.scores.highest / double(picture_.scores.right.size());
        return tr("predicted error %1 to %2\n%3 right, %4 wrong")
                   .arg(percent(double(part) * width, 2), percent(double(part + 1) * width, 2),
                        count(picture_.scores.right[part]), count(picture_.scores.wrong[part])) +
               hint;
    }
    default: {
        const predict::ReliabilityBin& bin =
            shown_->currentIndex() == clusters ? picture_.clusters.clusters[part] : picture_.bins[part];
        return tr("predicted %1, actual %2 [%3, %4]\n%5 samples")
                   .arg(percent(bin.predicted, 2), percent(bin.actual, 2), percent(bin.low, 2), percent(bin.high, 2),
                        count(bin.samples)) +
               hint;
    }
    }
}

}  // namespace exitscope::gui
