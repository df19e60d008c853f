// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guarantee/guarantee_view.h"

#include <cmath>

#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QStackedWidget>
#include <QToolTip>
#include <QVBoxLayout>

#include "widgets/common/accessible.h"
#include "widgets/common/decimal_box.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"
#include "widgets/common/plot.h"
#include "widgets/plots/core_text.h"
#include "widgets/plots/guarantee.h"

namespace exitscope::gui {
namespace {

constexpr int formWidth = 250;
constexpr double hoverPixels = 12;

QString shown(const std::optional<double>& bound)
{
    return bound ? percent(*bound, 2) : QStringLiteral("-");
}

QString promiseText(const risk::Rule& rule)
{
    const bool likely = rule.method == risk::Method::ltt || rule.method == risk::Method::ucb;
    return likely ? GuaranteeView::tr("the risk is at most eps with probability %1").arg(1 - rule.delta, 0, 'f', 3)
                  : plots::core_text(risk::promise(rule));
}

}  // namespace

GuaranteeView::GuaranteeView(QWidget* parent) : View(parent)
{
    setObjectName(QStringLiteral("guaranteeView"));
    path_ = new Plot(QStringLiteral("riskPathPlot"), tr("Risk of every setting against its cost"), this);
    trials_ = new Plot(QStringLiteral("riskTrialsPlot"), tr("Held-out risk of repeated trials"), this);
    table_ = new FactTable(QStringLiteral("riskTable"), tr("Risk of every setting as numbers"), this);
    pages_ = new QStackedWidget(this);
    for (QWidget* page : std::initializer_list<QWidget*>{path_, trials_, table_})
        pages_->addWidget(page);
    shown_ = new QComboBox(this);
    shown_->setObjectName(QStringLiteral("guaranteeShown"));
    nameBox(*shown_, tr("Plots of the guarantee"));
    shown_->addItems({tr("Risk of every setting"), tr("Repeated trials"), tr("Numbers")});
    result_ = new QLabel(this);
    result_->setObjectName(QStringLiteral("guaranteeResult"));
    result_->setWordWrap(true);
    makeSelectable(*result_);
    use_ = new QPushButton(tr("Use this operating point"), this);
    use_->setObjectName(QStringLiteral("useGuarantee"));
    use_->setToolTip(tr("Choose this method and move the budget to the cost of the chosen setting"));

    auto* answer = new QWidget(this);
    auto* answerColumn = new QVBoxLayout(answer);
    answerColumn->setContentsMargins(0, 0, 0, 0);
    answerColumn->setSpacing(4);
    answerColumn->addWidget(result_);
    answerColumn->addWidget(pages_, 1);
    hint_ = new HintStack(answer, {}, this);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 6);
    layout->addWidget(makeForm());
    layout->addWidget(hint_, 1);

    connect(shown_, &QComboBox::currentIndexChanged, pages_, &QStackedWidget::setCurrentIndex);
    connect(use_, &QPushButton::clicked, this, [this] {
        if (answer_)
            emit pointChosen(text(answer_->question.policy), budget());
    });
    const auto hover = [this](Plot* plot, QString (GuaranteeView::*say)(const QPointF&) const) {
        connect(plot, &QCustomPlot::mouseMove, this, [this, plot, say](QMouseEvent* event) {
            const QString said = event->buttons() ? QString() : (this->*say)(event->position());
            if (said.isEmpty())
                QToolTip::hideText();
            else
                QToolTip::showText(event->globalPosition().toPoint() + QPoint(6, 6), said, plot);
        });
    };
    hover(path_, &GuaranteeView::pathText);
    hover(trials_, &GuaranteeView::trialsText);
    setReady(false);
}

QWidget* GuaranteeView::makeForm()
{
    auto* form = new QWidget(this);
    auto* rows = new QFormLayout(form);
    rows->setContentsMargins(0, 0, 4, 0);
    rows->setVerticalSpacing(4);
    rows->setRowWrapPolicy(QFormLayout::DontWrapRows);
    addChoices(*rows, form);
    addNumbers(*rows, form);
    ask_ = new QPushButton(form);
    ask_->setObjectName(QStringLiteral("findGuarantee"));
    ask_->setProperty("primary", true);
    rows->addRow(ask_);
    rows->addRow(use_);
    rows->addRow(shown_);
    setWorking(false);
    connect(ask_, &QPushButton::clicked, this, [this] {
        if (working_)
            emit cancelled();
        else
            emit asked(question());
    });
    connect(method_, &QComboBox::currentIndexChanged, this, [this] {
        const auto method = static_cast<risk::Method>(method_->currentData().toInt());
        delta_->setEnabled(method == risk::Method::ltt || method == risk::Method::ucb);
    });

    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("guaranteeForm"));
    scroll->setAccessibleName(tr("Request for the guarantee"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(form);
    scroll->setFixedWidth(formWidth);
    return scroll;
}

void GuaranteeView::addChoices(QFormLayout& rows, QWidget* form)
{
    const auto addBox = [&](const char* name, const QString& label, const QString& accessibleName) {
        QComboBox* box = makeBox(name, accessibleName, form);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
        rows.addRow(label, box);
        return box;
    };
    policy_ = addBox("guaranteePolicy", tr("Method"), tr("Method whose setting is calibrated"));
    method_ = addBox("guaranteeMethod", tr("Procedure"), tr("Procedure of risk control"));
    for (const auto& [method, title] : {std::pair{risk::Method::ltt, tr("LTT: with probability")},
                                        {risk::Method::ucb, tr("UCB: with probability")},
                                        {risk::Method::crc, tr("CRC: in expectation")},
                                        {risk::Method::naive, tr("Naive: no guarantee")}})
        method_->addItem(title, static_cast<int>(method));
    loss_ = addBox("guaranteeLoss", tr("Loss"), tr("Loss against the full model"));
    for (const risk::LossInfo& info : risk::losses())
        loss_->addItem(plots::core_text(info.title), static_cast<int>(info.loss));
}

void GuaranteeView::addNumbers(QFormLayout& rows, QWidget* form)
{
    const auto add = [&](auto* spin, const char* name, const QString& label, const QString& accessibleName) {
        spin->setObjectName(QLatin1String(name));
        spin->setAccessibleName(accessibleName);
        spin->setToolTip(accessibleName);
        rows.addRow(label, spin);
        return spin;
    };
    eps_ = add(new DecimalBox(form), "guaranteeEps", tr("At most (eps)"),
               tr("Level of risk, per cent for losses between 0 and 1"));
    eps_->setRange(0.01, 100);
    eps_->setDecimals(2);
    eps_->setSingleStep(0.1);
    eps_->setSuffix(tr(" %"));
    eps_->setValue(1);
    delta_ = add(new DecimalBox(form), "guaranteeDelta", tr("May fail (delta)"),
                 tr("Probability with which LTT and UCB may fail"));
    delta_->setRange(0.1, 50);
    delta_->setDecimals(1);
    delta_->setSuffix(tr(" %"));
    delta_->setValue(10);
    share_ = add(new QSpinBox(form), "guaranteeShare", tr("Calibrate on"),
                 tr("Share of the test split that calibrates; the rest is held out"));
    share_->setRange(1, 99);
    share_->setSuffix(tr(" %"));
    share_->setValue(50);
    trialCount_ = add(new QSpinBox(form), "guaranteeTrials", tr("Trials"),
                      tr("Random splits into calibration and held-out samples"));
    trialCount_->setRange(1, 10000);
    trialCount_->setValue(200);
}

void GuaranteeView::setPolicies(const std::vector<Choice>& choices)
{
    policy_->clear();
    for (const Choice& choice : choices) {
        policy_->addItem(choice.title, text(choice.policy));
        policy_->setItemData(policy_->count() - 1, choice.description, Qt::ToolTipRole);
    }
}

void GuaranteeView::setReady(bool ready)
{
    ask_->setEnabled(ready);
    clear();
    if (!ready)
        hint_->showHint(tr("Finds the cheapest setting that keeps a promise, once a run is open."));
}

void GuaranteeView::clear()
{
    answer_.reset();
    use_->hide();
    shown_->hide();
    setWorking(false);
    hint_->showHint(tr("Say how much worse than the full model the answers may be, and press \"Find the setting\"."));
}

void GuaranteeView::setWorking(bool working)
{
    working_ = working;
    ask_->setText(working ? tr("Cancel") : tr("Find the setting"));
}

void GuaranteeView::setPoint(OperatingPointPtr point)
{
    if (!point) {
        setReady(false);
        return;
    }
    const int at = policy_->findData(text(point->decisions.policy));
    if (at >= 0 && !answer_)
        policy_->setCurrentIndex(at);
}

void GuaranteeView::setAnswer(const GuaranteeAnswer& answer)
{
    answer_ = answer;
    setWorking(false);
    hint_->showContent();
    use_->show();
    shown_->show();
    result_->setText(unbroken(sentence()));
    fillTable();
    redraw();
}

GuaranteeQuestion GuaranteeView::question() const
{
    GuaranteeQuestion asked;
    asked.policy = policy_->currentData().toString().toStdString();
    asked.method = static_cast<risk::Method>(method_->currentData().toInt());
    asked.loss = static_cast<risk::Loss>(loss_->currentData().toInt());
    asked.eps = eps_->value() / 100;
    asked.delta = delta_->value() / 100;
    asked.calibrationShare = share_->value() / 100.0;
    asked.trials = static_cast<std::size_t>(trialCount_->value());
    return asked;
}

double GuaranteeView::budget() const
{
    return answer_->guarantee.index ? answer_->points[*answer_->guarantee.index].fit_cost : 1.0;
}

QString GuaranteeView::sentence() const
{
    const risk::Guarantee& found = answer_->guarantee;
    const QString goal = tr("%1, eps = %2: %3.")
                             .arg(plots::core_text(risk::info(answer_->question.loss).title), percent(found.eps, 2),
                                  promiseText(answer_->rule));
    const QString trials = found.trials.risk.size() > 1
                               ? tr(" In %1 trials eps was exceeded in %2.")
                                     .arg(count(found.trials.risk.size()), percent(found.trials.violations))
                               : QString();
    if (!found.index)
        return tr("<b>No setting of %1 qualifies: the full model must answer.</b> %2%3")
            .arg(answer_->title.toHtmlEscaped(), goal.toHtmlEscaped(), trials);
    const risk::KnobRisk& chosen = found.knobs[*found.index];
    return tr("<b>%1 at %2 of the cost</b> (knob %3). Risk: calibration %4, held-out %5, bound %6. %7%8")
        .arg(answer_->title.toHtmlEscaped(), percent(chosen.relative_cost))
        .arg(answer_->points[*found.index].knob, 0, 'g', 4)
        .arg(percent(chosen.calibration_risk, 2), percent(chosen.held_out_risk, 2), shown(chosen.bound),
             goal.toHtmlEscaped(), trials);
}

void GuaranteeView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && answer_)
        redraw();
}

void GuaranteeView::redraw()
{
    const risk::Guarantee& found = answer_->guarantee;
    const QString title = plots::core_text(risk::info(answer_->question.loss).title);
    const QString note = tr("%1 of %2 calibrate, %3 are held out. The promise is for the setting itself; the budget "
                            "slider mixes neighbouring settings.")
                             .arg(count(found.calibration_samples), answer_->data, count(found.held_out_samples));
    path_->setDrawing([found, title, note](QCustomPlot& canvas, const plots::Theme& theme) {
        plots::draw_risk_path(canvas, found, title, note, theme);
    });
    const QString splits = tr("%1 random splits of %2 into %3 calibration and %4 held-out samples.")
                               .arg(count(found.trials.risk.size()), answer_->data, count(found.calibration_samples),
                                    count(found.held_out_samples));
    trials_->setDrawing([found, title, splits](QCustomPlot& canvas, const plots::Theme& theme) {
        plots::draw_trials(canvas, found, title, splits, theme);
    });
}

void GuaranteeView::fillTable()
{
    std::vector<std::vector<Fact>> rows;
    for (std::size_t k = 0; k < answer_->guarantee.knobs.size(); ++k) {
        const risk::KnobRisk& knob = answer_->guarantee.knobs[k];
        rows.push_back(
            {fact(QString::number(k) + (answer_->guarantee.index == k ? tr("  chosen") : QString()), double(k)),
             fact(QString::number(answer_->points[k].knob, 'g', 5), answer_->points[k].knob),
             fact(percent(knob.relative_cost, 2), knob.relative_cost),
             fact(percent(knob.calibration_risk, 2), knob.calibration_risk),
             fact(percent(knob.held_out_risk, 2), knob.held_out_risk),
             fact(shown(knob.bound), knob.bound.value_or(std::nan("")))});
    }
    table_->setFacts({tr("Setting"), tr("Knob"), tr("Cost"), tr("Calibration risk"), tr("Held-out risk"), tr("Bound")},
                     std::move(rows));
}

QString GuaranteeView::pathText(const QPointF& position) const
{
    if (!answer_)
        return {};
    const risk::KnobRisk* nearest = nullptr;
    double best = hoverPixels;
    for (const risk::KnobRisk& knob : answer_->guarantee.knobs) {
        for (const double risk : {knob.calibration_risk, knob.held_out_risk}) {
            const double away = std::hypot(path_->xAxis->coordToPixel(100 * knob.relative_cost) - position.x(),
                                           path_->yAxis->coordToPixel(100 * risk) - position.y());
            if (away < best) {
                best = away;
                nearest = &knob;
            }
        }
    }
    if (!nearest)
        return {};
    return tr("cost %1\ncalibration risk %2 (n = %3)\nheld-out risk %4 (n = %5)\nbound %6")
        .arg(percent(nearest->relative_cost), percent(nearest->calibration_risk, 2),
             count(answer_->guarantee.calibration_samples), percent(nearest->held_out_risk, 2),
             count(answer_->guarantee.held_out_samples), shown(nearest->bound));
}

QString GuaranteeView::trialsText(const QPointF& position) const
{
    for (int i = 0; i < trials_->plottableCount(); ++i) {
        const auto* bars = qobject_cast<QCPBars*>(trials_->plottable(i));
        QVariant details;
        if (!bars || bars->selectTest(position, false, &details) < 0)
            continue;
        const int hit = details.value<QCPDataSelection>().dataRange().begin();
        if (hit < 0 || hit >= bars->dataCount())
            continue;
        const double centre = bars->dataMainKey(hit) / 100;
        const double half = bars->width() / 200;
        return tr("risk from %1 to %2\n%3 of %4 trials")
            .arg(percent(centre - half, 2), percent(centre + half, 2),
                 count(static_cast<std::size_t>(bars->dataMainValue(hit))),
                 count(answer_->guarantee.trials.risk.size()));
    }
    return {};
}

}  // namespace exitscope::gui
