// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/predict/predictor_options.h"

#include <utility>

#include "widgets/common/format.h"

namespace exitscope::app {

using gui::text;

Study::Study(Jobs& jobs, const Inputs& inputs, QObject* parent) : QObject(parent), inputs_(inputs), fits_(jobs)
{
    connect(&fits_, &Fits::analysed, this, &Study::analysed);
    connect(&fits_, &Fits::fitted, this, &Study::fitted);
    connect(&fits_, &Fits::unfit, this, &Study::unfit);
    connect(&filters_, &Filters::changed, this, &Study::filtersChanged);
    connect(&filters_, &Filters::passingChanged, this, &Study::passingChanged);
}

void Study::writeTo(SessionState& state) const
{
    choices_.writeTo(state);
    state.filters = filters_.stack().filters();
}

void Study::setRun(const run::RunPtr& run, const std::optional<SessionState>& restored)
{
    run_ = run;
    fits_.setRun(run);
    if (restored)
        choices_.restore(*restored, *run);
    else
        choices_.keepFor(*run);
    decider_.forget(run, fits_.costs());
    filters_.setRun(point(), restored ? &restored->filters : nullptr);
    fullAccuracy_ = analyse::full_accuracy(*run).value;
}

void Study::analyse()
{
    fits_.start(run_, choices_.schedule(run_.get()), choices_.cost(),
                {inputs_.settings().options.seed, 0, choices_.pooled(), predict::Method::spline});
}

/// After another choice of what answers and which states there are.
void Study::analyseAnew()
{
    fits_.forget();
    forgetPoint(fits_.used());
    emit analysisChanged();
    analyse();
}

void Study::analysed()
{
    forgetPoint(point()->run);
    emit analysisChanged();
    // the lane is still taken by the job that just delivered: follow when it has closed
    QMetaObject::invokeMethod(this, &Study::fitMissing, Qt::QueuedConnection);
}

void Study::fitted(const std::string& policy)
{
    if (policy == choices_.policy()) {
        choices_.startBudget(*fits_.result(policy), fits_.cheapestBudget());
        decide();
    }
    emit curvesChanged();
}

void Study::unfit(const std::string& policy, const Error& why)
{
    const QString sentence = tr("%1: %2").arg(text(policy), text(why.message()));
    emit note(sentence);
    if (policy == choices_.policy())
        emit problem(sentence);
}

/// Nothing is decided on `run` yet.
void Study::forgetPoint(run::RunPtr run)
{
    decider_.forget(std::move(run), fits_.costs());
    filters_.setPoint(point(), {});
}

void Study::setPolicy(const std::string& policy)
{
    if (!choices_.setPolicy(policy))
        return;
    if (const Error* why = fits_.problem(policy))
        emit problem(tr("%1: %2").arg(text(policy), text(why->message())));
    emit curvesChanged();
    if (fits_.result(policy))
        decide();
    else
        fitMissing();
}

void Study::setCostKind(cost::Kind kind)
{
    if (kind == choices_.cost())
        return;
    if (run_) {
        if (const Expected<void> set = fits_.setCost(kind); !set) {
            emit problem(text(set.error().message()));
            emit analysisChanged();
            return;
        }
        forgetPoint(fits_.used());
    }
    choices_.setCost(kind);
    if (!fits_.analysis())
        return;
    emit analysisChanged();
    fitMissing();
}

void Study::setBudget(double budget)
{
    if (choices_.setBudget(budget, fits_.cheapestBudget()))
        decide();
}

void Study::setPooled(bool pooled)
{
    if (choices_.setPooled(pooled, run_.get()) && run_)
        analyseAnew();
}

void Study::setSchedule(run::Schedule schedule)
{
    if (choices_.setSchedule(schedule, run_.get()))
        analyseAnew();
}

void Study::showCurve(const std::string& policy, bool shown)
{
    if (!choices_.showCurve(policy, shown))
        return;
    emit curvesChanged();
    fitMissing();
}

void Study::decide()
{
    const Fits::StepperPtr fit = fits_.stepper(choices_.policy());
    if (!fit || !fits_.analysis())
        return;
    const Decider::Step step = decider_.decide(fit, choices_.budget());
    filters_.setPoint(point(), step.changed);
    const bool first = !choices_.selected() && point()->run->test.samples > 0;
    if (step.otherGraph)
        emit filtersChanged();
    emit decided();
    emit passingChanged();
    if (first && !filters_.passing().empty())
        select(filters_.passing().front());
}

void Study::select(std::optional<SampleIndex> sample)
{
    if (choices_.select(sample))
        emit selectionChanged();
}

}  // namespace exitscope::app
