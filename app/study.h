// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QObject>
#include <QString>

#include "app/choices.h"
#include "app/decider.h"
#include "app/filters.h"
#include "app/fits.h"
#include "app/inputs.h"
#include "app/jobs.h"

namespace exitscope::app {

/// What the user looks at in a run: the choices, and what follows from them. Passes on what a change of one part means
/// for the others.
class Study : public QObject {
    Q_OBJECT
public:
    /// Both outlive this object; the inputs' seed is that of the analysis.
    Study(Jobs& jobs, const Inputs& inputs, QObject* parent = nullptr);

    [[nodiscard]] const Choices& choices() const { return choices_; }
    [[nodiscard]] const Fits& fits() const { return fits_; }
    [[nodiscard]] const gui::OperatingPointPtr& point() const { return decider_.point(); }
    [[nodiscard]] const Filters& filters() const { return filters_; }
    [[nodiscard]] Filters& filters() { return filters_; }
    [[nodiscard]] double fullAccuracy() const { return fullAccuracy_; }
    void writeTo(SessionState& state) const;

    /// Another run: analyse() goes on. `restored`: what a session chose on it. Emits nothing.
    void setRun(const run::RunPtr& run, const std::optional<SessionState>& restored);
    /// Begins to find out what follows from run and choices.
    void analyse();

    void setPolicy(const std::string& policy);
    void setCostKind(cost::Kind kind);
    void setBudget(double budget);
    void setPooled(bool pooled);
    void setSchedule(run::Schedule schedule);
    void showCurve(const std::string& policy, bool shown);
    void select(std::optional<SampleIndex> sample);

signals:
    void analysisChanged();
    void curvesChanged();
    /// point() is another one; the filters' passing() are samples of it already.
    void decided();
    void filtersChanged();
    void passingChanged();
    void selectionChanged();
    void problem(const QString& sentence);
    void note(const QString& sentence);

private:
    void analyseAnew();
    void analysed();
    void fitted(const std::string& policy);
    void unfit(const std::string& policy, const Error& why);
    void fitMissing() { fits_.fit(choices_.policies()); }
    void forgetPoint(run::RunPtr run);
    void decide();

    const Inputs& inputs_;
    run::RunPtr run_;
    Choices choices_;
    Fits fits_;
    Decider decider_;
    Filters filters_;
    double fullAccuracy_ = 0;
};

}  // namespace exitscope::app
