// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"

#include <algorithm>

#include <QFileInfo>
#include <QUndoCommand>

#include "core/analysis/analyse/default_budget.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/run/restricted.h"
#include "core/analysis/run/run_file.h"
#include "core/base/file.h"
#include "widgets/common/format.h"

namespace exitscope::app {
namespace {

using gui::count;
using gui::text;

constexpr double toleratedDrop = 0.005;  ///< the first budget shown loses at most half a point on the fit split

/// Shown at first, as far as the registry has them: the method, the strongest simple baseline, the usual one, the
/// bounds.
constexpr std::string_view firstCurves[] = {"quee", "composite", "confidence", "static-hull", "oracle"};

class SetFilters : public QUndoCommand {
public:
    SetFilters(Session& session, gui::FilterStack before, gui::FilterStack after, const QString& what)
        : QUndoCommand(what), session_(session), before_(std::move(before)), after_(std::move(after))
    {
    }
    void undo() override { session_.applyFilters(before_); }
    void redo() override { session_.applyFilters(after_); }

private:
    Session& session_;
    gui::FilterStack before_;
    gui::FilterStack after_;
};

}  // namespace

Session::Session(QObject* parent) : QObject(parent), point_(std::make_shared<const gui::OperatingPoint>())
{
    for (const std::string_view name : firstCurves)
        if (policy::find(name))
            shown_.emplace_back(name);
    policy_ = shown_.empty() ? std::string() : shown_.front();
    settings_.options.precisions = {{4, 4}, {6, 6}, {8, 8}};
    connect(&jobs_, &Jobs::failed, this, [this](const QString& title, const Error& error) {
        evaluateWhenReady_ = false;
        if (!run_)
            setOutline(nullptr);
        emit problem(text(error.message()));
        emit note(tr("%1 failed: %2").arg(title, text(error.message())));
    });
    connect(&jobs_, &Jobs::finished, this, [this](const QString& title, double seconds) {
        if (!title.isEmpty())
            emit note(tr("%1: done in %2 s").arg(title).arg(seconds, 0, 'f', 1));
        if (evaluateWhenReady_ && !loading())
            evaluate();
    });
}

Session::~Session()
{
    jobs_.cancelAndWait();
}

double Session::cheapestBudget() const
{
    return !run_ || costs_.state.empty() ? 0.0 : costs_.relative(cost::cheapest(costs_));
}

const analyse::PolicyResult* Session::result(const std::string& policy) const
{
    const auto found = fits_.find(policy);
    return found == fits_.end() ? nullptr : &found->second->policy();
}

std::vector<analyse::PolicyResult> Session::results() const
{
    std::vector<analyse::PolicyResult> list;
    if (const auto* current = result(policy_))
        list.push_back(*current);
    for (const std::string& policy : shown_)
        if (const auto* fit = policy == policy_ ? nullptr : result(policy))
            list.push_back(*fit);
    return list;
}

std::vector<analyse::Curve> Session::curves() const
{
    std::vector<analyse::Curve> list;
    for (const analyse::PolicyResult& fit : results())
        list.push_back(fit.curve);
    return list;
}

std::vector<analyse::StaticPoint> Session::fixedModels() const
{
    std::vector<analyse::StaticPoint> points = fixed_;
    for (analyse::StaticPoint& point : points)
        point.relative_cost = costs_.relative(point.state);
    return points;
}

void Session::openModel(const QString& path)
{
    jobs_.start<ModelPtr>(
        Jobs::Lane::model, tr("Opening %1").arg(QFileInfo(path).fileName()),
        [file = path.toStdString()](Progress& progress) { return loadModel(file, progress); },
        [this, path](ModelPtr model) {
            model_ = std::move(model);
            settings_.mean.clear();  // they belonged to the model before
            settings_.std.clear();
            modelPath_ = QFileInfo(path).absoluteFilePath();
            emit modelChanged();
            emit opened(path);
            emit note(tr("%1: %n exits, %2 classes", nullptr, static_cast<int>(model_->exit_count()))
                          .arg(path)
                          .arg(model_->classes));
            if (!model_->preprocessing_known)
                emit notice(tr("%1 does not say how images become its input: grey values from 0 to 1 are assumed, with "
                               "mean 0 and standard deviation 1. Others can be set under Run, Evaluation settings "
                               "(Ctrl+F5).")
                                .arg(QFileInfo(path).fileName()));
        });
}

void Session::openData(const QString& spec, double fitFraction)
{
    jobs_.cancel(Jobs::Lane::testData);
    jobs_.start<DataPair>(
        Jobs::Lane::fitData, tr("Opening %1").arg(QFileInfo(spec).fileName()),
        [name = spec.toStdString(), fitFraction, seed = settings_.options.seed](Progress& progress) {
            return loadPair(name, fitFraction, seed, progress);
        },
        [this, spec](DataPair pair) {
            data_ = std::move(pair);
            emit dataChanged();
            emit opened(spec);
            emit note(
                tr("%1: %2 samples to fit, %3 to test").arg(spec, count(data_.fit->size()), count(data_.test->size())));
        });
}

void Session::openFitData(const QString& spec)
{
    jobs_.start<dataset::DatasetPtr>(
        Jobs::Lane::fitData, tr("Opening %1").arg(QFileInfo(spec).fileName()),
        [name = spec.toStdString()](Progress& progress) { return loadDataset(name, progress); },
        [this, spec](dataset::DatasetPtr data) {
            data_.fit = std::move(data);
            data_.fitSpec = spec.toStdString();
            emit dataChanged();
            emit note(tr("%1: %2 samples to fit").arg(spec, count(data_.fit->size())));
        });
}

void Session::openTestData(const QString& spec)
{
    jobs_.start<dataset::DatasetPtr>(
        Jobs::Lane::testData, tr("Opening %1").arg(QFileInfo(spec).fileName()),
        [name = spec.toStdString()](Progress& progress) { return loadDataset(name, progress); },
        [this, spec](dataset::DatasetPtr data) {
            data_.test = std::move(data);
            data_.testSpec = spec.toStdString();
            emit dataChanged();
            emit note(tr("%1: %2 samples to test").arg(spec, count(data_.test->size())));
        });
}

void Session::openTestImages(const QStringList& paths)
{
    std::vector<std::string> files;
    for (const QString& path : paths)
        files.push_back(path.toStdString());
    jobs_.start<dataset::DatasetPtr>(
        Jobs::Lane::testData, tr("Opening %n images", nullptr, static_cast<int>(paths.size())),
        [files](Progress& progress) { return loadImages(files, progress); },
        [this](dataset::DatasetPtr data) {
            data_.test = std::move(data);
            data_.testSpec.clear();
            emit dataChanged();
        });
}

void Session::readRun(const QString& path, std::function<void(run::RunPtr)> done)
{
    jobs_.stream<RunPart>(
        Jobs::Lane::run, tr("Opening %1").arg(QFileInfo(path).fileName()),
        [file = path.toStdString(), kind = costKind_](Progress& progress, const auto& deliver) {
            return app::readRun(file, kind, progress, deliver);
        },
        [this, done = std::move(done)](RunPart part) {
            if (part.whole)
                done(std::move(part.whole));
            else if (!run_)
                setOutline(std::move(part.outline));
        },
        {});
}

void Session::setOutline(std::shared_ptr<const Outline> outline)
{
    if (outline == outline_)
        return;
    outline_ = std::move(outline);
    emit outlineChanged();
}

void Session::openRun(const QString& path)
{
    readRun(path, [this, path](run::RunPtr run) {
        setRun(std::move(run), path, true);
        emit opened(path);
        findImages();
    });
}

SessionState Session::state() const
{
    SessionState state;
    state.run = runPath_.isEmpty() ? QString() : QFileInfo(runPath_).absoluteFilePath();
    state.runId = run_ ? runIdentity(*run_) : QString();
    state.model = modelPath_;
    state.fit = QString::fromStdString(data_.fitSpec);
    state.test = QString::fromStdString(data_.testSpec);
    state.policy = policy_;
    state.cost = costKind_;
    state.budget = budget_;
    state.pooled = pooled_;
    state.schedule = schedule_;
    state.curves = shown_;
    state.filters = filters_.filters();
    if (selected_)
        state.selected = selected_->value;
    return state;
}

void Session::restore(const SessionState& state, const QString& runPath)
{
    if (!state.model.isEmpty())
        openModel(state.model);
    if (!state.run.isEmpty())
        readRun(state.run, [this, state, runPath](run::RunPtr run) {
            if (!state.runId.isEmpty() && runIdentity(*run) != state.runId)
                emit notice(tr("%1 is not the run that this session was saved with").arg(state.run));
            setRun(std::move(run), runPath, !runPath.isEmpty(), &state);
            findImages();
        });
    if (!state.fit.isEmpty() && state.fit == state.test) {
        openData(state.fit);
    } else {
        if (!state.fit.isEmpty())
            openFitData(state.fit);
        if (!state.test.isEmpty())
            openTestData(state.test);
    }
}

void Session::choose(const SessionState& restored)
{
    policy_ = restored.policy;
    if (cost::make_costs(*run_, restored.cost))
        costKind_ = restored.cost;
    pooled_ = restored.pooled;
    if (restored.schedule && canRestrict(*restored.schedule))
        schedule_ = restored.schedule;
    if (!restored.curves.empty())
        shown_ = restored.curves;
    budget_ = restored.budget;
    budgetChosen_ = true;
    filters_ = {};
    for (const gui::Filter& filter : restored.filters)
        filters_ = filters_.with(filter);
    if (restored.selected && *restored.selected < run_->test.samples)
        selected_ = SampleIndex(*restored.selected);
}

void Session::findImages()
{
    using Found = Expected<dataset::DatasetPtr>;
    jobs_.stream<Found>(
        Jobs::Lane::testData, tr("Looking for the images"),
        [run = run_](Progress& progress, const auto& deliver) -> Expected<void> {
            deliver(imagesOf(run, progress));
            return {};
        },
        [this](Found images) {
            if (images)
                emit imagesChanged(std::move(*images));
            else
                emit notice(tr("No images: %1").arg(text(images.error().message())));
        },
        {});
}

void Session::saveRun(const QString& path)
{
    if (!run_)
        return;
    jobs_.stream<int>(
        Jobs::Lane::write, tr("Saving %1").arg(QFileInfo(path).fileName()),
        [run = run_, file = path.toStdString()](Progress& progress, const auto&) {
            progress.begin("Writing the run", 0);
            return run::save(*run, file);
        },
        {},
        [this, path, saved = run_] {
            if (run_ == saved) {  // another one may have been opened meanwhile
                runSaved_ = true;
                runPath_ = path;
            }
            emit this->saved(path);
        });
}

void Session::writeFile(const QString& path, std::function<Expected<std::string>()> make)
{
    jobs_.waitFor(Jobs::Lane::write);  // a second export must not cancel the first
    jobs_.stream<int>(
        Jobs::Lane::write, tr("Writing %1").arg(QFileInfo(path).fileName()),
        [file = path.toStdString(), make = std::move(make)](Progress& progress, const auto&) -> Expected<void> {
            progress.begin("Writing", 0);
            Expected<std::string> text = make();
            if (!text)
                return forward(text);
            return write_file(file, *text);
        },
        {}, [this, path] { emit note(tr("Exported %1").arg(path)); });
}

bool Session::loading() const
{
    return jobs_.busy(Jobs::Lane::model) || jobs_.busy(Jobs::Lane::fitData) || jobs_.busy(Jobs::Lane::testData);
}

void Session::evaluate()
{
    evaluateWhenReady_ = false;
    if (loading()) {
        evaluateWhenReady_ = true;
        return;
    }
    if (!canEvaluate())
        return;
    jobs_.start<run::RunPtr>(
        Jobs::Lane::run, tr("Evaluating"),
        [model = model_, data = data_, settings = settings_](Progress& progress) {
            return evaluateModel(model, data, settings, progress);
        },
        // images that no specification names again are shown from the set at hand
        [this, images = data_.testSpec.empty() ? data_.test : nullptr](run::RunPtr run) {
            setRun(std::move(run), {}, false);
            if (images)
                emit imagesChanged(images);
            else
                findImages();
        });
}

void Session::cancel()
{
    evaluateWhenReady_ = false;
    if (!jobs_.busy())
        return;
    jobs_.cancelAll();
    setOutline(nullptr);
    emit note(tr("Cancelled"));
}

void Session::setRun(run::RunPtr run, const QString& path, bool isSaved, const SessionState* restored)
{
    jobs_.cancel(Jobs::Lane::analysis);
    run_ = std::move(run);
    used_ = run_;
    schedule_.reset();
    costs_ = {};
    forgetPoint(run_, costs_);
    analysis_.reset();
    fixed_.clear();
    forgetFits();
    selected_.reset();
    passing_.clear();
    undo_.clear();
    runPath_ = path;
    runSaved_ = isSaved;
    budgetChosen_ = false;
    if (restored)
        choose(*restored);
    pooled_ = pooled_ && canPool();
    filters_ = filters_.fitting(*run_);
    fullAccuracy_ = analyse::full_accuracy(*run_).value;
    emit imagesChanged(nullptr);
    emit runChanged();
    analyseRun();
}

void Session::analyseRun()
{
    jobs_.start<Analysed>(
        Jobs::Lane::analysis, tr("Fitting"),
        [run = run_, schedule = schedule(), kind = costKind_, seed = settings_.options.seed,
         pooled = pooled_](Progress& progress) {
            return analyse(run::restricted(run, schedule), kind, {seed, 0, pooled, predict::Method::spline}, progress);
        },
        [this](Analysed analysed) {
            used_ = analysed.used;
            analysis_ = std::move(analysed.analysis);
            fixed_ = std::move(analysed.fixed);
            if (analysed.costs.kind == costKind_)
                costs_ = std::move(analysed.costs);
            else if (auto costs = cost::make_costs(*used_, costKind_))  // another was chosen meanwhile
                costs_ = std::move(*costs);
            forgetPoint(point_->run, costs_);
            emit analysisChanged();
            // the lane is still taken by the job that just delivered: follow when it has closed
            QMetaObject::invokeMethod(this, &Session::fitMissing, Qt::QueuedConnection);
        });
}

void Session::fitMissing()
{
    if (!analysis_)
        return;
    std::vector<std::string> missing;
    const auto want = [&](const std::string& policy) {
        const bool known = fits_.contains(policy) || unfit_.contains(policy) ||
                           std::find(missing.begin(), missing.end(), policy) != missing.end();
        if (!known && policy::find(policy))
            missing.push_back(policy);
    };
    want(policy_);
    for (const std::string& policy : shown_)
        want(policy);
    if (missing.empty())
        return;
    jobs_.stream<FitOutcome>(
        Jobs::Lane::analysis, tr("Fitting"),
        [analysis = analysis_, costs = costs_, missing](Progress& progress, const auto& deliver) {
            return fitPolicies(analysis, costs, missing, progress, deliver);
        },
        [this](FitOutcome outcome) { fitted(std::move(outcome)); }, {});
}

void Session::fitted(FitOutcome outcome)
{
    if (!outcome.stepper) {
        unfit_.insert_or_assign(outcome.policy, outcome.stepper.error());
        const QString sentence = tr("%1: %2").arg(text(outcome.policy), text(outcome.stepper.error().message()));
        emit note(sentence);
        if (outcome.policy == policy_)
            emit problem(sentence);
        return;
    }
    fits_.insert_or_assign(outcome.policy, std::move(*outcome.stepper));
    if (outcome.policy == policy_) {
        if (!budgetChosen_)
            budget_ = startingBudget(*result(policy_));
        budgetChosen_ = true;
        decide();
    }
    emit curvesChanged();
}

void Session::setPolicy(const std::string& policy)
{
    if (policy == policy_ || !policy::find(policy))
        return;
    policy_ = policy;
    if (const auto found = unfit_.find(policy); found != unfit_.end())
        emit problem(tr("%1: %2").arg(text(policy), text(found->second.message())));
    emit curvesChanged();
    if (result(policy_))
        decide();
    else
        fitMissing();
}

void Session::setCostKind(cost::Kind kind)
{
    if (kind == costKind_)
        return;
    if (!run_) {
        costKind_ = kind;
        return;
    }
    Expected<cost::Costs> costs = cost::make_costs(*used_, kind);
    if (!costs) {
        emit problem(text(costs.error().message()));
        emit analysisChanged();
        return;
    }
    costKind_ = kind;
    costs_ = std::move(*costs);
    forgetPoint(used_, costs_);
    forgetFits();
    budgetChosen_ = false;
    if (!analysis_)
        return;
    emit analysisChanged();
    fitMissing();
}

void Session::setBudget(double budget)
{
    budget = std::clamp(budget, std::min(cheapestBudget(), 1.0), 1.0);
    if (budget == budget_)
        return;
    budget_ = budget;
    budgetChosen_ = true;
    decide();
}

bool Session::canPool() const
{
    return run_ && policy::best_answers(*run_) == policy::Answers::pooled;
}

void Session::setPooled(bool pooled)
{
    if (pooled == pooled_ || (run_ && pooled && !canPool()))
        return;
    pooled_ = pooled;
    if (run_)
        analyseAnew();
}

run::Schedule Session::schedule() const
{
    return schedule_.value_or(run_ ? run_->schedule : run::Schedule::free);
}

bool Session::canRestrict(run::Schedule schedule) const
{
    return run_ &&
           (run_->schedule == schedule || run_->schedule == run::Schedule::free || schedule == run::Schedule::uniform);
}

void Session::setSchedule(run::Schedule chosen)
{
    if (!canRestrict(chosen) || chosen == schedule())
        return;
    schedule_ = chosen;
    analyseAnew();
}

/// After another choice of what answers and which states there are.
void Session::analyseAnew()
{
    jobs_.cancel(Jobs::Lane::analysis);
    forgetPoint(used_, costs_);
    analysis_.reset();
    forgetFits();
    emit analysisChanged();
    analyseRun();
}

void Session::showCurve(const std::string& policy, bool shown)
{
    const auto found = std::find(shown_.begin(), shown_.end(), policy);
    if (shown == (found != shown_.end()) || !policy::find(policy))
        return;
    if (shown)
        shown_.push_back(policy);
    else
        shown_.erase(found);
    emit curvesChanged();
    fitMissing();
}

double Session::startingBudget(const analyse::PolicyResult& result) const
{
    return std::clamp(analyse::default_budget(result, toleratedDrop), cheapestBudget(), 1.0);
}

void Session::forgetFits()
{
    fits_.clear();
    unfit_.clear();
    decider_.reset();
}

void Session::decide()
{
    const auto found = fits_.find(policy_);
    if (!analysis_ || found == fits_.end())
        return;
    const analyse::PolicyResult& current = found->second->policy();
    const std::shared_ptr<gui::OperatingPoint> next = points_.copy(*point_);
    next->analysis = current.analysis;
    const bool otherGraph =
        next->run != current.analysis->run_ptr() || next->costs.state.size() != current.costs.state.size();
    if (otherGraph) {
        next->run = current.analysis->run_ptr();
        next->costs = current.costs;
        filters_ = filters_.fitting(*next->run);
    }
    if (decider_ != found->second) {
        decider_ = found->second;
        decider_->forget();
    }
    const std::optional<std::vector<SampleIndex>> changed = decider_->move(budget_, next->decisions);
    predictErrors(*next, changed);
    if (changed)  // conditions are asked of the samples that changed alone
        filters_.applyAgain(*next, *changed, passing_);
    else
        filters_.apply(*next, passing_);
    point_ = next;
    const bool first = !selected_ && point_->run->test.samples > 0;
    if (otherGraph)
        emit filtersChanged();
    emit decided();
    setOutline(nullptr);
    emit passingChanged();
    if (first && !passing_.empty())
        select(passing_.front());
}

/// Of the answers given now; `changed` are those that differ from the last time, nothing: all.
void Session::predictErrors(gui::OperatingPoint& point, const std::optional<std::vector<SampleIndex>>& changed) const
{
    const std::vector<std::vector<float>>& predicted = decider_->policy().analysis->self_error();
    const std::vector<StateIndex>& states = point.decisions.state;
    if (changed && point.predictedError.size() == states.size()) {
        for (const SampleIndex sample : *changed)
            point.predictedError[sample.at()] = predicted[states[sample.at()].at()][sample.at()];
        return;
    }
    point.predictedError.resize(states.size());
    for (std::size_t i = 0; i < states.size(); ++i)
        point.predictedError[i] = predicted[states[i].at()][i];
}

/// Nothing is decided on `run` yet.
void Session::forgetPoint(run::RunPtr run, const cost::Costs& costs)
{
    point_ = std::make_shared<const gui::OperatingPoint>(gui::OperatingPoint{std::move(run), costs, {}, {}, {}});
}

Expected<std::size_t> Session::countMatching(const std::string& search) const
{
    if (!point_->decided())
        return fail(ErrorCode::usage, {}, "nothing is decided yet");
    const Expected<query::Predicate> predicate = query::Predicate::bind(search, *point_->run);
    if (!predicate)
        return tl::unexpected<Error>(predicate.error());
    std::vector<SampleIndex> matching = passing_;
    predicate->keep(point_->rows(), matching);
    return matching.size();
}

void Session::changeFilters(const gui::FilterStack& filters, const QString& what)
{
    if (filters != filters_)
        undo_.push(new SetFilters(*this, filters_, filters, what));
}

void Session::addFilters(const std::vector<gui::Filter>& filters)
{
    if (!run_)
        return;
    gui::FilterStack changed = filters_;
    for (const gui::Filter& filter : filters)
        changed = changed.with(filter);
    changeFilters(changed.fitting(*point_->run), tr("add filter"));
}

void Session::removeFilter(std::size_t position)
{
    changeFilters(filters_.without(position), tr("remove filter"));
}

void Session::clearFilters()
{
    changeFilters({}, tr("clear filters"));
}

void Session::applyFilters(const gui::FilterStack& filters)
{
    filters_ = point_->run ? filters.fitting(*point_->run) : filters;
    if (point_->decided())
        filters_.apply(*point_, passing_);
    emit filtersChanged();
    if (point_->decided())
        emit passingChanged();
}

void Session::select(std::optional<SampleIndex> sample)
{
    if (sample == selected_)
        return;
    selected_ = sample;
    emit selectionChanged();
}

}  // namespace exitscope::app
