// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/budget/budget_bar.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/analysis/analyse/decide.h"
#include "widgets/budget/budget_sweep.h"
#include "widgets/budget/share_strip.h"
#include "widgets/common/accessible.h"
#include "widgets/common/decimal_box.h"
#include "widgets/common/format.h"

namespace exitscope::gui {
namespace {

/// The slider counts hundredths of a per cent of the full cost; keys move it by a tenth, pages by one per cent.
constexpr double stepsPerUnit = 10000.0;
constexpr int keyStep = 10;
constexpr int pageStep = 100;
constexpr QLatin1String none("-");

int toSteps(double budget)
{
    return static_cast<int>(std::lround(budget * stepsPerUnit));
}

}  // namespace

BudgetBar::BudgetBar(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("budgetBar"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    auto* label = new QLabel(tr("&Budget"), this);
    QLayout* scale = makeScale();
    label->setBuddy(slider_);
    makeValue();
    makeSweep();
    layout->addWidget(sweepButton_);
    layout->addWidget(label);
    layout->addLayout(scale, 1);
    layout->addWidget(value_);
    accuracy_ = makeFigure(QStringLiteral("accuracyLabel"), tr("accuracy"), QStringLiteral("92.8 % [92.3, 93.3]"));
    drop_ = makeFigure(QStringLiteral("dropLabel"), tr("against full"), QStringLiteral("-12.3 pt"));
    cost_ = makeFigure(QStringLiteral("costLabel"), tr("cost"), QStringLiteral("123 GBOP (31.4 %)"));
    saved_ = makeFigure(QStringLiteral("savedLabel"), tr("saved"), QStringLiteral("68.6 %"));
    speed_ = makeFigure(QStringLiteral("speedLabel"), tr("one core"), QStringLiteral("13,410 img/s"));
    layout->addWidget(makeExits());
    clear();
}

/// The slider with its marks.
QLayout* BudgetBar::makeScale()
{
    slider_ = new QSlider(Qt::Horizontal, this);
    slider_->setObjectName(QStringLiteral("budgetSlider"));
    slider_->setAccessibleName(tr("Budget"));
    slider_->setToolTip(tr("Mean cost allowed per image, relative to the full model; met on the fit split"));
    slider_->setRange(0, toSteps(1.0));
    slider_->setSingleStep(keyStep);
    slider_->setPageStep(pageStep);
    slider_->setMinimumWidth(140);
    slider_->installEventFilter(this);
    marks_ = new MarkStrip(slider_, stepsPerUnit, this);
    auto* scale = new QVBoxLayout;
    scale->setContentsMargins(0, 0, 0, 0);
    scale->setSpacing(0);
    scale->addStretch(1);
    scale->addWidget(slider_);
    scale->addWidget(marks_);
    scale->addStretch(1);
    connect(slider_, &QSlider::valueChanged, this, [this](int steps) {
        const QSignalBlocker block(value_);
        value_->setValue(100.0 * steps / stepsPerUnit);
        emit budgetChanged(steps / stepsPerUnit);
    });
    connect(marks_, &MarkStrip::picked, this, [this](double budget) {
        setBudget(budget);
        emit budgetChanged(budget);
    });
    return scale;
}

void BudgetBar::makeValue()
{
    value_ = new DecimalBox(this);
    value_->setObjectName(QStringLiteral("budgetValue"));
    value_->setAccessibleName(tr("Budget in per cent of the full cost"));
    value_->setDecimals(2);
    value_->setSingleStep(0.1);
    value_->setRange(0, 100);
    value_->setSuffix(tr(" %"));
    value_->setKeyboardTracking(false);
    connect(value_, &QDoubleSpinBox::valueChanged, this, [this](double percentage) {
        const QSignalBlocker block(slider_);
        slider_->setValue(toSteps(percentage / 100.0));
        emit budgetChanged(percentage / 100.0);
    });
}

void BudgetBar::makeSweep()
{
    sweepButton_ = new QToolButton(this);
    sweepButton_->setObjectName(QStringLiteral("animateBudget"));
    sweepButton_->setCheckable(true);
    sweepButton_->setText(QStringLiteral("▶"));
    sweepButton_->setAccessibleName(tr("Animate the budget"));
    sweepButton_->setToolTip(tr("Sweep the budget up and down (Space on the slider); any key or click stops it"));
    sweep_ = new BudgetSweep(this);
    sweep_->setToggle(sweepButton_);
    connect(sweepButton_, &QToolButton::clicked, this, &BudgetBar::toggleSweep);
    connect(sweep_, &BudgetSweep::moved, this, &BudgetBar::budgetChanged);
    connect(sweep_, &BudgetSweep::runningChanged, this, [this](bool running) {
        sweepButton_->setChecked(running);
        sweepButton_->setText(running ? QStringLiteral("■") : QStringLiteral("▶"));
    });
}

QWidget* BudgetBar::makeExits()
{
    auto* exits = new QWidget(this);
    exits_ = new ShareStrip(exits);
    exits_->setObjectName(QStringLiteral("exitStrip"));
    auto* caption = new QLabel(tr("leave at exit 1, 2, ... (%)"), exits);
    caption->setProperty("role", "caption");
    auto* column = new QVBoxLayout(exits);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(exits_);
    column->addWidget(caption);
    return exits;
}

void BudgetBar::setMarks(const std::vector<BudgetMark>& marks)
{
    marks_->setMarks(marks);
}

void BudgetBar::toggleSweep()
{
    if (sweep_->running())
        sweep_->stop();
    else if (isEnabled())
        sweep_->start(slider_->value() / stepsPerUnit);
    sweepButton_->setChecked(sweep_->running());
}

bool BudgetBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space) {
        toggleSweep();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

BudgetBar::Figure BudgetBar::makeFigure(const QString& name, const QString& caption, const QString& widest)
{
    Figure figure;
    figure.box = new QWidget(this);
    figure.value = new QLabel(figure.box);
    figure.value->setObjectName(name);
    figure.value->setProperty("role", "figure");
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    figure.value->setMinimumWidth(QFontMetrics(bold).horizontalAdvance(widest) + 4);
    makeSelectable(*figure.value);
    figure.caption = new QLabel(caption, figure.box);
    figure.caption->setProperty("role", "caption");
    auto* column = new QVBoxLayout(figure.box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(figure.value);
    column->addWidget(figure.caption);
    layout()->addWidget(figure.box);
    return figure;
}

void BudgetBar::setRange(double cheapest)
{
    const QSignalBlocker blockSlider(slider_);
    const QSignalBlocker blockValue(value_);
    const int lowest = static_cast<int>(std::floor(std::clamp(cheapest, 0.0, 1.0) * stepsPerUnit));
    slider_->setRange(lowest, toSteps(1.0));
    value_->setRange(100.0 * lowest / stepsPerUnit, 100.0);
    sweep_->setRange(lowest / stepsPerUnit, 1.0);
    marks_->update();
}

void BudgetBar::setBudget(double budget)
{
    const QSignalBlocker blockSlider(slider_);
    const QSignalBlocker blockValue(value_);
    slider_->setValue(toSteps(budget));
    value_->setValue(100.0 * budget);
}

void BudgetBar::setPoint(const OperatingPoint& point, double fullAccuracy)
{
    setEnabled(true);
    const analyse::Outcome& outcome = point.decisions.outcome;
    const std::size_t samples = point.run->test.samples;
    if (point.labelled()) {
        accuracy_.value->setText(interval(outcome.accuracy));
        accuracy_.caption->setText(tr("accuracy, n = %1").arg(count(outcome.accuracy.samples)));
        const double drop = 100.0 * (outcome.accuracy.value - fullAccuracy);
        drop_.value->setText(tr("%1 pt").arg(QString::asprintf("%+.1f", drop)));
        drop_.caption->setText(tr("against full"));
    } else {
        accuracy_.value->setText(percent(outcome.agreement));
        accuracy_.caption->setText(tr("agreement, n = %1").arg(count(samples)));
        drop_.value->setText(none);
    }
    accuracy_.value->setToolTip(tr("On %1 test samples; 95 % interval (Wilson)").arg(count(samples)));
    cost_.value->setText(
        tr("%1%2 (%3)")
            .arg(quantity(outcome.cost), text(cost::unit(point.costs.kind)), percent(outcome.relative_cost)));
    saved_.value->setText(percent(1.0 - outcome.relative_cost));
    const bool measured = outcome.milliseconds > 0;
    speed_.box->setVisible(measured);
    if (measured)
        speed_.value->setText(tr("%1 img/s").arg(count(static_cast<std::size_t>(1000.0 / outcome.milliseconds))));
    speed_.value->setToolTip(tr("From the stages' latencies measured during the evaluation, single thread"));
    exits_->setShares(outcome.exit_share);
}

void BudgetBar::clear()
{
    setEnabled(false);
    sweep_->stop();
    marks_->setMarks({});
    for (const Figure& figure : {accuracy_, drop_, cost_, saved_})
        figure.value->setText(none);
    accuracy_.caption->setText(tr("accuracy"));
    speed_.box->setVisible(false);
    exits_->setShares({});
}

}  // namespace exitscope::gui
