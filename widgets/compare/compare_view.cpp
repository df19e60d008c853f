// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compare_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "widgets/common/accessible.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"

namespace exitscope::gui {
namespace {

QString points(double difference)
{
    return (difference > 0 ? QStringLiteral("+") : QString()) + QString::number(100 * difference, 'f', 2);
}

QString withInterval(const analyse::Estimate& estimate)
{
    return QStringLiteral("%1 [%2, %3]").arg(points(estimate.value), points(estimate.low), points(estimate.high));
}

/// A share of both points and the difference in percentage points.
std::vector<Fact> shareRow(const QString& name, double a, double b, const QString& difference = {})
{
    return {fact(name), fact(percent(a, 2), a), fact(percent(b, 2), b),
            fact(difference.isEmpty() ? points(b - a) : difference, b - a)};
}

}  // namespace

CompareView::CompareView(QWidget* parent) : View(parent)
{
    setObjectName(QStringLiteral("compareView"));
    titles_ = new QLabel(this);
    titles_->setObjectName(QStringLiteral("compareTitles"));
    titles_->setWordWrap(true);
    makeSelectable(*titles_);
    verdict_ = new QLabel(this);
    verdict_->setObjectName(QStringLiteral("compareVerdict"));
    verdict_->setWordWrap(true);
    makeSelectable(*verdict_);
    table_ = new FactTable(QStringLiteral("compareTable"), tr("Figures of both operating points"), this);
    const auto button = [this](const char* name, const QString& text, const QString& toolTip) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(toolTip);
        return made;
    };
    pin_ = button("pinPoint", tr("Pin this point as A"), tr("Keep the current operating point to compare others with"));
    lost_ = button("flipsLost", tr("Right in A, wrong now"), tr("Filter the samples that A alone answers right"));
    gained_ = button("flipsGained", tr("Wrong in A, right now"), tr("Filter the samples that B alone answers right"));

    auto* content = new QWidget(this);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(pin_);
    buttons->addStretch(1);
    buttons->addWidget(lost_);
    buttons->addWidget(gained_);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(titles_);
    column->addWidget(table_, 1);
    column->addWidget(verdict_);
    column->addLayout(buttons);
    hint_ = new HintStack(content, tr("Compares two operating points, once a run is open."), this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 6);
    layout->addWidget(hint_);

    connect(pin_, &QPushButton::clicked, this, &CompareView::pinRequested);
    connect(lost_, &QPushButton::clicked, this, [this] { pick(true); });
    connect(gained_, &QPushButton::clicked, this, [this] { pick(false); });
}

void CompareView::setPoint(OperatingPointPtr point)
{
    point_ = std::move(point);
    if (!point_) {
        hint_->showHint(tr("Compares two operating points, once a run is open."));
        return;
    }
    const policy::Info* info = policy::find(point_->decisions.policy);
    title_ = tr("%1 at %2 cost")
                 .arg(info ? text(info->title) : text(point_->decisions.policy),
                      percent(point_->decisions.outcome.relative_cost));
    hint_->showContent();
    showFigures();
}

void CompareView::setPinned(std::shared_ptr<const PinnedPoint> pinned)
{
    pinned_ = std::move(pinned);
    showFigures();
}

void CompareView::showFigures()
{
    comparison_.reset();
    lost_->setEnabled(false);
    gained_->setEnabled(false);
    titles_->setText(
        pinned_
            ? tr("<b>A</b> %1 &nbsp; <b>B</b> %2 (current)").arg(pinned_->title.toHtmlEscaped(), title_.toHtmlEscaped())
            : tr("<b>B</b> %1 (current). Pin it as A (Ctrl+P), then move the budget or choose another "
                 "method; a pinned point stays when another run is opened.")
                  .arg(title_.toHtmlEscaped()));
    verdict_->clear();
    fillTable();
    if (isVisible() && point_ && pinned_)
        emit comparisonWanted();
}

void CompareView::fillTable()
{
    if (!point_ || !point_->decided())
        return;
    const analyse::Outcome& b = point_->decisions.outcome;
    const analyse::Outcome& a = pinned_ ? pinned_->decisions.outcome : b;
    std::vector<std::vector<Fact>> rows;
    const auto share = [&rows](const QString& name, double of_a, double of_b, const QString& difference = {}) {
        rows.push_back(shareRow(name, of_a, of_b, difference));
    };
    if (b.accuracy.samples > 0)
        share(tr("Accuracy"), a.accuracy.value, b.accuracy.value,
              comparison_ ? withInterval(comparison_->b_less_a.accuracy_difference) : QString());
    share(tr("Agreement with the full model"), a.agreement, b.agreement);
    share(tr("Cost, relative to the full model"), a.relative_cost, b.relative_cost,
          comparison_ ? withInterval(comparison_->b_less_a.cost_difference) : QString());
    for (std::size_t e = 0; e < std::min(a.exit_share.size(), b.exit_share.size()); ++e)
        share(tr("Leave at exit %1").arg(e + 1), a.exit_share[e], b.exit_share[e]);
    for (std::size_t p = 0; p < std::min(a.precision_share.size(), b.precision_share.size()); ++p)
        share(tr("Last stage at %1").arg(text(point_->run->precisions[p].name())), a.precision_share[p],
              b.precision_share[p]);
    if (!pinned_)
        for (std::vector<Fact>& row : rows)
            row[1] = row[3] = fact(QStringLiteral("-"), 0);
    table_->setFacts({tr("Figure"), tr("A"), tr("B"), tr("B less A (points)")}, std::move(rows));
}

void CompareView::setComparison(const Expected<Comparison>& comparison)
{
    comparison_.reset();
    if (!comparison) {
        verdict_->setText(tr("No paired test: %1").arg(text(comparison.error().message())));
        return;
    }
    comparison_ = *comparison;
    const analyse::PairedTest& test = comparison_->b_less_a;  // its "a" is our B
    lost_->setText(tr("Right in A, wrong now: %1").arg(count(test.only_b)));
    gained_->setText(tr("Wrong in A, right now: %1").arg(count(test.only_a)));
    lost_->setEnabled(test.only_b > 0);
    gained_->setEnabled(test.only_a > 0);
    verdict_->setText(
        tr("Paired on the same %1 test samples: %2 turned right, %3 turned wrong; McNemar p = %4. Differences in "
           "brackets: 95 % bootstrap interval.")
            .arg(count(test.samples), count(test.only_a), count(test.only_b))
            .arg(test.p, 0, 'g', 3));
    fillTable();
}

void CompareView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (point_ && pinned_ && !comparison_)
        emit comparisonWanted();
}

void CompareView::pick(bool rightBefore)
{
    if (!comparison_ || !pinned_ || !point_)
        return;
    auto set = std::make_shared<NamedSet>();
    set->title = rightBefore ? tr("right by %1, wrong by %2").arg(pinned_->title, title_)
                             : tr("wrong by %1, right by %2").arg(pinned_->title, title_);
    set->run = point_->run;
    set->members = rightBefore ? comparison_->flips.only_a : comparison_->flips.only_b;
    emit filtersPicked({{.kind = Filter::Kind::picked, .set = std::move(set)}});
}

}  // namespace exitscope::gui
