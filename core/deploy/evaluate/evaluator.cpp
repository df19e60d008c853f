// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/evaluate/evaluator.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "core/base/machine.h"
#include "core/base/parallel.h"
#include "core/deploy/evaluate/stage_cost.h"
#include "core/deploy/evaluate/state_walk.h"
#include "core/network/engine/finite_answers.h"
#include "core/network/engine/hand_over.h"
#include "core/network/engine/output_kinds.h"
#include "core/network/engine/run_model.h"

namespace exitscope::evaluate {
namespace {

Expected<void> check_state_count(const model::MultiExitModel& model, const run::Run& run, std::size_t limit)
{
    const auto count = [&](run::Schedule schedule) {
        return state_count(model.exit_count(), run.precisions.size(), schedule);
    };
    const std::uint64_t asked = count(run.schedule);
    if (asked <= limit)
        return {};
    std::string advice = "; take fewer precisions";
    for (const run::Schedule smaller : {run::Schedule::non_increasing, run::Schedule::uniform}) {
        if (count(smaller) <= limit) {
            advice += " or the schedule \"" + std::string(run::name(smaller)) + "\" (" +
                      std::to_string(count(smaller)) + " states)";
            break;
        }
    }
    return fail(ErrorCode::usage, model.path.string(),
                std::to_string(model.exit_count()) + " exits at " + std::to_string(run.precisions.size()) +
                    " precisions give " + std::to_string(asked) + " states under the schedule \"" +
                    std::string(run::name(run.schedule)) + "\", more than the limit of " + std::to_string(limit) +
                    advice);
}

Expected<run::Split> begin_split(const model::MultiExitModel& model, const dataset::Dataset& data, std::string name)
{
    if (data.size() == 0)
        return bad_input(data.info().source, "the data set is empty");
    auto labels = engine::read_labels(model, data);
    if (!labels)
        return forward(labels);
    run::Split split;
    split.name = std::move(name);
    split.dataset = data.info().name;
    split.dataset_source = data.info().source;
    split.dataset_hash = data.content_hash();
    split.labels_file = data.info().labels_file;
    split.image_root = data.info().image_root;
    split.class_numbers = data.info().class_numbers;
    for (const dataset::Skipped& image : data.info().skipped)
        split.skipped.push_back(image.origin + ": " + image.reason);
    split.samples = data.size();
    split.source_index.resize(split.samples);
    for (std::size_t i = 0; i < split.samples; ++i)
        split.source_index[i] = data.source_position(SampleIndex(i)).value;
    split.labels = std::move(*labels);
    return split;
}

std::vector<std::string> class_names(const model::MultiExitModel& model, const dataset::Dataset& data)
{
    const auto classes = static_cast<std::size_t>(model.classes);
    for (const auto* names : {&data.info().class_names, &model.class_names})
        if (names->size() == classes)
            return *names;
    std::vector<std::string> numbers;
    for (std::size_t c = 0; c < classes; ++c)
        numbers.push_back(std::to_string(c));
    return numbers;
}

bool probabilities_fit(const run::Run& run, std::uint64_t limit)
{
    const double bytes = double(run.states.size()) * double(run.fit.samples + run.test.samples) * double(run.classes) *
                         double(sizeof(float));
    return bytes <= double(limit);
}

/// Precisions, states, splits and names: everything that is known before the network runs.
Expected<std::shared_ptr<run::Run>> begin_run(const model::MultiExitModel& model, const dataset::Dataset& fit,
                                              const dataset::Dataset& test, const EvaluateOptions& options)
{
    auto made = std::make_shared<run::Run>();
    run::Run& run = *made;
    run.precisions = options.precisions;
    std::sort(run.precisions.begin(), run.precisions.end());
    run.precisions.erase(std::unique(run.precisions.begin(), run.precisions.end()), run.precisions.end());
    run.schedule =
        options.schedule.value_or(freest_schedule(model.exit_count(), run.precisions.size(), options.state_limit));
    run.classes = static_cast<std::size_t>(model.classes);
    if (run.precisions.empty())
        return fail(ErrorCode::usage, model.path.string(), "no precision to evaluate was given");
    if (run.classes > 65536)
        return unsupported(model.path.string(), "more than 65,536 classes");
    if (auto fits = check_state_count(model, run, options.state_limit); !fits)
        return forward(fits);

    for (const auto& [split, data, name] : {std::tuple(&run.fit, &fit, "fit"), std::tuple(&run.test, &test, "test")}) {
        auto begun = begin_split(model, *data, name);
        if (!begun)
            return forward(begun);
        *split = std::move(*begun);
    }
    if (std::none_of(run.fit.labels.begin(), run.fit.labels.end(), [](std::int32_t label) { return label >= 0; }))
        return bad_input(fit.info().source, "the fit split needs labels, and this data set has none");
    run.class_names = class_names(model, test);
    for (const model::Stage& stage : model.stages)
        run.exit_names.push_back(stage.exit_name);
    for (const model::Stage& stage : model.stages)
        run.exit_kinds.push_back(stage.exit_kind);
    run.states = run::enumerate_states(model.exit_count(), run.precisions, run.schedule);
    run.link();
    return made;
}

run::Provenance provenance_of(const model::MultiExitModel& model, const dataset::Dataset& fit, const run::Run& run,
                              const EvaluateOptions& options, double seconds)
{
    const std::size_t samples = run.fit.samples + run.test.samples;
    run::Provenance provenance;
    provenance.model_path = model.path.string();
    provenance.model_hash = model.content_hash;
    provenance.program_version = EXITSCOPE_VERSION;
    provenance.machine = machine_description();
    provenance.created = run::utc_text(options.created);
    provenance.seed = options.seed;
    provenance.threads = thread_count(options.threads, samples);
    provenance.calibration_samples = std::min(options.calibration.samples, fit.size());
    provenance.calibration_data = fit.info().name;
    provenance.preprocessing = model.preprocessing.to_json();
    provenance.preprocessing_options = model.preprocessing.to_options();
    provenance.seconds = seconds;
    provenance.images_per_second = double(samples) / seconds;
    return provenance;
}

}  // namespace

Expected<run::RunPtr> evaluate_model(const model::MultiExitModel& opened, const dataset::Dataset& fit,
                                     const dataset::Dataset& test, const EvaluateOptions& options, Progress& progress,
                                     EvaluationTime* time)
{
    const auto start = std::chrono::steady_clock::now();
    EvaluationTime spent;
    const auto since = [](std::chrono::steady_clock::time_point begin) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    model::MultiExitModel decided = opened;
    if (auto done = engine::decide_output_kinds(decided, fit, options.threads, progress); !done)
        return forward(done);
    const model::MultiExitModel& model = decided;
    auto made = begin_run(model, fit, test, options);
    if (!made)
        return forward(made);
    run::Run& run = **made;

    for (const dataset::Dataset* data : {&fit, &test})
        if (auto sane = engine::check_hidden_answers(model, options.precisions, *data, {options.batch, options.threads},
                                                     progress);
            !sane)
            return forward(sane);
    auto begin = std::chrono::steady_clock::now();
    calibrate::CalibrationOptions calibration = options.calibration;
    calibration.threads = options.threads;
    auto quantization = calibrate::calibrate(model, fit, run.precisions, calibration, progress);
    if (!quantization)
        return tl::unexpected<Error>(quantization.error());
    const auto sized = engine::batched(model, std::max<std::int64_t>(options.batch, 1));
    if (!sized)
        return tl::unexpected<Error>(sized.error());
    const auto programs = compile_programs(*sized, &*quantization, run.precisions);
    if (!programs)
        return tl::unexpected<Error>(programs.error());

    spent.calibration = since(begin);
    begin = std::chrono::steady_clock::now();
    run.stage_costs = stage_costs(*sized, calibration);
    if (options.measure_latency)
        if (auto measured = measure_latency(*sized, *programs, fit, run.stage_costs, progress); !measured)
            return forward(measured);

    spent.latency = since(begin);
    begin = std::chrono::steady_clock::now();
    const WalkTarget targets[] = {{&fit, &run.fit}, {&test, &run.test}};
    auto kernels = walk_states(*sized, run, *programs, targets, probabilities_fit(run, options.probability_bytes),
                               options.threads, progress);
    if (!kernels)
        return forward(kernels);
    spent.walk = since(begin);
    spent.kernels = *kernels;
    if (time)
        *time = spent;

    run.quantization = std::make_shared<const plan::Quantization>(std::move(*quantization));
    run.provenance = provenance_of(model, fit, run, options, since(start));
    for (const Notices* some : {&model.notices, &fit.info().notices, &test.info().notices, &options.notices})
        add_notices(run.provenance.notices, *some);
    return run::RunPtr(std::move(*made));
}

}  // namespace exitscope::evaluate
