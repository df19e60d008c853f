// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <QObject>
#include <QString>
#include <QStringList>

#include "app/inputs.h"
#include "app/jobs.h"
#include "app/open_run.h"
#include "app/study.h"
#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/static_points.h"

namespace exitscope::app {

/// Everything that is open and chosen, and what follows from it. Views show its values and tell it what the user did;
/// it says what changed. Its parts do the work; see there. Only deciding one operating point happens in the GUI thread.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    [[nodiscard]] Jobs& jobs() { return jobs_; }

    // what is open: Inputs and OpenRun
    [[nodiscard]] const ModelPtr& model() const { return inputs_.model(); }
    [[nodiscard]] const DataPair& data() const { return inputs_.data(); }
    /// Share of the samples to fit on where data is split at random.
    [[nodiscard]] double fitFraction() const { return inputs_.fitFraction(); }
    [[nodiscard]] bool canEvaluate() const { return inputs_.complete(); }
    [[nodiscard]] bool loading() const { return inputs_.loading(); }
    [[nodiscard]] const EvaluateSettings& settings() const { return inputs_.settings(); }
    void setSettings(const EvaluateSettings& settings) { inputs_.setSettings(settings); }
    [[nodiscard]] const dataset::OpenOptions& reading() const { return inputs_.reading(); }
    void setReading(const dataset::OpenOptions& reading) { inputs_.setReading(reading); }
    [[nodiscard]] const std::vector<evaluate::InputCheck>& checks() const { return inputs_.checks(); }
    [[nodiscard]] const ModelRequest& modelRequest() const { return inputs_.modelRequest(); }
    /// How the open model was read.
    [[nodiscard]] const model::OpenOptions& opening() const { return inputs_.opening(); }
    /// What is doubtful about the evaluation that is under way, else about the run and its analysis.
    [[nodiscard]] Notices runNotices() const;
    [[nodiscard]] const run::RunPtr& run() const { return run_.run(); }
    [[nodiscard]] const std::shared_ptr<const Outline>& outline() const { return run_.outline(); }
    [[nodiscard]] bool runIsSaved() const { return run_.isSaved(); }
    [[nodiscard]] const QString& runPath() const { return run_.path(); }

    // what is chosen: Choices
    [[nodiscard]] cost::Kind costKind() const { return study_.choices().cost(); }
    [[nodiscard]] const std::string& policy() const { return study_.choices().policy(); }
    [[nodiscard]] double budget() const { return study_.choices().budget(); }
    /// Whether answers pool all heads visited so far (docs/methods.md), and whether the run allows it.
    [[nodiscard]] bool pooled() const { return study_.choices().pooled(); }
    [[nodiscard]] bool canPool() const { return app::canPool(run().get()); }
    [[nodiscard]] run::Schedule schedule() const { return study_.choices().schedule(run().get()); }
    [[nodiscard]] bool canRestrict(run::Schedule schedule) const { return app::canRestrict(run().get(), schedule); }
    [[nodiscard]] const std::vector<std::string>& curvesShown() const { return study_.choices().curves(); }
    [[nodiscard]] std::optional<SampleIndex> selected() const { return study_.choices().selected(); }

    // what follows from it: Fits, Decider and Filters
    [[nodiscard]] const AnalysisPtr& analysis() const { return fits().analysis(); }
    [[nodiscard]] const cost::Costs& costs() const { return fits().costs(); }
    [[nodiscard]] double cheapestBudget() const { return fits().cheapestBudget(); }
    /// Never null and never changed: every decision makes another one. Its analysis is analysis(), or that of a policy
    /// with a graph of its own.
    [[nodiscard]] const gui::OperatingPointPtr& point() const { return study_.point(); }
    [[nodiscard]] const analyse::PolicyResult* result(const std::string& policy) const { return fits().result(policy); }
    /// The fitted ones of curvesShown(), the current policy first.
    [[nodiscard]] std::vector<analyse::PolicyResult> results() const
    {
        return fits().results(study_.choices().policies());
    }
    [[nodiscard]] std::vector<analyse::Curve> curves() const;
    [[nodiscard]] std::vector<analyse::StaticPoint> fixedModels() const { return fits().fixedModels(); }
    [[nodiscard]] double fullAccuracy() const { return study_.fullAccuracy(); }
    [[nodiscard]] const gui::FilterStack& filters() const { return study_.filters().stack(); }
    [[nodiscard]] const std::vector<SampleIndex>& passing() const { return study_.filters().passing(); }
    [[nodiscard]] Expected<std::size_t> countMatching(const std::string& search) const
    {
        return study_.filters().countMatching(search);
    }
    [[nodiscard]] QUndoStack& undoStack() { return study_.filters().undoStack(); }

    /// What is open and chosen, without what belongs to the window.
    [[nodiscard]] SessionState state() const;
    /// Makes the text and writes it in a worker thread; the outcome is reported like that of every job.
    void writeFile(const QString& path, std::function<Expected<std::string>()> make);
    /// For the end of the program: cancels all but the files that wait to be written.
    void stop() { jobs_.stop(); }

public slots:
    void openModel(const QString& path, const exitscope::model::OpenOptions& how = {}) { inputs_.openModel(path, how); }
    void openData(const QString& spec, double fitFraction = 0.5) { inputs_.openData(spec, fitFraction); }
    void openFitData(const QString& spec) { inputs_.openFitData(spec); }
    void openTestData(const QString& spec) { inputs_.openTestData(spec); }
    void openTestImages(const QStringList& paths) { inputs_.openTestImages(paths); }
    void openRun(const QString& path) { run_.open(path, costKind()); }
    /// Opens what a session names and chooses what it had chosen. `runPath`: what the run is called from now on, empty
    /// for one that the user has not saved.
    void restore(const exitscope::app::SessionState& state, const QString& runPath);
    /// `then` (may be empty) when the file is written, and not when it could not be.
    void saveRun(const QString& path, const std::function<void()>& then = {}) { run_.save(path, then); }
    /// At once, or when the model and data that are being opened have arrived. Does nothing without model and data.
    void evaluate() { run_.evaluate(); }
    void cancel();

    void setPolicy(const std::string& policy) { study_.setPolicy(policy); }
    void setCostKind(cost::Kind kind) { study_.setCostKind(kind); }
    void setBudget(double budget) { study_.setBudget(budget); }
    void setPooled(bool pooled) { study_.setPooled(pooled); }
    void setSchedule(run::Schedule schedule) { study_.setSchedule(schedule); }
    void showCurve(const std::string& policy, bool shown) { study_.showCurve(policy, shown); }
    void addFilters(const std::vector<gui::Filter>& filters) { study_.filters().add(filters); }
    void removeFilter(std::size_t position) { study_.filters().remove(position); }
    void clearFilters() { study_.filters().clear(); }
    void select(std::optional<SampleIndex> sample) { study_.select(sample); }

signals:
    void outlineChanged();
    void modelChanged();
    void dataChanged();
    void checksChanged();
    void runNoticesChanged();
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
    [[nodiscard]] const Fits& fits() const { return study_.fits(); }
    void takeRun(const std::optional<SessionState>& restored);

    Jobs jobs_;  ///< the destructor waits for its threads before anything they might touch goes
    Inputs inputs_;
    OpenRun run_;
    Study study_;
};

}  // namespace exitscope::app
