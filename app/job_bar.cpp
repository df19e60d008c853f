// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/job_bar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include "widgets/common/format.h"
#include "widgets/plots/core_text.h"

namespace exitscope::app {
namespace {

constexpr int steps = 1000;
constexpr int barWidth = 180;

}  // namespace

JobBar::JobBar(QAction* cancel, QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("jobBar"));
    what_ = new QLabel(this);
    what_->setObjectName(QStringLiteral("jobPhase"));
    bar_ = new QProgressBar(this);
    bar_->setObjectName(QStringLiteral("jobProgress"));
    bar_->setAccessibleName(tr("Progress"));
    bar_->setFixedWidth(barWidth);
    bar_->setTextVisible(false);
    bar_->setMaximumHeight(12);
    left_ = new QLabel(this);
    left_->setObjectName(QStringLiteral("jobTimeLeft"));
    left_->setProperty("role", "caption");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 0, 6, 0);
    layout->setSpacing(10);
    layout->addWidget(what_);
    layout->addWidget(bar_);
    layout->addWidget(left_);
    if (cancel) {
        auto* button = new QToolButton(this);
        button->setObjectName(QStringLiteral("jobCancel"));
        button->setText(tr("Cancel"));
        button->setAccessibleName(tr("Cancel"));
        button->setToolTip(cancel->toolTip());
        connect(button, &QToolButton::clicked, cancel, &QAction::trigger);
        layout->addWidget(button);
    }
    setVisible(false);
}

void JobBar::setStatus(const JobStatus& status)
{
    setVisible(status.running > 0);
    if (status.running == 0)
        return;
    what_->setText(status.phase.isEmpty()
                       ? status.title
                       : tr("%1: %2").arg(status.title, plots::core_text(status.phase.toStdString())));
    if (status.fraction < 0) {
        bar_->setRange(0, 0);
    } else {
        bar_->setRange(0, steps);
        bar_->setValue(static_cast<int>(status.fraction * steps));
    }
    left_->setText(status.secondsLeft < 0 ? QString() : tr("%1 left").arg(gui::duration(status.secondsLeft)));
}

}  // namespace exitscope::app
