// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <QObject>
#include <QString>
#include <QStringList>
#include <QUndoStack>

#include "app/jobs.h"
#include "app/point_pool.h"
#include "app/session_file.h"
#include "app/tasks.h"
#include "widgets/common/operating_point.h"
#include "widgets/filters/filter.h"

namespace exitscope::app {

/// Everything that is open and chosen. Views show its values and tell it what the user did; it starts the jobs and says
/// what changed. Only deciding one operating point happens in the GUI thread.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    // what is open
    [[nodiscard]] const ModelPtr& model() const { return model_; }
    [[nodiscard]] const DataPair& data() const { return data_; }
    [[nodiscard]] const run::RunPtr& run() const { return run_; }
    [[nodiscard]] const AnalysisPtr& analysis() const { return analysis_; }
    /// Of a large run that is being read, while no other is open, until its first operating point is decided; null at
    /// other times.
    [[nodiscard]] const std::shared_ptr<const Outline>& outline() const { return outline_; }
    [[nodiscard]] bool runIsSaved() const { return runSaved_; }
    [[nodiscard]] const QString& runPath() const { return runPath_; }
    [[nodiscard]] bool canEvaluate() const { return model_ && data_.fit && data_.test; }
    [[nodiscard]] bool loading() const;
    [[nodiscard]] Jobs& jobs() { return jobs_; }

    // what is chosen
    [[nodiscard]] cost::Kind costKind() const { return costKind_; }
    [[nodiscard]] const std::string& policy() const { return policy_; }
    [[nodiscard]] double budget() const { return budget_; }
    [[nodiscard]] double cheapestBudget() const;
    /// Whether answers pool all heads visited so far (METHODS 8.2), and whether the run allows it.
    [[nodiscard]] bool pooled() const { return pooled_; }
    [[nodiscard]] bool canPool() const;
    /// What the states in use obey: the run's own schedule, or a narrower one that was chosen.
    [[nodiscard]] run::Schedule schedule() const;
    /// Whether the open run has states that a narrower `schedule` would leave out, or has it itself.
    [[nodiscard]] bool canRestrict(run::Schedule schedule) const;
    [[nodiscard]] const std::vector<std::string>& curvesShown() const { return shown_; }
    [[nodiscard]] const EvaluateSettings& settings() const { return settings_; }
    void setSettings(const EvaluateSettings& settings) { settings_ = settings; }

    // what follows from it
    [[nodiscard]] const cost::Costs& costs() const { return costs_; }
    /// Never null and never changed: every decision makes another one. Its analysis is analysis(), or that of a policy
    /// with a graph of its own.
    [[nodiscard]] const gui::OperatingPointPtr& point() const { return point_; }
    [[nodiscard]] const analyse::PolicyResult* result(const std::string& policy) const;
    /// The fitted ones of curvesShown(), the current policy first.
    [[nodiscard]] std::vector<analyse::PolicyResult> results() const;
    [[nodiscard]] std::vector<analyse::Curve> curves() const;
    /// The states as fixed models under costs(); empty without labels.
    [[nodiscard]] std::vector<analyse::StaticPoint> fixedModels() const;
    [[nodiscard]] double fullAccuracy() const { return fullAccuracy_; }
    [[nodiscard]] const gui::FilterStack& filters() const { return filters_; }
    [[nodiscard]] const std::vector<SampleIndex>& passing() const { return passing_; }
    /// How many of passing() match a search. Errors: those of searches; nothing is decided yet.
    [[nodiscard]] Expected<std::size_t> countMatching(const std::string& search) const;
    [[nodiscard]] std::optional<SampleIndex> selected() const { return selected_; }
    /// What is open and chosen, without what belongs to the window.
    [[nodiscard]] SessionState state() const;
    [[nodiscard]] QUndoStack& undoStack() { return undo_; }

    /// Makes the text and writes it in a worker thread; the outcome is reported like that of every job.
    void writeFile(const QString& path, std::function<Expected<std::string>()> make);

public slots:
    void openModel(const QString& path);
    /// A path or a specification that offers both splits, or one set to be split by `fitFraction`.
    void openData(const QString& spec, double fitFraction = 0.5);
    void openFitData(const QString& spec);
    void openTestData(const QString& spec);
    /// Single images as an unlabelled test set.
    void openTestImages(const QStringList& paths);
    void openRun(const QString& path);
    /// Opens what a session names and chooses what it had chosen. `runPath`: what the run is called from now on, empty
    /// for one that the user has not saved.
    void restore(const exitscope::app::SessionState& state, const QString& runPath);
    void saveRun(const QString& path);
    /// At once, or when the model and data that are being opened have arrived. Does nothing without model and data.
    void evaluate();
    void cancel();

    void setPolicy(const std::string& policy);
    void setCostKind(cost::Kind kind);
    void setBudget(double budget);
    void setPooled(bool pooled);
    void setSchedule(run::Schedule schedule);
    void showCurve(const std::string& policy, bool shown);
    void addFilters(const std::vector<gui::Filter>& filters);
    void removeFilter(std::size_t position);
    void clearFilters();
    /// Without an undo step; the undo commands call it.
    void applyFilters(const gui::FilterStack& filters);
    void select(std::optional<SampleIndex> sample);

signals:
    void outlineChanged();
    void modelChanged();
    void dataChanged();
    /// Another run is open, or none: everything below it starts anew.
    void runChanged();
    void analysisChanged();
    void curvesChanged();
    /// point() is another one; passing() are samples of it already.
    void decided();
    void filtersChanged();
    void passingChanged();
    void selectionChanged();
    void imagesChanged(exitscope::dataset::DatasetPtr images);
    void opened(const QString& path);
    void saved(const QString& path);
    /// One sentence each: for the message bar as an error, as a notice, and for the log.
    void problem(const QString& sentence);
    void notice(const QString& sentence);
    void note(const QString& sentence);

private:
    void readRun(const QString& path, std::function<void(run::RunPtr)> done);
    void setOutline(std::shared_ptr<const Outline> outline);
    void setRun(run::RunPtr run, const QString& path, bool saved, const SessionState* restored = nullptr);
    void choose(const SessionState& restored);
    void findImages();
    void analyseAnew();
    void analyseRun();
    void fitMissing();
    void fitted(FitOutcome outcome);
    void decide();
    void predictErrors(gui::OperatingPoint& point, const std::optional<std::vector<SampleIndex>>& changed) const;
    void forgetPoint(run::RunPtr run, const cost::Costs& costs);
    void changeFilters(const gui::FilterStack& filters, const QString& what);
    void forgetFits();
    [[nodiscard]] double startingBudget(const analyse::PolicyResult& result) const;

    ModelPtr model_;
    QString modelPath_;
    DataPair data_;
    EvaluateSettings settings_;
    run::RunPtr run_;                        ///< as opened or evaluated
    run::RunPtr used_;                       ///< the part of it that schedule_ allows: what everything below stands on
    std::optional<run::Schedule> schedule_;  ///< chosen; nothing: the run's own
    cost::Costs costs_;                      ///< of its states
    PointPool points_;
    gui::OperatingPointPtr point_;  ///< its run and costs are those that the current policy decides on
    AnalysisPtr analysis_;
    std::shared_ptr<const Outline> outline_;
    std::vector<analyse::StaticPoint> fixed_;  ///< accuracies of the analysis' run, costs of the day it was made
    std::map<std::string, std::shared_ptr<analyse::Stepper>> fits_;
    std::shared_ptr<analyse::Stepper> decider_;  ///< whose decisions point_ holds
    std::map<std::string, Error> unfit_;         ///< policies that cannot be fitted on this run
    std::vector<std::string> shown_;
    std::string policy_;
    cost::Kind costKind_ = cost::Kind::bops;
    double budget_ = 1;
    bool budgetChosen_ = false;
    bool pooled_ = false;
    bool evaluateWhenReady_ = false;
    double fullAccuracy_ = 0;
    gui::FilterStack filters_;
    std::vector<SampleIndex> passing_;
    std::optional<SampleIndex> selected_;
    QString runPath_;
    bool runSaved_ = true;
    QUndoStack undo_;
    Jobs jobs_;  ///< last: its threads end before anything they might touch
};

}  // namespace exitscope::app
