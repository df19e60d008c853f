// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/confusion/confusion_view.h"

#include <numeric>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMouseEvent>
#include <QSignalBlocker>
#include <QSplitter>
#include <QToolTip>
#include <QVBoxLayout>

#include "widgets/common/accessible.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"

namespace exitscope::gui {
namespace {

constexpr std::size_t pairsListed = 200;

enum Values { counts, shares };
enum Order { byClass, byErrors };

}  // namespace

ConfusionView::ConfusionView(QWidget* parent)
    : PointView(tr("Shows which classes are confused, once a run is open."), parent)
{
    setObjectName(QStringLiteral("confusionView"));
    plot_ = new Plot(QStringLiteral("confusionPlot"), tr("Confusion of classes"), this);
    table_ = new FactTable(QStringLiteral("confusedPairs"), tr("Pairs of classes confused most"), this);
    scope_ = makeBox("confusionScope", tr("Samples to count"), this);
    values_ = makeBox("confusionValues", tr("Content of the cells"), this);
    values_->addItems({tr("Counts"), tr("Per cent of the row")});
    order_ = makeBox("confusionOrder", tr("Order of the classes"), this);
    order_->addItems({tr("Class order"), tr("Most errors first")});
    difference_ = new QCheckBox(tr("Less the full model"), this);
    difference_->setObjectName(QStringLiteral("confusionDifference"));
    difference_->setAccessibleName(tr("Show the difference to the full model on the same samples"));
    difference_->setToolTip(difference_->accessibleName());

    auto* content = new QWidget(this);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    for (QWidget* box : std::initializer_list<QWidget*>{scope_, values_, order_, difference_})
        top->addWidget(box);
    top->addStretch(1);
    auto* split = new QSplitter(Qt::Horizontal, content);
    split->addWidget(plot_);
    split->addWidget(table_);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({530, 470});
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(split, 1);
    setContent(content);

    for (QComboBox* box : {scope_, values_, order_})
        connect(box, &QComboBox::currentIndexChanged, this, &ConfusionView::redraw);
    connect(difference_, &QCheckBox::toggled, this, &ConfusionView::redraw);
    connect(table_, &FactTable::picked, this, [this](int row) {
        const analyse::ConfusedPair& pair = pairs_[static_cast<std::size_t>(row)];
        pick(pair.truth, pair.answer);
    });
    connect(plot_, &QCustomPlot::mouseMove, this, &ConfusionView::moved);
    connect(plot_, &Plot::clicked, this, [this](const QPointF& position) {
        if (const auto cell = plots::confusion_cell_at(*plot_, content_, position))
            pick(cell->first, cell->second);
    });
}

void ConfusionView::basisChanged()
{
    content_ = {};
    pairs_.clear();
    const QSignalBlocker block(scope_);
    scope_->clear();
    if (!point())
        return;
    const run::Run& run = *point()->run;
    scope_->addItem(tr("All exits"));
    for (std::size_t e = 0; e < run.exit_count(); ++e)
        scope_->addItem(tr("Only at exit %1").arg(e + 1));
    for (std::size_t c = 0; c < std::min(run.classes, analyse::most_confusion_classes); ++c)
        content_.names << className(run, static_cast<std::int32_t>(c));
    difference_->setEnabled(labelled());
    if (!labelled())
        difference_->setChecked(false);
}

void ConfusionView::drawPoint()
{
    const run::Run& run = *point()->run;
    analyse::ConfusionScope scope;
    if (scope_->currentIndex() > 0)
        scope.exit = ExitIndex(static_cast<std::size_t>(scope_->currentIndex()) - 1);
    content_.counts = analyse::confusion(run, point()->decisions.state, scope);
    content_.reference.reset();
    if (difference_->isChecked()) {
        scope.full_model = true;
        content_.reference = analyse::confusion(run, point()->decisions.state, scope);
    }
    content_.shares = values_->currentIndex() == shares;
    content_.order.resize(content_.counts.classes);
    if (order_->currentIndex() == byErrors)
        content_.order = analyse::by_errors(content_.counts);
    else
        std::iota(content_.order.begin(), content_.order.end(), std::uint32_t{0});
    content_.truth = labelled() ? tr("Label") : tr("Full model's answer");
    content_.note =
        tr("%1%2 samples of %3. Chosen on %4. Click a cell to filter.")
            .arg(content_.reference ? tr("Operating point less full model (blue: better, orange: worse). ") : QString(),
                 count(content_.counts.samples), text(run.test.dataset), text(run.fit.dataset));
    plot_->setDrawing(
        [this](QCustomPlot& canvas, const plots::Theme& theme) { plots::draw_confusion(canvas, content_, theme); });
    pairs_ = analyse::confused_pairs(content_.counts, pairsListed);
    fillTable();
}

void ConfusionView::fillTable()
{
    std::vector<std::vector<Fact>> rows;
    for (const analyse::ConfusedPair& pair : pairs_) {
        const double share = double(pair.count) / std::max<double>(1, pair.of);
        rows.push_back({fact(content_.names.value(pair.truth)), fact(content_.names.value(pair.answer)),
                        fact(count(pair.count), double(pair.count)), fact(percent(share), share)});
        if (content_.reference) {
            const double change = double(pair.count) - double(content_.reference->count(pair.truth, pair.answer));
            rows.back().push_back(
                fact((change > 0 ? QStringLiteral("+") : QString()) + QString::number(change), change));
        }
    }
    QStringList headers{content_.truth, tr("Answer"), tr("Errors"), tr("Of class")};
    if (content_.reference)
        headers << tr("To full");
    table_->setFacts(headers, std::move(rows));
}

void ConfusionView::pick(std::uint32_t truth, std::uint32_t answer)
{
    std::vector<Filter> filters;
    if (scope_->currentIndex() > 0)
        filters.push_back({Filter::Kind::exit, scope_->currentIndex() - 1});
    if (labelled()) {
        filters.push_back({Filter::Kind::label, static_cast<std::int32_t>(truth)});
    } else {
        auto set = std::make_shared<NamedSet>();
        set->title = tr("full model answers %1").arg(content_.names.value(truth));
        set->run = point()->run;
        for (const std::uint16_t full : point()->run->full_prediction(point()->run->test))
            set->members.push_back(full == truth ? 1 : 0);
        filters.push_back({.kind = Filter::Kind::picked, .set = std::move(set)});
    }
    filters.push_back({Filter::Kind::prediction, static_cast<std::int32_t>(answer)});
    emit filtersPicked(filters);
}

void ConfusionView::moved(QMouseEvent* event)
{
    const auto cell = event->buttons() ? std::nullopt : plots::confusion_cell_at(*plot_, content_, event->position());
    if (!cell) {
        QToolTip::hideText();
        return;
    }
    const analyse::Confusion& counts = content_.counts;
    std::size_t of = 0;
    for (std::size_t c = 0; c < counts.classes; ++c)
        of += counts.count(cell->first, c);
    const std::size_t here = counts.count(cell->first, cell->second);
    QString hover = tr("%1 %2, answered %3\n%4 of %5 samples (%6)")
                        .arg(content_.truth, content_.names.value(cell->first), content_.names.value(cell->second),
                             count(here), count(of), percent(double(here) / std::max<double>(1, double(of))));
    if (content_.reference)
        hover += tr("\nfull model: %1").arg(count(content_.reference->count(cell->first, cell->second)));
    QToolTip::showText(event->globalPosition().toPoint() + QPoint(6, 6), hover + tr("\nClick: filter these samples"),
                       plot_);
}

}  // namespace exitscope::gui
