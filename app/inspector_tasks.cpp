// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspector_tasks.h"

#include "core/analysis/analyse/decide.h"
#include "core/network/calibrate/layer_study.h"
#include "core/network/dataset/in_memory.h"
#include "core/network/dataset/perturb.h"
#include "widgets/common/format.h"
#include "widgets/inspector/inspector_view.h"

namespace exitscope::app {
namespace {

constexpr Lane rerunLane{"rerun"};
constexpr Lane driftLane{"drift"};

using Network = std::shared_ptr<const adaptive::Rerun>;

/// What a worker thread needs to run the network on one image.
struct Request {
    run::RunPtr run;
    ModelPtr model;  ///< null: opened where the run says it was
    Network network;
    dataset::DatasetPtr images;
    std::uint32_t source = 0;
    dataset::Perturbation how;
};

Request request_of(const Session& session, const Network& network, const dataset::DatasetPtr& images,
                   SampleIndex sample, const dataset::Perturbation& how)
{
    const bool same = session.model() && session.model()->content_hash == session.run()->provenance.model_hash;
    return {session.run(),
            same ? session.model() : nullptr,
            network,
            images,
            session.run()->test.source_index[sample.at()],
            how};
}

struct OneImage {
    Network network;
    dataset::Image image;
};

Expected<OneImage> prepare(const Request& request)
{
    OneImage one{request.network, {}};
    if (!one.network) {
        auto made = adaptive::Rerun::make(request.run, request.model);
        if (!made)
            return forward(made);
        one.network = std::move(*made);
    }
    Expected<dataset::Image> image = request.images->image(SampleIndex(std::size_t{request.source}));
    if (!image)
        return forward(image);
    Expected<dataset::Image> changed = dataset::perturbed(*image, request.how);
    if (!changed)
        return forward(changed);
    one.image = std::move(*changed);
    return one;
}

struct Answered {
    OneImage one;
    adaptive::RerunAnswer answer;
};

Expected<Answered> answered(const Request& request, const analyse::PolicyResult& policy, double budget)
{
    Expected<OneImage> one = prepare(request);
    if (!one)
        return forward(one);
    Expected<adaptive::RerunAnswer> answer = one->network->answer(one->image, policy, budget, request.source);
    if (!answer)
        return forward(answer);
    return Answered{std::move(*one), std::move(*answer)};
}

struct Drifted {
    Network network;
    calibrate::LayerStudy study;
};

Expected<Drifted> drifted(const Request& request, Progress& progress)
{
    if (!request.run->quantization || request.run->quantization->precisions.empty())
        return bad_input("layer drift", "this run has no integer precision whose weights it knows");
    Expected<OneImage> one = prepare(request);
    if (!one)
        return forward(one);
    const dataset::DatasetPtr data = dataset::in_memory({one->image}, "one image");
    Expected<calibrate::LayerStudy> study =
        calibrate::study_layers(one->network->model(), *request.run->quantization, *data, {1, false, 1}, progress);
    if (!study)
        return forward(study);
    return Drifted{std::move(one->network), std::move(*study)};
}

}  // namespace

InspectorTasks::InspectorTasks(Session& session, gui::InspectorView& view)
    : QObject(&view), session_(session), view_(view)
{
    connect(&view_, &gui::InspectorView::rerunWanted, this, &InspectorTasks::rerun);
    connect(&view_, &gui::InspectorView::driftWanted, this, &InspectorTasks::drift);
    connect(&view_, &gui::InspectorView::samplePicked, &session_,
            [this](SampleIndex sample) { session_.select(sample); });
    connect(&session_, &Session::selectionChanged, this, [this] { view_.setSample(session_.selected()); });
    connect(&session_, &Session::decided, this, [this] {
        if (view_.sample() != session_.selected())  // a session that was opened has chosen one
            view_.setSample(session_.selected());
    });
    connect(&session_, &Session::runChanged, this, &InspectorTasks::forget);
    connect(&session_, &Session::imagesChanged, this, [this](const dataset::DatasetPtr& images) { images_ = images; });
}

void InspectorTasks::forget()
{
    session_.jobs().cancel(rerunLane);
    session_.jobs().cancel(driftLane);
    network_.reset();
}

void InspectorTasks::rerun()
{
    session_.jobs().cancel(rerunLane);
    const dataset::Perturbation how = view_.perturbation();
    const analyse::PolicyResult* policy = session_.result(session_.policy());
    if (how.changes_nothing() || !view_.sample() || !policy)
        return;
    if (!images_) {
        view_.setRerunProblem(tr("The images of this run are not open, so none can be changed: open its data set."));
        return;
    }
    const Request request = request_of(session_, network_, images_, *view_.sample(), how);
    // no title: a few hundredths of a second after the first, and every step of a slider asks for it
    session_.jobs().start<Answered>(
        rerunLane, {},
        [request, policy = *policy, budget = session_.budget()](Progress&) {
            return answered(request, policy, budget);
        },
        [this, run = session_.run()](Answered made) {
            network_ = made.one.network;
            view_.setPerturbed(made.one.image, made.answer, *run);
        },
        [this](const Error& error) {
            view_.setRerunProblem(tr("The network cannot run again: %1.").arg(gui::text(error.message())));
        });
}

void InspectorTasks::drift()
{
    if (!view_.sample())
        return;
    if (!images_) {
        view_.setDriftProblem(tr("The images of this run are not open: open its data set."));
        return;
    }
    const Request request = request_of(session_, network_, images_, *view_.sample(), view_.perturbation());
    session_.jobs().start<Drifted>(
        driftLane, {}, [request](Progress& progress) { return drifted(request, progress); },
        [this](Drifted made) {
            network_ = made.network;
            view_.setDrift(std::move(made.study));
        },
        [this](const Error& error) { view_.setDriftProblem(tr("Not known: %1.").arg(gui::text(error.message()))); });
}

}  // namespace exitscope::app
