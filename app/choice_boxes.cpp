// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/choice_boxes.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QToolBar>
#include <QToolButton>

#include "app/session.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "widgets/common/accessible.h"
#include "widgets/common/format.h"
#include "widgets/plots/core_text.h"

namespace exitscope::app {

using gui::text;

ChoiceBoxes::ChoiceBoxes(Session& session, QToolBar& bar) : QObject(&bar), session_(session), bar_(bar)
{
    makePolicyBox();
    makeCostBox();
    makeScheduleBox();
    makePooledBox();
    connect(&session_, &Session::runChanged, this, &ChoiceBoxes::showSchedules);
    connect(&session_, &Session::analysisChanged, this, &ChoiceBoxes::showAnalysis);
    connect(&session_, &Session::curvesChanged, this, [this] {
        const QSignalBlocker block(policy_);
        policy_->setCurrentIndex(policy_->findData(text(session_.policy())));
    });
}

QComboBox* ChoiceBoxes::addBox(const QString& label, const QString& name, const QString& accessibleName)
{
    auto* box = new QComboBox(&bar_);
    box->setObjectName(name);
    gui::nameBox(*box, accessibleName);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* caption = new QLabel(label, &bar_);
    caption->setBuddy(box);
    bar_.addWidget(caption);
    bar_.addWidget(box);
    return box;
}

void ChoiceBoxes::makePolicyBox()
{
    policy_ = addBox(tr("Me&thod"), QStringLiteral("policyBox"), tr("Method that decides where samples leave"));
    for (const policy::Info& info : policy::registry()) {
        if (info.oracle)
            continue;
        policy_->addItem(text(info.title), text(info.name));
        policy_->setItemData(policy_->count() - 1, plots::core_text(info.description), Qt::ToolTipRole);
    }
    connect(policy_, &QComboBox::currentIndexChanged, this,
            [this] { session_.setPolicy(policy_->currentData().toString().toStdString()); });
}

void ChoiceBoxes::makeCostBox()
{
    cost_ = addBox(tr("C&ost"), QStringLiteral("costBox"), tr("Cost model"));
    for (const cost::Kind kind : cost::all_kinds)
        cost_->addItem(plots::core_text(cost::title(kind)), static_cast<int>(kind));
    connect(cost_, &QComboBox::currentIndexChanged, this,
            [this] { session_.setCostKind(static_cast<cost::Kind>(cost_->currentData().toInt())); });
}

void ChoiceBoxes::makeScheduleBox()
{
    schedule_ = addBox(tr("Sched&ule"), QStringLiteral("runSchedule"), tr("Precision schedule of the states in use"));
    constexpr std::pair<run::Schedule, const char*> schedules[] = {
        {run::Schedule::free, QT_TR_NOOP("Free")},
        {run::Schedule::non_increasing, QT_TR_NOOP("Non-increasing")},
        {run::Schedule::non_decreasing, QT_TR_NOOP("Non-decreasing")},
        {run::Schedule::uniform, QT_TR_NOOP("Uniform")}};
    for (const auto& [schedule, title] : schedules)
        schedule_->addItem(tr(title), static_cast<int>(schedule));
    schedule_->setToolTip(tr("How the precision may change from stage to stage, among the states of the open run"));
    schedule_->setEnabled(false);
    connect(schedule_, &QComboBox::currentIndexChanged, this,
            [this] { session_.setSchedule(static_cast<run::Schedule>(schedule_->currentData().toInt())); });
}

void ChoiceBoxes::makePooledBox()
{
    pooled_ = new QToolButton(&bar_);
    pooled_->setText(tr("Pooled"));
    pooled_->setCheckable(true);
    pooled_->setAccessibleName(tr("Pooled answers"));
    pooled_->setObjectName(QStringLiteral("pooledBox"));
    pooled_->setToolTip(tr("Every answer pools all heads visited so far, with weights from the fit split"));
    bar_.addWidget(pooled_);
    connect(pooled_, &QToolButton::toggled, &session_, &Session::setPooled);
}

void ChoiceBoxes::showAnalysis()
{
    const QSignalBlocker blockPooled(pooled_);
    pooled_->setChecked(session_.pooled());
    pooled_->setEnabled(!session_.run() || session_.canPool());
    const QSignalBlocker blockCost(cost_);
    cost_->setCurrentIndex(cost_->findData(static_cast<int>(session_.costKind())));
    showSchedules();
}

/// Only what the open run has the states for can be chosen.
void ChoiceBoxes::showSchedules()
{
    const QSignalBlocker block(schedule_);
    auto* entries = qobject_cast<QStandardItemModel*>(schedule_->model());
    for (int i = 0; i < schedule_->count(); ++i) {
        const auto schedule = static_cast<run::Schedule>(schedule_->itemData(i).toInt());
        entries->item(i)->setEnabled(session_.canRestrict(schedule));
        if (schedule == session_.schedule())
            schedule_->setCurrentIndex(i);
    }
    schedule_->setEnabled(session_.run() && session_.run()->schedule != run::Schedule::uniform);
}

}  // namespace exitscope::app
