// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tasks.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/run/run_file.h"
#include "core/deploy/evaluate/input_checks.h"
#include "core/deploy/evaluate/reopen.h"
#include "core/network/dataset/check_sizes.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/output_kinds.h"
#include "core/network/engine/preprocessing_doubts.h"
#include "core/network/model/native_quantization.h"

namespace exitscope::app {
namespace {

/// Smaller runs are there before anybody could look at an outline.
constexpr std::size_t outlinedSamples = 200'000;

std::vector<analyse::StaticPoint> fixedModels(const run::Run& run, const cost::Costs& costs)
{
    return run.test.labelled() ? analyse::static_points(run, costs) : std::vector<analyse::StaticPoint>();
}

/// Nothing where the cost model does not apply.
std::shared_ptr<const Outline> outlineOf(const run::RunPtr& run, cost::Kind kind)
{
    Expected<cost::Costs> costs = cost::make_costs(*run, kind);
    if (!costs)
        return nullptr;
    auto point = std::make_shared<gui::OperatingPoint>();
    point->run = run;
    point->costs = std::move(*costs);
    point->decisions.state.assign(run->test.samples, run->full());
    return std::make_shared<const Outline>(Outline{point, fixedModels(*run, point->costs)});
}

dataset::DatasetPtr limited(const dataset::DatasetPtr& data, const EvaluateSettings& settings)
{
    return settings.limit > 0 ? dataset::limited(data, settings.limit, settings.options.seed) : data;
}

}  // namespace

Expected<ModelPtr> loadModel(const std::string& path, const model::OpenOptions& how, Progress& progress)
{
    progress.begin("Reading the model", 0);
    Expected<model::MultiExitModel> model = model::open_model(path, how);
    if (!model)
        return forward(model);
    return std::make_shared<const model::MultiExitModel>(std::move(*model));
}

dataset::OpenOptions readingFor(const ModelPtr& model, dataset::OpenOptions reading)
{
    reading.model.reset();
    if (model)
        reading.model =
            dataset::ModelClasses{model->path.string(), static_cast<std::size_t>(model->classes), model->class_names};
    return reading;
}

Expected<dataset::DatasetPtr> loadDataset(const std::string& spec, const dataset::OpenOptions& reading,
                                          Progress& progress)
{
    progress.begin("Reading the data set", 0);
    return dataset::open(spec, reading);
}

Expected<dataset::DatasetPtr> loadImages(const std::vector<std::string>& paths, Progress& progress)
{
    progress.begin("Reading the images", 0);
    return dataset::open_images(paths);
}

Expected<DataPair> loadPair(const std::string& path, double fitFraction, std::uint64_t seed,
                            const dataset::OpenOptions& reading, Progress& progress)
{
    progress.begin("Reading the data set", 0);
    if (auto test = dataset::open(path + ":test", reading)) {
        for (const char* split : {":fit", ":train"})
            if (auto fit = dataset::open(path + split, reading))
                return DataPair{*fit, *test, path + split, path + ":test"};
    }
    auto whole = dataset::open(path, reading);
    if (!whole)
        return forward(whole);
    auto split = dataset::split(*whole, fitFraction, seed);
    if (!split)
        return forward(split);
    return DataPair{split->fit, split->test, path, path};
}

Expected<void> evaluateModel(const ModelPtr& model, const DataPair& data, const EvaluateSettings& settings,
                             const dataset::OpenOptions& reading, Progress& progress,
                             const std::function<void(EvaluationPart)>& deliver)
{
    progress.begin("Preparing", 0);
    dataset::DatasetPtr fit = limited(data.fit, settings);
    dataset::DatasetPtr test = limited(data.test, settings);
    if (Expected<void> distinct = dataset::check_distinct(*fit, *test); !distinct)
        return forward(distinct);
    model::MultiExitModel prepared = *model;
    if (Expected<void> chosen = model::choose_preprocessing(prepared, settings.preprocessing); !chosen)
        return forward(chosen);
    evaluate::EvaluateOptions options = settings.options;
    for (dataset::DatasetPtr* images : {&fit, &test}) {
        if (Expected<void> sizes = dataset::check_sizes(**images, prepared.preprocessing, options.threads); !sizes)
            return forward(sizes);
        if (reading.unreadable != dataset::Unreadable::skip)
            continue;
        Expected<dataset::DatasetPtr> answered = engine::finite_part(
            prepared, std::move(*images), {.batch = options.batch, .threads = options.threads}, progress);
        if (!answered)
            return forward(answered);
        *images = std::move(*answered);
    }
    auto doubts = engine::preprocessing_doubts(prepared, *fit, true, options.threads, progress);
    if (!doubts)
        return forward(doubts);
    add_notices(options.notices, *doubts);
    add_notices(options.notices, evaluate::training_notices(prepared, *fit, *test));
    add_notices(options.notices, model::requantization_notices(prepared, options.precisions));
    const auto fewer = calibrate::calibration_notices(prepared, fit->size(), options.precisions, options.calibration);
    if (!fewer)
        return tl::unexpected<Error>(fewer.error());
    add_notices(options.notices, *fewer);
    if (auto decided = engine::decide_output_kinds(prepared, *fit, options.threads, progress); !decided)
        return forward(decided);
    Notices known = options.notices;
    for (const Notices* some : {&std::as_const(prepared).notices, &fit->info().notices, &test->info().notices})
        add_notices(known, *some);
    add_notices(known, analyse::label_notices(evaluate::count_labels(*fit), evaluate::count_labels(*test)));
    deliver({std::move(known), nullptr});
    Expected<run::RunPtr> run = evaluate::evaluate_model(prepared, *fit, *test, options, progress);
    if (!run)
        return forward(run);
    deliver({{}, std::move(*run)});
    return {};
}

Expected<void> readRun(const std::string& path, cost::Kind kind, Progress& progress,
                       const std::function<void(RunPart)>& deliver)
{
    progress.begin("Reading the run", 0);
    Expected<run::RunPtr> run = run::load(path, [&](const run::RunPtr& early) {
        if (early->test.samples >= outlinedSamples)
            if (std::shared_ptr<const Outline> outline = outlineOf(early, kind))
                deliver({nullptr, std::move(outline)});
    });
    if (!run)
        return forward(run);
    deliver({std::move(*run), nullptr});
    return {};
}

Expected<Analysed> analyse(const run::RunPtr& run, cost::Kind kind, const analyse::AnalysisOptions& options,
                           Progress& progress)
{
    progress.begin("Fitting error predictors", 0);
    Expected<cost::Costs> costs = cost::make_costs(*run, kind);
    if (!costs)
        return forward(costs);
    Expected<AnalysisPtr> analysis = analyse::Analysis::make(run, options);
    if (!analysis)
        return forward(analysis);
    if (progress.cancelled())
        return cancelled();
    std::vector<analyse::StaticPoint> fixed = fixedModels((*analysis)->run(), *costs);
    return Analysed{run, std::move(*analysis), std::move(*costs), std::move(fixed)};
}

Expected<void> fitPolicies(const AnalysisPtr& analysis, const cost::Costs& costs,
                           const std::vector<std::string>& policies, Progress& progress,
                           const std::function<void(FitOutcome)>& deliver)
{
    progress.begin("Fitting policies", policies.size());
    for (const std::string& policy : policies) {
        if (progress.cancelled())
            return cancelled();
        Expected<analyse::PolicyResult> fitted = analysis->fit(policy, costs);
        if (fitted)
            static_cast<void>(fitted->analysis->self_error());  // the views ask for it on the GUI thread
        if (fitted && !analysis->run().test.labelled()) {
            const std::size_t samples = analysis->run().test.samples;
            analyse::Decisions decisions;
            for (analyse::CurvePoint& point : fitted->curve.points) {
                analyse::decide_into(*fitted, point.budget, decisions);
                const double hits = decisions.outcome.agreement * double(samples);
                point.accuracy = analyse::proportion(static_cast<std::size_t>(std::llround(hits)), samples);
            }
        }
        if (fitted)
            deliver({policy, std::make_shared<analyse::Stepper>(std::move(*fitted))});
        else
            deliver({policy, tl::unexpected<Error>(fitted.error())});
        progress.advance();
    }
    return {};
}

Expected<dataset::DatasetPtr> imagesOf(const run::RunPtr& run, Progress& progress)
{
    progress.begin("Looking for the images", 0);
    const run::Split& split = run->test;
    Expected<dataset::DatasetPtr> data = evaluate::reopen_data(split);
    if (!data)
        return forward(data);
    const std::size_t size = (*data)->size();
    const bool inRange = std::all_of(split.source_index.begin(), split.source_index.end(),
                                     [size](std::uint32_t position) { return position < size; });
    // a part of a data set has a hash of its own, which the whole cannot be compared with
    const bool whole = split.samples == size;
    if (!inRange || (whole && !split.dataset_hash.empty() && (*data)->content_hash() != split.dataset_hash))
        return bad_input(split.dataset_source, "is no longer the data of this run, so its images are not shown");
    return data;
}

}  // namespace exitscope::app
