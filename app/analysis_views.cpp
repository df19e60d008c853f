// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/analysis_views.h"

#include <algorithm>

#include "app/session.h"
#include "core/analysis/policy/policy.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/compare/compare_view.h"
#include "widgets/confusion/confusion_view.h"
#include "widgets/flow/flow_view.h"
#include "widgets/guarantee/guarantee_view.h"
#include "widgets/plots/core_text.h"
#include "widgets/quantization/quantization_view.h"

namespace exitscope::app {
namespace {

constexpr Lane comparisonLane{"comparison"};
constexpr Lane guaranteeLane{"guarantee"};
constexpr Lane flipsLane{"flips"};
constexpr Lane quantizationLane{"quantization"};

constexpr int restMilliseconds = 150;

QString policyTitle(const std::string& name)
{
    const policy::Info* info = policy::find(name);
    return gui::text(info ? info->title : std::string_view(name));
}

/// The current point as a value that a thread can keep.
struct Current {
    analyse::PolicyResult policy;
    analyse::Decisions decisions;
};

Expected<gui::Comparison> comparison(const gui::PinnedPoint& a, const Current& b, std::uint64_t seed)
{
    const analyse::DecidedPoint pinned{a.policy, a.decisions};
    const analyse::DecidedPoint now{b.policy, b.decisions};
    Expected<analyse::PairedTest> test = analyse::paired_test(now, pinned, seed);
    if (!test)
        return forward(test);
    Expected<analyse::Flips> flips = analyse::flips(pinned, now);
    if (!flips)
        return forward(flips);
    return gui::Comparison{*test, std::move(*flips)};
}

Expected<gui::GuaranteeAnswer> answer(const gui::GuaranteeQuestion& question, const AnalysisPtr& analysis,
                                      const cost::Costs& costs, Progress& progress)
{
    progress.begin("Walking through the settings", 0);
    const Expected<risk::KnobPath> path = risk::knob_path(*analysis, costs, question.policy, question.loss);
    if (!path)
        return tl::unexpected<Error>(path.error());
    if (progress.cancelled())
        return cancelled();
    risk::GuaranteeRequest request;
    request.rule = risk::rule_for(question.method, risk::info(question.loss), question.delta);
    request.eps = question.eps;
    const std::size_t samples = path->losses.samples;
    request.n = std::clamp<std::size_t>(static_cast<std::size_t>(question.calibrationShare * double(samples)), 1,
                                        std::max<std::size_t>(samples, 2) - 1);
    request.trials = question.trials;
    request.seed = analysis->seed();
    request.threads = 0;
    Expected<risk::Guarantee> found = risk::guarantee(*path, request, progress);
    if (!found)
        return forward(found);
    return gui::GuaranteeAnswer{question,
                                request.rule,
                                std::move(*found),
                                path->points,
                                policyTitle(question.policy),
                                gui::text(analysis->run().test.dataset)};
}

}  // namespace

AnalysisViews::AnalysisViews(Session& session, QWidget* parent) : QObject(parent), session_(session)
{
    flow_ = new gui::FlowView(parent);
    confusion_ = new gui::ConfusionView(parent);
    compare_ = new gui::CompareView(parent);
    guarantee_ = new gui::GuaranteeView(parent);
    quantization_ = new gui::QuantizationView(parent);
    pages_ = {{tr("Exit flow"), "flowDock", flow_},
              {tr("Confusion"), "confusionDock", confusion_},
              {tr("Compare"), "compareDock", compare_},
              {tr("Guarantee"), "guaranteeDock", guarantee_},
              {tr("Quantization"), "quantizationDock", quantization_}};
    std::vector<gui::GuaranteeView::Choice> choices;
    for (const policy::Info& info : policy::registry())
        if (!info.oracle)
            choices.push_back({std::string(info.name), gui::text(info.title), plots::core_text(info.description)});
    guarantee_->setPolicies(choices);
    rest_.setSingleShot(true);
    rest_.setInterval(restMilliseconds);

    connect(&rest_, &QTimer::timeout, this, &AnalysisViews::compare);
    connect(flow_, &gui::FlowView::filtersPicked, &session_, &Session::addFilters);
    connect(confusion_, &gui::ConfusionView::filtersPicked, &session_, &Session::addFilters);
    connect(compare_, &gui::CompareView::filtersPicked, &session_, &Session::addFilters);
    connect(compare_, &gui::CompareView::pinRequested, this, &AnalysisViews::pin);
    connect(compare_, &gui::CompareView::comparisonWanted, &rest_, qOverload<>(&QTimer::start));
    connect(guarantee_, &gui::GuaranteeView::asked, this, &AnalysisViews::findGuarantee);
    connect(guarantee_, &gui::GuaranteeView::cancelled, this, [this] {
        session_.jobs().cancel(guaranteeLane);
        guarantee_->clear();
    });
    connect(guarantee_, &gui::GuaranteeView::pointChosen, this, &AnalysisViews::usePoint);
    connect(quantization_, &gui::QuantizationView::filtersPicked, &session_, &Session::addFilters);
    connect(quantization_, &gui::QuantizationView::asked, this, &AnalysisViews::measureLayers);
    connect(quantization_, &gui::QuantizationView::cancelled, this,
            [this] { session_.jobs().cancel(quantizationLane); });
    connect(&session_.jobs(), &Jobs::statusChanged, this, [this] {
        guarantee_->setWorking(session_.jobs().busy(guaranteeLane));
        quantization_->setWorking(session_.jobs().busy(quantizationLane));
    });
    connect(&session_, &Session::runChanged, this, &AnalysisViews::clear);
    connect(&session_, &Session::runChanged, this, &AnalysisViews::showRun);
    connect(&session_, &Session::analysisChanged, this, [this] {
        session_.jobs().cancel(guaranteeLane);
        guarantee_->setReady(session_.analysis() != nullptr);
    });
    connect(&session_, &Session::decided, this, &AnalysisViews::showDecision);
}

AnalysisViews::~AnalysisViews() = default;

std::vector<gui::Plot*> AnalysisViews::plots() const
{
    std::vector<gui::Plot*> all{flow_->plot(), confusion_->plot()};
    for (gui::Plot* plot : guarantee_->plots())
        all.push_back(plot);
    for (gui::Plot* plot : quantization_->plots())
        all.push_back(plot);
    return all;
}

std::vector<gui::FactTable*> AnalysisViews::tables() const
{
    std::vector<gui::FactTable*> all{flow_->table(), confusion_->table(), compare_->table(), guarantee_->table()};
    for (gui::FactTable* table : quantization_->tables())
        all.push_back(table);
    return all;
}

void AnalysisViews::clear()
{
    rest_.stop();
    session_.jobs().cancel(comparisonLane);
    session_.jobs().cancel(guaranteeLane);
    flow_->setPoint(nullptr);
    confusion_->setPoint(nullptr);
    compare_->setPoint(nullptr, {});
    guarantee_->setReady(false);
}

void AnalysisViews::showDecision()
{
    flow_->setPoint(session_.point());
    confusion_->setPoint(session_.point());
    session_.jobs().cancel(comparisonLane);
    compare_->setPoint(session_.point(), pointTitle());
    guarantee_->setPolicy(session_.policy());
    if (compare_->isVisible())
        rest_.start();
}

QString AnalysisViews::pointTitle() const
{
    const analyse::Decisions& decisions = session_.point()->decisions;
    return tr("%1 at %2 cost").arg(policyTitle(decisions.policy), gui::percent(decisions.outcome.relative_cost));
}

void AnalysisViews::pin()
{
    const analyse::PolicyResult* current = session_.result(session_.policy());
    if (!current || !session_.point()->decided())
        return;
    pinned_ =
        std::make_shared<const gui::PinnedPoint>(gui::PinnedPoint{*current, session_.point()->decisions, pointTitle()});
    compare_->setPinned(pinned_);
    rest_.start();
}

void AnalysisViews::compare()
{
    const analyse::PolicyResult* current = session_.result(session_.policy());
    if (!pinned_ || !current || !session_.point()->decided())
        return;
    // no title: it takes a few hundredths of a second, and every step of the slider asks for it
    session_.jobs().start<gui::Comparison>(
        comparisonLane, {},
        [pinned = pinned_, now = Current{*current, session_.point()->decisions},
         seed = session_.settings().options.seed](Progress&) { return comparison(*pinned, now, seed); },
        [this](gui::Comparison compared) { compare_->setComparison(std::move(compared)); },
        [this](const Error& error) { compare_->setComparison(tl::unexpected<Error>(error)); });
}

void AnalysisViews::findGuarantee(const gui::GuaranteeQuestion& question)
{
    if (!session_.analysis())
        return;
    guarantee_->setWorking(true);
    session_.jobs().start<gui::GuaranteeAnswer>(
        guaranteeLane, tr("Calibrating"),
        [question, analysis = session_.analysis(), costs = session_.costs()](Progress& progress) {
            return answer(question, analysis, costs, progress);
        },
        [this](const gui::GuaranteeAnswer& found) { guarantee_->setAnswer(found); });
}

void AnalysisViews::showRun()
{
    session_.jobs().cancel(quantizationLane);
    quantization_->setRun(session_.run());
    if (!session_.run())
        return;
    // no title: one pass over the answers
    session_.jobs().start<std::vector<analyse::PrecisionFlips>>(
        flipsLane, {},
        [run = session_.run()](Progress&) -> Expected<std::vector<analyse::PrecisionFlips>> {
            return analyse::precision_flips(*run);
        },
        [this](std::vector<analyse::PrecisionFlips> flips) { quantization_->setFlips(std::move(flips)); });
}

void AnalysisViews::measureLayers()
{
    if (!session_.run())
        return;
    session_.jobs().start<evaluate::QuantizationFindings>(
        quantizationLane, tr("Measuring layers"),
        [run = session_.run(), model = session_.model()](Progress& progress) {
            const bool same = model && model->content_hash == run->provenance.model_hash;
            calibrate::LayerStudyOptions options;
            options.threads = 0;
            return evaluate::quantization_findings(*run, same ? model.get() : nullptr, options, progress);
        },
        [this](evaluate::QuantizationFindings findings) { quantization_->setFindings(std::move(findings)); });
}

void AnalysisViews::usePoint(const QString& policy, double budget)
{
    session_.setPolicy(policy.toStdString());
    session_.setBudget(budget);
}

}  // namespace exitscope::app
